"""A model that cannot be represented as a whole: it is refused by name, and what comes before may be looked at."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx.helper import make_node
from onnx.reference import ReferenceEvaluator
from test_onnx_reading import HEAD, drawn_numbers, head, model

import cnnstudio as cs
from cnnstudio.cli.main import main
from cnnstudio.design.analysis.trainable import prevents_training
from cnnstudio.exchange.models import StoppedModel
from cnnstudio.nn.looking.inspect import inspect
from cnnstudio.opening import as_far_as_it_goes, open_design

KEPT = Path(__file__).parent / "files"


def halting(tmp_path: Path) -> Path:
    """Two branches of a picture, and an operator that no layer here stands for."""
    nodes = (
        make_node("Conv", ["x", "k"], ["c"], "left", pads=[1, 1, 1, 1]),
        make_node("Relu", ["c"], ["r"], "bent"),
        make_node("Conv", ["x", "k"], ["d"], "right", pads=[1, 1, 1, 1]),
        make_node("Max", ["r", "d"], ["f"], "the larger"),
        *HEAD,
    )
    path = tmp_path / "halting.onnx"
    onnx.save(model(nodes, {"k": drawn_numbers(2, 2, 3, 3), **head(72)}), path)
    return path


def test_what_comes_before_an_operator_is_there_with_its_weights_and_marked(tmp_path: Path) -> None:
    path = halting(tmp_path)
    with pytest.raises(StoppedModel, match="Max \\(node “the larger”\\): There is no such layer here") as refusal:
        open_design(path)
    found = as_far_as_it_goes(refusal.value)
    design, project = found.design, found.project
    assert project is not None and found.foreign and not found.whole
    names = {card.name: node for node, card in design.cards.items()}
    assert names.keys() == {"Input", "left", "bent", "right"}
    (note,) = design.notes.values()
    assert note.text == f"For looking only, as far as it goes. {refusal.value.reason}" == str(found.notes[0])
    # nobody takes it for a whole one
    assert prevents_training(design) is not None
    images = np.random.default_rng(0).random((2, 6, 6, 2), np.float32)
    ours = inspect(design.graph, project.weights, images, [names["bent"]])[names["bent"]]
    whole = onnx.load(path)
    whole.graph.output[0].name = "r"
    (theirs,) = ReferenceEvaluator(whole).run(None, {"x": images.transpose(0, 3, 1, 2)})
    np.testing.assert_allclose(ours, theirs.transpose(0, 2, 3, 1), atol=1e-5)


def test_a_network_that_ends_in_maps_is_all_there(tmp_path: Path) -> None:
    with pytest.raises(StoppedModel, match="one number for each class") as refusal:
        open_design(KEPT / "refused_maps.keras")
    kinds = [node.layer.kind for node in as_far_as_it_goes(refusal.value).design.graph]
    assert kinds == ["input", "conv2d"]
    path = tmp_path / "maps.onnx"
    onnx.save(model((make_node("Conv", ["x", "k"], ["y"], "c"),), {"k": drawn_numbers(2, 2, 3, 3)}), path)
    with pytest.raises(StoppedModel, match="It ends in maps"):
        open_design(path)


def test_where_nothing_comes_before_it_is_only_refused(tmp_path: Path) -> None:
    path = tmp_path / "none.onnx"
    onnx.save(model((make_node("Max", ["x", "x"], ["f"], "m"), *HEAD), head(72)), path)
    with pytest.raises(ValueError, match="There is no such layer here") as refusal:
        open_design(path)
    assert not isinstance(refusal.value, StoppedModel)


def test_the_command_line_and_the_library_do_it_if_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, out = halting(tmp_path), tmp_path / "out.cnn"
    assert main(["import", str(path), str(out)]) == 2
    wrong = capsys.readouterr().err
    assert "Max (node “the larger”)" in wrong and "--as-far-as-it-goes" in wrong and wrong.count("\n") == 1
    assert not out.exists()
    assert main(["import", str(path), str(out), "--as-far-as-it-goes"]) == 0
    assert "For looking only, as far as it goes. Max (node “the larger”)" in capsys.readouterr().out
    assert cs.load(out).names == ("Input", "left", "right", "bent")
    with pytest.raises(StoppedModel):
        cs.from_onnx(path)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        assert cs.from_onnx(path, as_far_as_it_goes=True).names == ("Input", "left", "right", "bent")
    assert "For looking only" in str(told[0].message)
