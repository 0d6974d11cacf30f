"""PyTorch as the judge: output and every gradient of every layer on random configurations, losses, optimizers, and
whole training runs from the same weights on the same batches.

``CNNSTUDIO_PEER_CONFIGURATIONS`` says how many configurations of each layer are drawn (20 unless said).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import closing
from itertools import islice, product
from typing import Any

import numpy as np
import pytest
from bench import Bench, random_value

from cnnstudio.data.library import preview
from cnnstudio.design.templates import template
from cnnstudio.nn.graph.layer import Layer, layer_kinds
from cnnstudio.nn.layers.normalization.batch_norm import BatchNorm
from cnnstudio.nn.network.plan import default_plan
from cnnstudio.nn.parameters.parameters import initial_parameters
from cnnstudio.nn.randomness import draws
from cnnstudio.nn.rules.losses import CrossEntropy, Loss, MeanSquaredError
from cnnstudio.nn.rules.optimizers import SGD, Adam, AdamW, Optimizer, RMSProp
from cnnstudio.nn.sliding_window import ShapeError
from cnnstudio.nn.training.events import StepDone
from cnnstudio.nn.training.trainer import Training, train

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.peer

if not hasattr(torch, "nn"):
    pytest.skip("torch is there without its modules", allow_module_level=True)

from torch_judge import JUDGES, JudgedNetwork, judged  # noqa: E402

# its threads spin while they wait, which on a busy machine takes many times as long as the work
torch.set_num_threads(1)

CONFIGURATIONS = int(os.environ.get("CNNSTUDIO_PEER_CONFIGURATIONS", "20"))
#: what training leaves to chance cannot be judged number by number; the Input layer computes nothing
CHANCE = {"dropout", "spatial_dropout2d", "input"}
CLOSE = {np.float32: 1e-4, np.float64: 1e-10}
#: settings that matter more often than uniform draws from all they can be would show
USUAL = {"kernel": (1, 6), "stride": (1, 4), "dilation": (1, 4), "factor": (1, 4), "filters": (1, 9), "units": (1, 20)}


def test_every_layer_has_a_judge() -> None:
    assert JUDGES.keys() == layer_kinds().keys() - CHANCE


@pytest.mark.parametrize("kind", sorted(JUDGES))
def test_output_and_gradients_of_every_layer(kind: str, record_property: Callable[[str, object], None]) -> None:
    worst = 0.0
    for number in range(CONFIGURATIONS):
        generator = np.random.default_rng([number, *kind.encode()])
        layer, shapes = configuration(layer_kinds()[kind], generator)
        for dtype in (np.float32, np.float64):
            for algorithm in layer.algorithms:
                bench = Bench(layer, shapes, algorithm, dtype)
                where = f"configuration {number}, {dtype.__name__}, {algorithm}: {layer} on {shapes}"
                worst = max(worst, compare(bench, layer, np.random.default_rng(number), where))
    record_property("worst part of the tolerance", worst)
    print(f"{kind}: worst difference is {worst:.1e} of the tolerance")


def compare(bench: Bench, layer: Layer, generator: np.random.Generator, where: str) -> float:
    """Run both, hold every array to the tolerance, and return the largest part of it that was used."""
    for _, array, _ in bench.variables:
        array[...] = generator.standard_normal(array.shape)
    state = {n: torch.tensor(a) for n, a in bench.parameters.items() if n not in bench.gradients}
    learned = {n: torch.tensor(bench.parameters[n], requires_grad=True) for n in bench.gradients}
    inputs = [torch.tensor(to_judge(a), requires_grad=True) for a in bench.inputs]
    theirs = judged(layer, inputs, learned | state)
    seed = generator.standard_normal(bench.output.shape).astype(bench.output.dtype)
    theirs.backward(torch.tensor(to_judge(seed)))
    bench.forward()
    found = {"output": (to_judge(bench.output), theirs)}
    bench.backward(seed)
    bench.operation.commit()
    found |= {
        f"gradient of input {i}": (to_judge(g), x.grad)
        for i, (g, x) in enumerate(zip(bench.input_gradients, inputs, strict=True))
    }
    found |= {f"gradient of {n}": (g, learned[n].grad) for n, g in bench.gradients.items()}
    found |= {f"running {n}": (bench.parameters[n], state[n]) for n in state}
    return max(share_of_tolerance(ours, judge, f"{name}; {where}") for name, (ours, judge) in found.items())


def share_of_tolerance(ours: np.ndarray, judge: Any, where: str) -> float:
    theirs = judge.detach().numpy()
    assert ours.dtype == theirs.dtype, where
    allowed = CLOSE[ours.dtype.type] * max(float(np.abs(theirs).max()), 1e-3)
    apart = float(np.abs(ours - theirs).max())
    assert apart <= allowed, f"{apart:.3g} apart, {allowed:.3g} allowed: {where}"
    return apart / allowed


def to_judge(array: np.ndarray) -> np.ndarray:
    """(H, C, W, N) → (N, C, H, W), (units, N) → (N, units)."""
    return np.ascontiguousarray(array.transpose(3, 1, 0, 2) if array.ndim == 4 else array.T)


def configuration(kind: type[Layer], generator: np.random.Generator) -> tuple[Layer, list[tuple[int, ...]]]:
    """A layer with random settings and inputs that it can take, from 1×1 images upwards."""
    for _ in range(2000):
        settings = {about.name: random_value(about, generator, USUAL.get(about.name)) for about in kind.settings()}
        if kind.kind in ("batch_norm", "group_norm", "layer_norm"):
            settings["epsilon"] = float(10 ** generator.uniform(-6, -2))
        layer = kind(**settings)
        vector = (int(generator.integers(2, 30)),)
        height, width = (int(v) for v in generator.integers(1, 15, 2))
        volume = (height, width, int(generator.choice([1, 2, 3, 4, 6, 8, 12])))
        count = int(generator.integers(kind.fewest_inputs, min(kind.most_inputs, 4) + 1))
        shape = vector if generator.random() < 0.3 else volume
        together = np.prod(shape) // (layer.groups if kind.kind == "group_norm" else 1)
        if kind.kind in ("group_norm", "layer_norm") and together < 4:
            continue  # two numbers always become −1 and 1: nothing but rounding is left of their gradients
        shapes = [shape] * count
        if kind.kind == "concatenate":
            shapes = [(*shape[:-1], int(generator.integers(1, 9))) for _ in range(count)]
        try:
            layer.output_shape(shapes)
        except ShapeError:
            continue
        return layer, shapes
    raise AssertionError(f"no settings found with which {kind.kind} can be computed")


def test_sizes_that_are_rounded_up() -> None:
    """Every size, window, stride and padding that PyTorch takes."""
    for size, kernel, stride in product(range(1, 13), range(1, 6), range(1, 7)):
        for padding in range(kernel // 2 + 1):
            window = {"kernel": (kernel, 1), "stride": (stride, 1), "padding": (padding, padding, 0, 0)}
            layer = layer_kinds()["max_pool2d"](**window, round_up=True)
            image = torch.zeros(1, 1, size, 1)
            try:
                ours = layer.output_shape([(size, 1, 1)])[0]
            except ShapeError:
                ours = 0
            try:
                theirs = torch.nn.functional.max_pool2d(image, (kernel, 1), (stride, 1), (padding, 0), ceil_mode=True)
            except RuntimeError:  # it is too small
                assert ours == 0, (size, window)
                continue
            assert ours == theirs.shape[2], (size, window)


def test_batch_norm_outside_training() -> None:
    layer, shape = BatchNorm(), (5, 6, 4)
    bench = Bench(layer, [shape], "reference", np.float32, "eval")
    generator = np.random.default_rng(0)
    for array in (*bench.inputs, *bench.parameters.values()):
        array[...] = generator.uniform(0.5, 2, array.shape)
    mean, variance, scale, shift = (torch.tensor(bench.parameters[n]) for n in ("mean", "variance", "scale", "shift"))
    theirs = torch.nn.functional.batch_norm(
        torch.tensor(to_judge(bench.inputs[0])), mean, variance, scale, shift, False, 0.1, layer.epsilon
    )
    share_of_tolerance(to_judge(bench.forward()), theirs, "running moments")


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (CrossEntropy(), lambda x, y: torch.nn.functional.cross_entropy(x, y)),
        (CrossEntropy(0.1), lambda x, y: torch.nn.functional.cross_entropy(x, y, label_smoothing=0.1)),
        (MeanSquaredError(), lambda x, y: torch.nn.functional.mse_loss(x.softmax(1), torch.eye(7)[y])),
    ],
    ids=["cross entropy", "label smoothing", "mean squared error"],
)
def test_losses(ours: Loss, theirs: Callable[..., Any]) -> None:
    generator = np.random.default_rng(0)
    logits = generator.standard_normal((7, 20)).astype(np.float32) * 3
    labels = generator.integers(0, 7, 20)
    judge = torch.tensor(logits.T.copy(), requires_grad=True)
    expected = theirs(judge, torch.tensor(labels))
    expected.backward()
    gradient = np.empty_like(logits)
    loss = ours.measure(logits, labels, gradient)
    ours.differentiate(gradient, labels, 20)
    assert loss.total / 20 == pytest.approx(float(expected.detach()), rel=1e-6)
    assert loss.correct == np.count_nonzero(logits.argmax(0) == labels)
    share_of_tolerance(gradient.T, judge.grad, "logits")


def test_class_weights() -> None:
    """PyTorch divides by the sum of the weights; over images whose mean weight is 1 that is their number."""
    generator = np.random.default_rng(0)
    logits = generator.standard_normal((7, 200)).astype(np.float32) * 3
    labels = generator.integers(0, 7, 200)
    ours = CrossEntropy(class_weights=(1.0, 2.0, 0.5, 3.0, 1.0, 0.1, 4.0)).weighed(labels, 7)
    judge, weights = torch.tensor(logits.T.copy(), requires_grad=True), torch.tensor(ours.class_weights)
    expected = torch.nn.functional.cross_entropy(judge, torch.tensor(labels), weight=weights.float())
    expected.backward()
    gradient = np.empty_like(logits)
    loss = ours.measure(logits, labels, gradient)
    ours.differentiate(gradient, labels, 200)
    assert loss.total / 200 == pytest.approx(float(expected.detach()), rel=1e-5)
    share_of_tolerance(gradient.T, judge.grad, "logits")


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (SGD(0.1, 0.0), lambda p: torch.optim.SGD(p, 0.1)),
        (SGD(0.1, 0.9, weight_decay=0.01), lambda p: torch.optim.SGD(p, 0.1, 0.9, weight_decay=0.01)),
        (SGD(0.1, 0.9, True), lambda p: torch.optim.SGD(p, 0.1, 0.9, nesterov=True)),
        (RMSProp(0.01, 0.95), lambda p: torch.optim.RMSprop(p, 0.01, 0.95)),
        (Adam(0.01, weight_decay=0.1), lambda p: torch.optim.Adam(p, 0.01, weight_decay=0.1)),
        (AdamW(0.01, weight_decay=0.1), lambda p: torch.optim.AdamW(p, 0.01, weight_decay=0.1)),
    ],
    ids=["SGD", "momentum", "Nesterov", "RMSProp", "Adam", "AdamW"],
)
def test_optimizers(ours: Optimizer, theirs: Callable[..., Any]) -> None:
    generator = np.random.default_rng(1)
    vector = generator.standard_normal(70_000)
    judge = torch.tensor(vector.copy(), requires_grad=True)
    state, optimizer = ours.start(vector.size, vector.dtype), theirs([judge])
    for _ in range(20):
        gradient = generator.standard_normal(vector.size)
        judge.grad = torch.tensor(gradient.copy())
        ours.update(vector, gradient, state)
        optimizer.step()
    share_of_tolerance(vector, judge, "weights")


@pytest.mark.parametrize("name", ["lenet5", "resnet_mini"])
@pytest.mark.parametrize(
    ("dtype", "steps", "close"), [(np.float32, 100, 1e-2), (np.float64, 20, 1e-9)], ids=["single", "double"]
)
def test_a_whole_training_run(name: str, dtype: type, steps: int, close: float) -> None:
    """Steps of Adam from the same weights on the same batches. In single precision rounding grows from step to
    step, in both; double precision shows that nothing else differs. From most first weights of LeNet-5 PyTorch leaves
    its own losses by more than the tolerance when they are moved by one unit in the last place, as soon as some cell
    lies at the edge of a ReLU; from those of this seed it does not."""
    design, batch_size, rate = template(name), 64, 0.001
    data = preview(design.recipe.data).train
    parameters = initial_parameters(design.graph, 6).copy(dtype)
    training = Training.begin(design.graph, parameters, Adam(rate), plan=default_plan(design.graph, 2))
    per_epoch = -(-len(data) // batch_size)
    with closing(train(training, data, data, batch_size=batch_size, epochs=-(-steps // per_epoch), seed=0)) as events:
        ours = list(islice((event.loss for event in events if isinstance(event, StepDone)), steps))
    judge = JudgedNetwork(design.graph, parameters)
    optimizer = torch.optim.Adam(judge.learned, rate)
    theirs = []
    for step in range(steps):
        epoch, number = divmod(step, per_epoch)
        order = draws(0, "order", epoch + 1).permutation(len(data))
        chosen = order[number * batch_size : (number + 1) * batch_size]
        answers = judge.logits(data.read(chosen))
        loss = torch.nn.functional.cross_entropy(answers, torch.tensor(data.labels[chosen]))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        theirs.append(float(loss.detach()))
    apart = np.abs(np.array(ours) / np.array(theirs) - 1)
    print(f"{name}: loss {theirs[0]:.3f} → {theirs[-1]:.4f}, at most {apart.max():.1e} apart")
    assert theirs[-1] < theirs[0] * 0.9, "it learns"
    assert apart.max() < close
