"""Captum as the judge of where a network looked, on networks that come with the program and on random graphs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from random_graphs import random_graph

from cnnstudio.design.templates import template
from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.looking.attribution.class_score import ClassScore
from cnnstudio.nn.looking.attribution.grad_cam import grad_cam, layers_with_maps
from cnnstudio.nn.looking.attribution.gradients import gradient, noise_for, smooth_gradient
from cnnstudio.nn.looking.attribution.integrated import in_steps
from cnnstudio.nn.looking.attribution.methods import Question, look
from cnnstudio.nn.looking.occlusion import occlusion
from cnnstudio.nn.parameters.parameters import Parameters, untrained_parameters

torch = pytest.importorskip("torch")
captum = pytest.importorskip("captum.attr")
pytestmark = pytest.mark.peer

from torch_judge import judged  # noqa: E402

torch.set_num_threads(1)

CLOSE = 1e-4
STEPS = 64
NAMES = ("lenet5", "resnet_mini", "inception_mini")
NETWORKS: dict[str, Any] = {name: lambda name=name: template(name).graph for name in NAMES}
NETWORKS |= {f"random {seed}": lambda seed=seed: random_graph(seed) for seed in range(20)}


class OneLayer(torch.nn.Module):
    """One layer of ours in PyTorch's words."""

    def __init__(self, layer: Any, arrays: dict[str, Any]) -> None:
        super().__init__()
        self.layer, self.names = layer, tuple(arrays)
        for name, array in arrays.items():
            self.register_buffer(name, array)

    def forward(self, *xs: Any) -> Any:
        layer, arrays = self.layer, {name: getattr(self, name) for name in self.names}
        if layer.kind == "input":
            mean, deviation = (
                torch.tensor(v, dtype=xs[0].dtype).reshape(-1, 1, 1) for v in (layer.mean, layer.deviation)
            )
            return (xs[0] - mean) / deviation
        if layer.kind in ("dropout", "spatial_dropout2d"):
            return xs[0]
        if layer.kind == "batch_norm":
            figures = arrays["mean"], arrays["variance"], arrays["scale"], arrays["shift"]
            return torch.nn.functional.batch_norm(xs[0], *figures, False, 0.0, layer.epsilon)
        return judged(layer, list(xs), arrays)


class Rectifier(torch.nn.Module):
    """Captum guides what comes back to a ReLU’s input; to other readers of that it is to come back as it is."""

    def __init__(self) -> None:
        super().__init__()
        self.relu = torch.nn.ReLU()

    def forward(self, x: Any) -> Any:
        return self.relu(x.clone())


class InTorch(torch.nn.Module):
    """A graph whose layers are modules, as Captum asks for them; pixels (N, C, H, W) between 0 and 1."""

    def __init__(self, graph: Graph, parameters: Parameters, *, shares: bool = False) -> None:
        super().__init__()
        self.graph, self.shares = graph, shares
        self.layers = torch.nn.ModuleDict()
        for node in graph:
            arrays = {**parameters.arrays(node.id), **parameters.state_arrays(node.id)}
            made = OneLayer(node.layer, {name: torch.tensor(np.array(array)) for name, array in arrays.items()})
            self.layers[node.id] = Rectifier() if node.layer.kind == "relu" else made

    def forward(self, pixels: Any) -> Any:
        values: dict[str, Any] = {}
        for node_id in self.graph.order:
            sources = self.graph[node_id].inputs
            if self.graph[node_id].layer.kind == "softmax":
                logits = values[sources[0]]
                return torch.softmax(logits, 1) if self.shares else logits
            values[node_id] = self.layers[node_id](*([values[source] for source in sources] or [pixels]))
        raise AssertionError("the graph has no Softmax layer")


def theirs(picture: np.ndarray) -> Any:
    return (torch.tensor(picture).permute(2, 0, 1)[None].float() / 255).requires_grad_()


def ours(found: Any) -> np.ndarray:
    """(1, C, H, W) → (H, W, C)."""
    return found.detach().numpy()[0].transpose(1, 2, 0)


def assert_close(mine: np.ndarray, other: np.ndarray, what: str) -> None:
    apart, most = float(np.abs(mine - other).max()), float(np.abs(other).max())
    assert apart <= CLOSE * most + 1e-12, f"{what}: {apart:.2g} apart where the largest is {most:.2g}"


@contextmanager
def this_noise(noise: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Captum draws this noise (copies, H, W, C)."""
    with monkeypatch.context() as patched:
        patched.setattr(torch, "normal", lambda *_: torch.tensor(noise).permute(0, 3, 1, 2))
        yield


@pytest.fixture(params=sorted(NETWORKS))
def looked(request: pytest.FixtureRequest) -> Iterator[tuple[Graph, Parameters, np.ndarray, int, ClassScore, InTorch]]:
    graph = NETWORKS[request.param]()
    parameters = untrained_parameters(graph, 3)
    score = ClassScore(graph, parameters)
    random = np.random.default_rng(len(graph))
    picture = random.integers(0, 256, score.shape).astype(np.uint8)
    yield graph, parameters, picture, int(random.integers(score.classes)), score, InTorch(graph, parameters)
    score.close()


@pytest.mark.filterwarnings("ignore")
def test_slopes_steps_and_noise(looked: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    graph, parameters, picture, label, score, model = looked
    pixels = theirs(picture)
    plain = ours(captum.Saliency(model).attribute(pixels, target=label, abs=False))
    assert_close(gradient(score, picture, label), plain, "gradient")
    times = ours(captum.InputXGradient(model).attribute(pixels, target=label))
    assert_close(look(graph, parameters, picture, Question(label, "times_pixel")).values, times, "gradient × pixel")
    method = {"n_steps": STEPS, "method": "riemann_middle", "internal_batch_size": 64}
    # where a step lies on a corner of a ReLU, rounding decides on which side: in single precision on either
    fine = ClassScore(graph, parameters.copy(np.float64))
    judge = captum.IntegratedGradients(InTorch(graph, parameters).double())
    along = ours(judge.attribute(theirs(picture).double(), 0.0, target=label, **method))
    assert_close(in_steps(fine, picture, label, STEPS).values, along, "integrated gradients")
    fine.close()
    noise = noise_for(picture, copies=32)
    with this_noise(noise, monkeypatch):
        tunnel = captum.NoiseTunnel(captum.Saliency(model))
        how = {"nt_type": "smoothgrad", "nt_samples": 32, "stdevs": 0.1}
        smooth = ours(tunnel.attribute(pixels, target=label, abs=False, **how))
    assert_close(smooth_gradient(score, picture, label, noise), smooth, "SmoothGrad")


@pytest.mark.filterwarnings("ignore")
def test_maps_and_what_is_guided(looked: Any) -> None:
    graph, parameters, picture, label, score, model = looked
    guided = ClassScore(graph, parameters, guided=True)
    back = ours(captum.GuidedBackprop(model).attribute(theirs(picture), target=label))
    assert_close(gradient(guided, picture, label), back, "guided backpropagation")
    for node in layers_with_maps(score.graph):
        layer = model.layers[node]
        found = grad_cam(score, picture, label, node)
        small = captum.LayerGradCam(model, layer).attribute(theirs(picture), target=label, relu_attributions=True)
        assert_close(found.rectified, small.detach().numpy()[0, 0], f"Grad-CAM at {node}")
        large = captum.LayerAttribution.interpolate(small, picture.shape[:2], interpolate_mode="bilinear")
        assert_close(found.values, ours(large), f"enlarged at {node}")
        both = captum.GuidedGradCam(model, layer).attribute(theirs(picture), target=label, interpolate_mode="bilinear")
        assert_close(gradient(guided, picture, label) * found.values, ours(both), f"guided Grad-CAM at {node}")
    guided.close()


@pytest.mark.parametrize("name", NAMES)
def test_occlusion(name: str) -> None:
    graph = NETWORKS[name]()
    parameters = untrained_parameters(graph, 3)
    shape = graph.shape(graph.images[0])
    picture = np.random.default_rng(1).integers(0, 256, shape).astype(np.uint8)
    found = occlusion(graph, parameters, picture, patch=6, stride=2)
    ground = torch.tensor(found.ground).float().reshape(1, -1, 1, 1) / 255
    window, stride = (shape[2], 6, 6), (shape[2], 2, 2)
    judge = captum.Occlusion(InTorch(graph, parameters, shares=True))
    for label in (found.answer, (found.answer + 1) % 10):
        other = judge.attribute(theirs(picture), window, stride, ground, target=label, perturbations_per_eval=8)
        assert_close(found.by_pixel(shape, label), ours(other)[:, :, 0], "occlusion")
