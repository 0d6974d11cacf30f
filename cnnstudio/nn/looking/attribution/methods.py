"""All ways to ask where a network looked, by name, each with the account of its map."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from cnnstudio.nn.arrays import Array, Floats
from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.looking.attribution.class_score import BATCH, ClassScore, pixels
from cnnstudio.nn.looking.attribution.grad_cam import GradCam, grad_cam, layers_with_maps
from cnnstudio.nn.looking.attribution.gradients import gradient, noise_for, smooth_gradient
from cnnstudio.nn.looking.attribution.integrated import MOST, Integrated, integrated_gradients
from cnnstudio.nn.looking.occlusion import Occlusion, occlusion
from cnnstudio.nn.network.network import classifier
from cnnstudio.nn.network.shard import never
from cnnstudio.nn.parameters.parameters import Parameters

Method = Literal[
    "grad_cam", "gradient", "times_pixel", "integrated", "smooth", "guided", "guided_grad_cam", "occlusion"
]
METHODS: tuple[Method, ...] = get_args(Method)
#: those that ask at a layer
AT_LAYERS: tuple[Method, ...] = ("grad_cam", "guided_grad_cam")
#: those whose maps say what speaks against the class, below 0
SIGNED: tuple[Method, ...] = ("times_pixel", "integrated", "occlusion")
_MANY_PICTURES: tuple[Method, ...] = ("integrated", "smooth")


@dataclass(frozen=True)
class Question:
    """Where the network looked for a class, by which method, and for those that ask at one at which layer (its id)."""

    label: int
    method: Method
    node: str = ""


@dataclass(frozen=True, eq=False)
class Looked:
    """The answer: ``map`` (H, W), which is ``values`` (H, W, C) added up over the channels, their sizes where they have
    no direction; in Grad-CAM and occlusion it is theirs alone. ``probabilities`` (classes,) are what the network says
    to the picture, ``factors`` (H, W, C) what the slopes were multiplied with, if anything."""

    question: Question
    map: Floats
    values: Floats
    probabilities: Floats
    slopes: Floats | None = None
    factors: Floats | None = None
    cam: GradCam | None = None
    path: Integrated | None = None
    hiding: Occlusion | None = None

    @property
    def signed(self) -> bool:
        """Whether what is below 0 speaks against the class."""
        return self.question.method in SIGNED


def methods_for(graph: Graph) -> tuple[Method, ...]:
    """Those that can be asked of a classifier: without maps none that need some."""
    return METHODS if layers_with_maps(graph) else tuple(each for each in METHODS if each not in AT_LAYERS)


def likeliest(graph: Graph, parameters: Parameters, picture: Array) -> Floats:
    """The probabilities (classes,) of a picture (H, W, C), uint8.

    Raises:
        GraphError: the graph is no classifier.
    """
    score = ClassScore(graph, parameters, 1)
    try:
        found: Floats = score.slopes(pixels(picture)[None], 0).probabilities[0]
        return found
    finally:
        score.close()


def look(
    graph: Graph,
    parameters: Parameters,
    picture: Array,
    question: Question,
    progress: Callable[[float], object] | None = None,
    cancelled: Callable[[], bool] = never,
    most_steps: int = MOST,
) -> Looked:
    """Ask about a picture (H, W, C), uint8; where steps are taken, in so many at most.

    Raises:
        GraphError: the graph is no classifier.
        Abandoned: ``cancelled`` returned true.
    """
    label, method = question.label, question.method
    batch = BATCH if method in _MANY_PICTURES else 1
    score = ClassScore(graph, parameters, batch, guided=method in ("guided", "guided_grad_cam"))
    try:
        shares = score.slopes(pixels(picture)[None], label).probabilities[0]
        if method == "grad_cam":
            cam = grad_cam(score, picture, label, question.node)
            return Looked(question, cam.values[:, :, 0], cam.values, shares, cam=cam)
        if method == "integrated":
            path = integrated_gradients(score, picture, label, progress, cancelled, most_steps)
            return Looked(question, path.values.sum(axis=2), path.values, shares, path=path)
        if method == "occlusion":
            hiding = occlusion(graph, parameters, picture, cancelled=cancelled)
            fallen = hiding.by_pixel(picture.shape, label)
            return Looked(question, fallen, fallen[:, :, None], shares, hiding=hiding)
        if method == "smooth":
            slopes = smooth_gradient(score, picture, label, noise_for(picture), progress, cancelled)
        else:
            slopes = gradient(score, picture, label)
        factors = _factors(graph, parameters, picture, question)
        values = slopes if factors is None else slopes * factors
        summed = values.sum(axis=2) if method in SIGNED else np.abs(values).sum(axis=2)
        return Looked(question, summed, values, shares, slopes, factors)
    finally:
        score.close()


def _factors(graph: Graph, parameters: Parameters, picture: Array, question: Question) -> Floats | None:
    """What slopes are multiplied with: the pixels, which is what a straight line through this point would give each
    (Shrikumar et al., “Not just a black box”, 2016), or the map at a layer, without anything guided in it."""
    if question.method == "times_pixel":
        return pixels(picture)
    if question.method != "guided_grad_cam":
        return None
    plain = ClassScore(graph, parameters, 1)
    try:
        return np.broadcast_to(grad_cam(plain, picture, question.label, question.node).values, picture.shape)
    finally:
        plain.close()


def first_question(graph: Graph, probabilities: Floats) -> Question:
    """What is asked first: for the answer the network gives, by the map at the last layer whose
    maps have several places.

    Raises:
        GraphError: the graph is no classifier.
    """
    classifier(graph)
    layers = layers_with_maps(graph)
    label = int(np.nan_to_num(probabilities).argmax())
    if not layers:
        return Question(label, "times_pixel")
    some = (node for node in layers if graph.shape(node)[:2] != (1, 1))
    return Question(label, "grad_cam", next(some, layers[0]))
