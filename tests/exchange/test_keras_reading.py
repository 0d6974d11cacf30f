"""Keras models: what is read computes what Keras answered, and nothing in a file is run."""

from __future__ import annotations

import json
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cnnstudio.design.format.strict import FileFormatError
from cnnstudio.nn.looking.inspect import inspect
from cnnstudio.nn.telling.told import worded
from cnnstudio.opening import Opened, open_design

FILES = Path(__file__).parent / "files"


def kinds(opened: Opened) -> list[str]:
    graph = opened.design.graph
    return [graph[node].layer.kind for node in graph.order]


@pytest.mark.parametrize("name", ["branches", "transposed", "grouped", "scaled", "nested"])
def test_what_is_read_answers_as_keras_did(name: str) -> None:
    opened = open_design(FILES / f"{name}.keras")
    assert opened.project is not None and opened.foreign and opened.design.title == name
    with np.load(FILES / f"{name}.npz") as kept:
        images, answers = kept["images"], kept["answers"]
    graph = opened.design.graph
    end = graph.order[-1] if np.allclose(answers.sum(1), 1, atol=1e-4) else graph[graph.order[-1]].inputs[0]
    ours = inspect(graph, opened.project.weights, images, [end])[end]
    np.testing.assert_allclose(ours, answers, rtol=1e-4, atol=1e-5)


def test_settings_names_and_scaling_are_those_of_the_file() -> None:
    opened = open_design(FILES / "branches.keras")
    graph, cards = opened.design.graph, opened.design.cards
    layer: Any = graph["input_1"].layer
    assert (layer.mean, layer.deviation) == (0.5, 0.5) and "from 0 to 255" in worded(opened.notes[0])
    assert "silu" not in kinds(opened) and kinds(opened).count("depthwise_conv2d") == 2
    assert {"separable_conv2d depthwise", "separable_conv2d", "dense softmax"} <= {card.name for card in cards.values()}
    layer = open_design(FILES / "scaled.keras").design.graph["input_1"].layer
    assert (layer.mean, layer.deviation) == ((0.1, 0.2, 0.3), (0.2, 0.3, 0.5))


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("lambda", "Lambda (layer “lambda”): It holds code of its own"),
        ("selu", "activation selu is not possible here"),
        ("twice", "Dense (layer “dense_7”): It is used 2 times"),
        ("reshape", "Reshape (layer “reshape”): There is no such layer here"),
        ("maps", "It does not end in one number for each class."),
    ],
)
def test_what_cannot_be_represented_is_refused_by_name(name: str, sentence: str) -> None:
    with pytest.raises(FileFormatError) as refused:
        open_design(FILES / f"refused_{name}.keras")
    assert sentence in str(refused.value) and str(refused.value).endswith(".")


def changed(out: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    """The chain “grouped” with other settings."""
    with zipfile.ZipFile(FILES / "grouped.keras") as archive, zipfile.ZipFile(out, "w") as other:
        for name in archive.namelist():
            content = archive.read(name)
            if name == "config.json":
                config = json.loads(content)
                change(config)
                content = json.dumps(config).encode()
            other.writestr(name, content)
    return out


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda c: c["config"]["layers"][1].update(registered_name="Acme>Conv2D"), "of their own"),
        (lambda c: c["config"]["layers"][1].update(module="acme.keras.layers"), "of their own"),
        (lambda c: c.update(class_name="Other"), "of the class Other"),
        (lambda c: c["config"]["layers"][1]["config"].update(filters=9), "no array 1 of the shape"),
        (lambda c: c["config"]["layers"][1]["config"].update(data_format="channels_first"), "channels_first"),
        (lambda c: c["config"]["layers"][0]["config"].update(batch_shape=[None, None, None, 3]), "fixed size"),
        (lambda c: c["config"]["layers"].pop(0), "0 inputs"),
    ],
)
def test_what_somebody_changed_is_read_for_what_it_says(
    tmp_path: Path, change: Callable[[dict[str, Any]], None], sentence: str
) -> None:
    with pytest.raises(FileFormatError, match=sentence):
        open_design(changed(tmp_path / "m.keras", change))


def test_what_is_no_model_and_what_is_missing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for content in (b"", b"a shopping list", (FILES / "grouped.keras").read_bytes()[:3000]):
        (tmp_path / "m.keras").write_bytes(content)
        with pytest.raises(FileFormatError, match="no Keras model, or a damaged one"):
            open_design(tmp_path / "m.keras")
    monkeypatch.setitem(sys.modules, "pyfive", None)
    with pytest.raises(FileFormatError, match=r"pip install .cnnstudio\[keras\]"):
        open_design(FILES / "grouped.keras")
