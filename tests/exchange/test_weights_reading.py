"""Weights that others have saved alone: they go where they belong, or are refused by the layer they are missing for."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from exportables import drawn, lively
from safetensors.numpy import save_file

from cnnstudio.cli.main import main
from cnnstudio.design.format.strict import FileFormatError
from cnnstudio.design.templates import template
from cnnstudio.exchange.exportable import Exportable
from cnnstudio.exchange.keras import writing as keras
from cnnstudio.exchange.reading.weights import with_weights
from cnnstudio.exchange.torch import writing as torch
from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.graph.graph import chain
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.nn.parameters.parameters import Parameters, initial_parameters
from cnnstudio.opening import open_design, open_weights, what_is
from cnnstudio.project.file import load_project
from cnnstudio.project.project import untrained

NAMED = ["lenet5", "resnet_mini", "mobile_mini"]


def same(ours: Parameters, other: Parameters) -> bool:
    return np.array_equal(ours.vector, other.vector) and np.array_equal(ours.state, other.state)


def saved(arrays: dict[str, Floats], path: Path) -> Path:
    save_file({name: np.ascontiguousarray(array) for name, array in arrays.items()}, path)
    return path


@pytest.mark.parametrize("name", NAMED)
@pytest.mark.parametrize("state", [torch.state, keras.state], ids=["pytorch", "keras"])
def test_what_an_export_wrote_comes_back_to_the_bit(
    name: str, state: Callable[[Exportable], dict[str, Floats]], tmp_path: Path
) -> None:
    design = template(name)
    trained = Exportable(design, lively(design.graph))
    path = saved(state(trained), tmp_path / "w.safetensors")
    found = with_weights(Exportable(design, initial_parameters(design.graph, 5)), path)
    assert same(found.parameters, trained.parameters)


def foreign_network() -> Exportable:
    kinds = layer_kinds()
    graph = chain(
        ("image", kinds["input"](height=6, width=5, channels=2)),
        ("first", kinds["conv2d"](filters=3, kernel=(3, 3), padding="same")),
        ("second", kinds["conv2d"](filters=3, kernel=(3, 3), padding="same")),
        ("norm", kinds["batch_norm"]()),
        ("flat", kinds["flatten"]()),
        ("drop", kinds["dropout"]()),
        ("hidden", kinds["dense"](units=4)),
        ("last", kinds["dense"](units=4)),
        ("end", kinds["softmax"]()),
    )
    return Exportable(drawn(graph), lively(graph))


def foreign_state(network: Exportable) -> dict[str, Floats]:
    """The same weights as somebody's own module in PyTorch saves them: lists of maps go channel by channel."""
    arrays = {node: network.arrays(node) for node in ("first", "second", "norm", "hidden", "last")}
    hidden = arrays["hidden"]["weights"].reshape(4, 6, 5, 3).transpose(0, 3, 1, 2).reshape(4, -1)
    norm = arrays["norm"]
    return {
        "body.0.weight": arrays["first"]["weights"].transpose(0, 3, 1, 2), "body.0.bias": arrays["first"]["bias"],
        "body.10.weight": arrays["second"]["weights"].transpose(0, 3, 1, 2), "body.10.bias": arrays["second"]["bias"],
        "body.2.weight": norm["scale"], "body.2.bias": norm["shift"], "body.2.running_mean": norm["mean"],
        "body.2.running_var": norm["variance"], "head.weight": hidden, "head.bias": arrays["hidden"]["bias"],
        "top.weight": arrays["last"]["weights"], "top.bias": arrays["last"]["bias"],
        "body.2.num_batches_tracked": np.array(7),
    }  # fmt: skip


def test_a_state_of_somebody_s_own_module_is_laid_in_by_shapes(tmp_path: Path) -> None:
    network = foreign_network()
    path = saved(foreign_state(network), tmp_path / "w.safetensors")
    found = with_weights(Exportable(network.design, initial_parameters(network.graph, 5)), path)
    assert same(found.parameters, network.parameters)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda s: s.pop("head.bias"), "no weights for hidden, or too few of its shapes: weight"),
        (lambda s: s.update({"more.weight": np.ones((2, 2), np.float32)}), "weights for 1 layer more than the network"),
        (lambda s: s.update({"top.bias": np.full(4, np.nan, np.float32)}), "Some of its numbers are none"),
        (lambda s: s.clear(), "no weights for first"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_layer(
    tmp_path: Path, change: Callable[[dict[str, Floats]], None], sentence: str
) -> None:
    network = foreign_network()
    state = foreign_state(network)
    change(state)
    with pytest.raises(FileFormatError, match=sentence):
        with_weights(network, saved(state, tmp_path / "w.safetensors"))


def test_from_the_command_line_and_by_opening(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    design = template("lenet5")
    trained = Exportable(design, lively(design.graph))
    path = saved(torch.state(trained), tmp_path / "w.safetensors")
    assert what_is(path).kind == "weights"
    assert main(["import", str(path), str(tmp_path / "a.cnn"), "--design", "lenet5"]) == 0
    project = load_project(tmp_path / "a.cnn")
    assert same(project.weights.parameters, trained.parameters) and not project.fresh
    assert same(open_weights(path, untrained(design)).project.weights.parameters, trained.parameters)  # type: ignore[union-attr]
    with pytest.raises(FileFormatError, match="weights alone"):
        open_design(path)
    capsys.readouterr()
    assert main(["import", str(tmp_path / "a.cnn"), str(tmp_path / "b.cnn"), "--design", "lenet5"]) == 2
    assert "It holds no weights alone" in capsys.readouterr().err


def test_damaged_files_and_pickles_are_refused(tmp_path: Path) -> None:
    network = foreign_network()
    for content in (b"", b"a shopping list", b"\xff" * 64):
        (tmp_path / "w.safetensors").write_bytes(content)
        with pytest.raises(FileFormatError, match="no safetensors file, or a damaged one"):
            with_weights(network, tmp_path / "w.safetensors")
    trace = tmp_path / "trace"
    (tmp_path / "w.pt").write_bytes(b"cos\nsystem\n(S'touch " + str(trace).encode() + b"'\ntR.")
    here = importlib.util.find_spec("torch") is not None
    with pytest.raises(FileFormatError, match="without running it" if here else "only PyTorch reads safely.*save_file"):
        with_weights(network, tmp_path / "w.pt")
    assert not trace.exists()
