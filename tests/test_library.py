"""The library: the page in docs runs as it stands, and what it promises holds."""

from __future__ import annotations

import base64
import importlib.util
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import cnnstudio as cs
from cnnstudio.data.dataset import DataError
from cnnstudio.design.edits.edits import EditRefused
from cnnstudio.exchange.exportable import ExportRefused
from cnnstudio.model import Model
from cnnstudio.nn.graph.graph import GraphError
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.nn.settings import SettingError
from cnnstudio.opening import open_design

PAGE = Path(__file__).parent.parent / "docs" / "library.md"


def stripes(count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Upright or level stripes, 8×8×1."""
    draws = np.random.default_rng(seed)
    labels = draws.integers(0, 2, count)
    images = draws.integers(0, 60, (count, 8, 8, 1)).astype(np.uint8)
    images[labels == 0, ::2] += 150
    images[labels == 1, :, ::2] += 150
    return images, labels


def small(seed: int = 0) -> cs.Model:
    return cs.Model([cs.Input(8, 8, 1), cs.Conv2D(4), cs.ReLU(), cs.Flatten(), cs.Dense(2), cs.Softmax()], seed=seed)


@pytest.mark.slow
def test_the_page_runs_as_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    monkeypatch.chdir(tmp_path)
    exec(compile(code, str(PAGE), "exec"), {})
    said = capsys.readouterr().out
    assert said.startswith("(28, 28, 8)\n")
    assert float(re.findall(r"test accuracy (.*)%", said)[0]) > 85


def test_every_layer_kind_is_there_by_its_name() -> None:
    for kind in layer_kinds().values():
        assert getattr(cs, kind.__name__) is kind
        assert kind.__name__ in dir(cs)
    with pytest.raises(AttributeError, match="no attribute 'Conv3D'"):
        _ = cs.Conv3D


def test_learns_from_arrays_and_goes_on_from_its_weights(tmp_path: Path) -> None:
    model, seen = small(), []
    history = model.fit(stripes(200), epochs=3, batch_size=20, learning_rate=0.01, progress=seen.append)
    assert [epoch.epoch for epoch in seen] == [1, 2, 3]
    assert seen == list(history.epochs) == list(model.history.epochs)
    assert "27 steps" in repr(history) and "3 epochs" in repr(history)
    assert "Conv 2D  6×6×4           40" in repr(model)
    images, labels = stripes(100, 1)
    assert np.mean(model.predict(images) == labels) > 0.95
    assert model.evaluate((images, labels)).accuracy == np.mean(model.predict(images) == labels)
    np.testing.assert_allclose(model.probabilities(images).sum(1), 1, rtol=1e-5)
    further = model.fit(stripes(200), epochs=1, batch_size=20, learning_rate=0.01)
    assert further.losses[0] < history.losses[0] / 2
    model.save(tmp_path / "a.cnn")
    assert np.array_equal(cs.load(tmp_path / "a.cnn").probabilities(images), model.probabilities(images))


def test_the_same_seed_gives_the_same_model() -> None:
    models = [small(seed) for seed in (3, 3, 4)]
    for model in models:
        model.fit(stripes(60), epochs=1, batch_size=20, threads=2)
    images, _ = stripes(10)
    one, same, other = (model.probabilities(images) for model in models)
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_activations_and_weights_are_those_of_the_layer() -> None:
    model = small()
    images, _ = stripes(3)
    kernels, bias = model.weights("Conv 2D")["weights"], model.weights("Conv 2D")["bias"]
    by_hand = (images[1, 2:5, 3:6] / 255 * kernels[2]).sum() + bias[2]
    assert model.activations(images, "Conv 2D")[1, 2, 3, 2] == pytest.approx(by_hand, rel=1e-5)
    assert model.activations(images, "Dense").shape == (3, 2)
    assert model.activations(images[:0], "Conv 2D").shape == (0, 6, 6, 4)


def test_a_graph_with_branches() -> None:
    graph = cs.Graph(
        (
            cs.Node("in", cs.Input(8, 8, 1)),
            cs.Node("left", cs.Conv2D(2, padding="same"), ("in",)),
            cs.Node("right", cs.Conv2D(2, (1, 1)), ("in",)),
            cs.Node("sum", cs.Add(), ("left", "right")),
            cs.Node("flat", cs.Flatten(), ("sum",)),
            cs.Node("dense", cs.Dense(2), ("flat",)),
            cs.Node("answer", cs.Softmax(), ("dense",)),
        )
    )
    model = cs.Model(graph)
    model.fit(stripes(40), epochs=1)
    images, _ = stripes(2)
    parts = model.activations(images, "left") + model.activations(images, "right")
    np.testing.assert_allclose(model.activations(images, "sum"), parts, atol=1e-6)


def test_what_was_learned_is_kept_for_other_classes() -> None:
    """Transfer: trained on two classes, the convolution locked, another Dense layer for four, trained on."""
    model = small()
    model.fit(stripes(200), epochs=2, batch_size=20, learning_rate=0.01)
    learned, whole = model.weights("Conv 2D"), model.trainable_parameters
    model.lock("Conv 2D")
    assert model.locked == ("Conv 2D",) and model.trainable_parameters == whole - 40
    model.replace("Dense", cs.Dense(4))
    images, labels = stripes(200, 1)
    shifted = np.concatenate([images, np.roll(images, 1, (1, 2))]), np.concatenate([labels, labels + 2])
    history = model.fit(shifted, epochs=6, batch_size=20, learning_rate=0.05, optimizer="sgd", weight_decay=0.01)
    assert history.epochs[-1].validation_accuracy > 0.9
    for name, array in model.weights("Conv 2D").items():
        assert array.tobytes() == learned[name].tobytes()
    model.unlock()
    model.fit(shifted, epochs=1, batch_size=20)
    assert model.locked == () and (model.weights("Conv 2D")["weights"] != learned["weights"]).all()
    with pytest.raises(GraphError, match="Conv 2D"):
        model.replace("Conv 2D", cs.Conv2D(4, (9, 9)))
    assert model.shapes["Conv 2D"] == (6, 6, 4)


def test_optimizer_schedule_and_loss_are_values_or_names() -> None:
    model = small()
    recipe = lambda: model.project.design.recipe  # noqa: E731
    model.fit(stripes(40), epochs=1, optimizer=cs.SGD(nesterov=True), schedule=cs.Cosine(last=0.1))
    assert recipe().optimizer == cs.SGD(0.01, 0.9, True) and recipe().schedule == cs.Cosine(last=0.1)
    model.fit(stripes(40), epochs=1, optimizer="sgd", momentum=0.5, loss=cs.CrossEntropy(class_weights=(1, 2)))
    assert recipe().optimizer == cs.SGD(0.01, 0.5, True), "the same kind again keeps its settings"
    assert recipe().loss.class_weights == (1.0, 2.0)
    with pytest.raises(SettingError, match="choose optimizer=adam"):
        model.fit(stripes(40), beta1=0.5)
    with pytest.raises(GraphError, match="3 class weights, but the network ends in 2 numbers"):
        model.fit(stripes(40), class_weights=(1, 2, 3))


def test_the_answers_have_names_once_it_has_learned(tmp_path: Path) -> None:
    model = small()
    assert model.classes == ()
    data = stripes(40)
    model.fit(data, epochs=1)
    model.save(tmp_path / "a.cnn")
    assert cs.load(tmp_path / "a.cnn").classes == model.classes == ("0", "1")


def test_a_second_training_knows_the_first(tmp_path: Path) -> None:
    model = small()
    model.fit(stripes(40), epochs=2, batch_size=20)
    first = model.project.run
    assert first is not None and first.parent == ""
    model.fit(stripes(40), epochs=1)
    second = model.project.run
    assert second is not None and second.parent == first.id
    assert (second.began.epoch, second.began.picture) == (2, 0)
    model.save(tmp_path / "a.cnn")
    opened = cs.load(tmp_path / "a.cnn").project.run
    assert opened is not None and (opened.parent, opened.began) == (first.id, second.began)


def test_each_channel_can_have_its_own_mean() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (9, 4, 4, 3)).astype(np.uint8)
    mean, deviation = pixels.mean((0, 1, 2)) / 255, pixels.std((0, 1, 2)) / 255
    layers = [cs.Flatten(), cs.Dense(2), cs.Softmax()]
    model = cs.Model([cs.Input(4, 4, 3, mean=mean, deviation=deviation), *layers])
    scaled = model.activations(pixels, "Input")
    np.testing.assert_allclose(scaled.mean((0, 1, 2)), 0, atol=1e-6)
    np.testing.assert_allclose(scaled.std((0, 1, 2)), 1, atol=1e-6)
    with pytest.raises(GraphError, match="mean has 3 numbers, one for each channel, but the image has 1 channel"):
        cs.Model([cs.Input(4, 4, 1, mean=mean), *layers])


def test_another_optimizer_brings_its_own_defaults() -> None:
    model = small()
    optimizer = lambda: model.project.design.recipe.optimizer  # noqa: E731
    model.fit(stripes(40), epochs=1, optimizer="adamw")
    assert (optimizer().weight_decay, optimizer().learning_rate) == (0.01, 0.001)
    model.fit(stripes(40), epochs=1, optimizer="sgd")
    assert (optimizer().weight_decay, optimizer().learning_rate) == (0.0, 0.01)
    model.fit(stripes(40), epochs=1, learning_rate=0.003)
    model.fit(stripes(40), epochs=1, optimizer="adamw", weight_decay=0.2)
    assert (optimizer().weight_decay, optimizer().learning_rate) == (0.2, 0.003)
    with pytest.raises(SettingError, match="did you mean “weight_decay”"):
        model.fit(stripes(40), weight_dekay=0.1)


@pytest.mark.parametrize(
    "given",
    [
        lambda images, labels: ((images / 255, labels), None),
        lambda images, labels: (images.astype(int).tolist(), labels.tolist()),
        lambda images, labels: (images[..., 0], labels.astype(float)),
    ],
    ids=["floats", "lists", "without channels"],
)
def test_images_may_come_in_any_usual_form(given: Callable[..., tuple[Any, Any]]) -> None:
    images, labels = stripes(40)
    one, other = small(), small()
    one.fit(images, labels, epochs=1)
    other.fit(*given(images, labels), epochs=1)
    assert np.array_equal(one.probabilities(images), other.probabilities(images))
    assert one.predict(images.tolist()).tolist() == one.predict(images / 255).tolist() == one.predict(images).tolist()


@pytest.mark.parametrize(
    ("images", "says"),
    [
        (np.zeros((8, 8, 1), np.uint8), "single one: give images.None"),
        (np.zeros((4, 1, 8, 8), np.uint8), "channels come first"),
        (np.zeros((4, 9, 8, 1), np.uint8), "8×8×1.*4, 9, 8, 1"),
        (np.full((4, 8, 8, 1), 200.0), "from 200 to 200.*255"),
        (np.full((4, 8, 8, 1), -1), "0 .black. to 255 .white., but these go from −1"),
        (np.full((4, 8, 8, 1), np.nan), "NaN"),
        ([np.zeros((8, 8)), np.zeros((9, 8))], "same size"),
        ("cat.png", "not str"),
        (None, "not NoneType"),
    ],
)
def test_images_that_cannot_be_meant_are_refused_in_one_sentence(images: Any, says: str) -> None:
    with pytest.raises(DataError, match=says) as refusal:
        small().predict(images)
    assert str(refusal.value).endswith(".") and "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    "scale",
    [
        lambda x: x / 127.5 - 1,
        lambda x: x / 255 - 0.5,
        lambda x: x.astype(np.int16) - 128,
        lambda x: (x - 128.0).astype(np.int8),
        lambda x: (x - x.mean()) / x.std(),
        lambda x: x.astype(np.float32),
        lambda x: x / 16,
        lambda x: x / 255 * 1.02,
        lambda x: x.astype(np.uint16) * 257,
        lambda x: x.astype(np.int16) * 120 - 15_000,
    ],
    ids=["−1 to 1", "halves", "signed", "8 bits", "standardised", "255", "16", "a little over", "16 bits", "wide"],
)
def test_what_a_refusal_of_images_advises_is_taken_and_shows_the_same(scale: Callable[[Any], Any]) -> None:
    given, labels = stripes(20)
    given[0, 0, 0, 0], given[0, 0, 1, 0] = 0, 255
    images = scale(given)
    with pytest.raises(DataError) as refusal:
        small().fit(images, labels, epochs=1)
    advised = re.search(r"Give (.+?)(?:, where x = (.+))?\.$", str(refusal.value))
    assert advised is not None, refusal.value
    names = {"images": images}
    if advised[2]:
        names["x"] = eval(advised[2], names)
    mended = eval(advised[1].replace("−", "-"), names)
    one, other = small(), small()
    one.fit(mended, labels, epochs=1)
    other.fit(given, labels, epochs=1)
    assert np.allclose(one.probabilities(mended), other.probabilities(given), atol=0.05)


@pytest.mark.parametrize("shape", ["(8, 8, 1)", "(20, 1, 8, 8)"])
def test_what_a_refusal_of_shapes_advises_is_taken(shape: str) -> None:
    images = np.zeros(eval(shape), np.uint8)
    with pytest.raises(DataError) as refusal:
        small().predict(images)
    advised = re.search(r"give (images.+)\.$", str(refusal.value))
    assert advised is not None
    assert small().predict(eval(advised[1], {"images": images})).shape == (1 if len(images) == 8 else 20,)


@pytest.mark.parametrize("shift", [1, 5, -1, -3])
def test_what_a_refusal_of_labels_advises_is_taken(shift: int) -> None:
    images, right = stripes(20)
    for labels in (right + shift, np.eye(2)[right]):
        with pytest.raises(DataError) as refusal:
            small().fit(images, labels, epochs=1)
        advised = re.search(r"[Gg]ive (labels.+)\.$", str(refusal.value))
        assert advised is not None
        mended = eval(advised[1], {"labels": labels})
        assert mended.tolist() == right.tolist()
        small().fit(images, mended, epochs=1)


def test_labels_of_more_classes_than_units_and_the_advised_units() -> None:
    images, labels = stripes(20)
    model = small()
    with pytest.raises(DataError, match=r"Give the last Dense layer 7 units\.") as refusal:
        model.fit(images, labels * 6)
    model.replace("Dense", cs.Dense(int(dict(dict(refusal.value.sentence.values)["remedy"].values)["units"])))
    model.fit(images, labels * 6, epochs=1)


def test_one_class_is_nothing_to_tell_apart_whatever_it_is_given_as() -> None:
    images, labels = stripes(20)
    for given in ((images, labels * 0), (cs.open_data("digits").train.pixels[:0], labels[:0])):
        with pytest.raises(DataError) as refusal:
            small().fit(*given)
        assert "unit" not in str(refusal.value)
    with pytest.raises(DataError, match="of one class, “1”: there is nothing to tell apart"):
        small().fit(images, labels * 0 + 1)
    assert small().evaluate(images, labels * 0 + 1).accuracy >= 0, "testing on one class is no learning"


def test_a_run_that_grows_beyond_all_numbers_or_is_interrupted_keeps_weights_that_work() -> None:
    images, labels = stripes(200)
    # without an activation nothing can die, so the weights of two layers drive each other up
    linear = cs.Model([cs.Input(8, 8, 1), cs.Flatten(), cs.Dense(32), cs.Dense(2), cs.Softmax()])
    with pytest.raises(GraphError, match=r"grew beyond all numbers at step .* learning rate below 100"):
        linear.fit(images, labels, epochs=50, batch_size=20, optimizer="sgd", learning_rate=100.0, momentum=0.99)
    assert np.isfinite(linear.evaluate(images, labels).loss)

    def stop(epoch: object) -> None:
        raise KeyboardInterrupt

    model = small()
    with pytest.raises(KeyboardInterrupt):
        model.fit(images, labels, epochs=10, progress=stop)
    before = small().evaluate(images, labels)
    model.fit(images, labels, epochs=1, learning_rate=0.01)
    assert model.evaluate(images, labels).loss < before.loss


def test_what_makes_no_sense_is_refused_in_one_sentence() -> None:
    images, labels = stripes(20)
    model = small()
    with pytest.raises(GraphError, match="needs an image of at least 5×5"):
        cs.Model([cs.Input(4, 4, 1), cs.Conv2D(2, (5, 5))])
    with pytest.raises(SettingError, match="no setting called “epoch”: did you mean “epochs”"):
        model.fit((images, labels), epoch=3)
    with pytest.raises(SettingError, match="from 1 to 256"):
        model.fit((images, labels), threads=0)
    with pytest.raises(DataError, match=r"fit.images, labels"):
        model.fit(images)
    with pytest.raises(DataError, match="a data set has its own"):
        model.fit("digits", labels)
    with pytest.raises(DataError, match="Two images"):
        model.fit(images[:1], labels[:1])
    with pytest.raises(DataError, match="argmax"):
        model.fit(images, np.eye(2)[labels])
    with pytest.raises(DataError, match="whole numbers"):
        model.fit(images, labels + 0.5)
    with pytest.raises(DataError, match="one whole number for each"):
        model.fit((images, labels[:5]))
    with pytest.raises(DataError, match="between 0 and 1"):
        model.fit((images, labels + 1))
    with pytest.raises(DataError, match=r"8×8×1.*20, 9, 8, 1"):
        model.fit(np.zeros((20, 9, 8, 1), np.uint8), labels)
    with pytest.raises(GraphError, match=r"28×28×1.*8×8×1"):
        model.fit("digits")
    with pytest.raises(GraphError, match=r"begins with an Input layer.*not with Conv 2D"):
        cs.Model([cs.Conv2D(2)])
    with pytest.raises(GraphError, match=r"cs.Graph"):
        cs.Model([cs.Input(8, 8, 1), cs.Add()])
    with pytest.raises(TypeError, match=r"layer 2 .* write ReLU\(\)"):
        cs.Model([cs.Input(8, 8, 1), cs.ReLU])
    with pytest.raises(TypeError, match=r"cs.template"):
        cs.Model("lenet5")
    with pytest.raises(KeyError, match="there are lenet5, "):
        cs.template("lenet")
    with pytest.raises(GraphError, match="Softmax"):
        cs.Model([cs.Input(8, 8, 1), cs.Conv2D(2)]).fit((images, labels))
    with pytest.raises(KeyError, match="no layer is called"):
        model.activations(images, "Conv 7")
    with pytest.raises(KeyError, match="no layer is called"):
        model.lock("Conv 7")
    with pytest.raises(EditRefused, match="learns nothing"):
        model.lock("ReLU")
    model.lock("Conv 2D", "Dense")
    with pytest.raises(GraphError, match="Unlock one"):
        model.fit((images, labels))
    assert model.history.epochs == ()


def test_one_class_is_refused() -> None:
    """Also by a network with one output, to which nothing else could be given."""
    images, _ = stripes(20)
    one = cs.Model([cs.Input(8, 8, 1), cs.Flatten(), cs.Dense(1), cs.Softmax()])
    for model in (small(), one):
        with pytest.raises(DataError, match="of one class, “0”: there is nothing to tell apart"):
            model.fit(images, np.zeros(20, int))


def test_exports_are_proven_and_prove_themselves_again(tmp_path: Path) -> None:
    model = small()
    certificate = model.export(tmp_path / "net.py")
    assert certificate.holds and certificate.judge == "numpy"
    assert cs.verify(tmp_path / "net.py").difference == certificate.difference
    with pytest.raises(ExportRefused, match="Name one of the targets"):
        model.export(tmp_path / "net.abc")


def test_notebooks_show_a_model_and_its_design_as_the_figure_that_opens_again(tmp_path: Path) -> None:
    model = cs.template("lenet5")
    html = model._repr_html_()
    assert html == model.project.design._repr_html_() and 'alt="LeNet-5"' in html
    (tmp_path / "shown.svg").write_bytes(base64.b64decode(html.split("base64,")[1].split('"')[0]))
    assert open_design(tmp_path / "shown.svg").design == model.project.design
    titled = Model.of(model.project.edited(model.project.design.with_changes(title='"><script>')))
    assert "<script>" not in titled._repr_html_()


@pytest.mark.slow
def test_a_model_of_another_program_is_a_model(tmp_path: Path) -> None:
    model = cs.template("lenet5")
    model.export(tmp_path / "net.onnx")
    images = np.random.default_rng(0).random((3, 28, 28, 1), np.float32)
    (tmp_path / "net.onnx").rename(tmp_path / "net")
    assert np.array_equal(cs.from_onnx(tmp_path / "net").probabilities(images), model.probabilities(images))
    with pytest.warns(UserWarning, match="ended in logits"):
        cs.from_keras(Path(__file__).parent / "exchange" / "files" / "scaled.keras")


def test_without_pytorch_there_is_no_module_of_it() -> None:
    if importlib.util.find_spec("torch") is not None:
        pytest.skip("PyTorch is here")
    with pytest.raises(ExportRefused, match="PyTorch is not installed here"):
        cs.template("lenet5").to_torch()
