"""How far the network's answer is from the truth, and the gradient of that.

Both losses are computed from the logits (classes, N), the numbers before the Softmax layer, in the inner layout.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from cnnstudio.nn.arrays import Array, Floats
from cnnstudio.nn.settings import Described, SettingError, registry, setting

#: class weights by which all classes weigh as much together
BALANCED = "balanced"


@dataclass(frozen=True)
class BatchLoss:
    """The loss summed over some images, and for how many of them the largest logit was the true class."""

    total: float
    correct: int


@dataclass(frozen=True)
class Loss(Described):
    """Base of the losses. With class weights the loss over n images is Σ wᵢ·lᵢ / n, where wᵢ is the weight of image
    i's true class; ``weighed`` makes the mean of the weights over the training images 1."""

    kind: ClassVar[str]

    _: KW_ONLY
    class_weights: str | tuple[float, ...] = setting(
        "equal",
        "Class weights",
        "How much an image counts by its class: all alike, rare classes more (balanced), or numbers of your own. "
        "Validation and test count all alike.",
        type="reals",
        low=0.0,
        high=1e6,
        meanings={
            "equal": "Every training image counts alike",
            BALANCED: "Images of rare classes count more, so that every class counts as much as any other",
        },
        choices=("equal", BALANCED),
        per="class",
        stays=True,
    )

    def weighed(self, labels: Array, classes: int) -> Self:
        """The same loss with its weights as numbers, one for each of ``classes`` classes, whose mean over images with
        these ``labels`` (N,) is 1; balanced ones are the inverse of how often a class is there.

        Raises:
            SettingError: there are weights for another number of classes, or no image counts.
        """
        if self.class_weights == "equal":
            return self
        counts = np.bincount(labels, minlength=classes)[:classes].astype(np.float64)
        if self.class_weights == BALANCED:
            weights = np.divide(1.0, counts, out=np.zeros(classes), where=counts > 0)
        elif len(self.class_weights) != classes:
            raise SettingError(
                "There are {weights:# class weight|# class weights} for {classes:# class|# classes}.",
                weights=len(self.class_weights),
                classes=classes,
            )
        else:
            weights = np.array(self.class_weights, np.float64)
        mean = float(weights @ counts) / max(1, labels.size)
        if not mean:
            raise SettingError("The class weights leave no training image that counts.")
        return self.replace(class_weights=tuple((weights / mean).tolist()))

    @property
    def plain(self) -> Self:
        """The same loss without class weights."""
        return self if self.class_weights == "equal" else self.replace(class_weights="equal")

    def measure(self, logits: Floats, labels: Array, probabilities: Floats) -> BatchLoss:
        """The loss of logits (classes, N) for ``labels`` (N,); ``probabilities`` (classes, N) receives the softmax."""
        losses, correct = self._measured(logits, labels, probabilities)
        weights = self._weights(labels)
        return BatchLoss(float((losses if weights is None else weights * losses).sum(dtype=np.float64)), correct)

    def of_each(self, logits: Floats, labels: Array, probabilities: Floats) -> Floats:
        """The loss of each image (N,) by itself, without class weights; otherwise as ``measure``."""
        return self._measured(logits, labels, probabilities)[0]

    def differentiate(self, probabilities: Floats, labels: Array, whole: int) -> None:
        """Turn probabilities, in place, into the gradient of the mean loss over n = ``whole`` images by the logits."""
        self._differentiated(probabilities, labels, whole)
        weights = self._weights(labels)
        if weights is not None:
            probabilities *= weights.astype(probabilities.dtype)

    def _weights(self, labels: Array) -> NDArray[np.float64] | None:
        """What each image counts."""
        if isinstance(self.class_weights, tuple):
            return np.array(self.class_weights, np.float64)[labels]
        if self.class_weights == BALANCED:
            raise ValueError("balanced weights are numbers only for the labels of a training set: ask for weighed()")
        return None

    def _measured(self, logits: Floats, labels: Array, probabilities: Floats) -> tuple[Floats, int]:
        """The loss of each image (N,), and how many are right; ``probabilities`` receives the softmax."""
        raise NotImplementedError

    def _differentiated(self, probabilities: Floats, labels: Array, whole: int) -> None:
        """``differentiate`` with equal weights."""
        raise NotImplementedError


@dataclass(frozen=True)
class CrossEntropy(Loss):
    """−Σ tₖ · log pₖ. The target t is 1 for the true class; with smoothing ε (Szegedy et al., 2016) it is
    1 − ε + ε/K for the true one of K classes and ε/K for the others."""

    kind: ClassVar[str] = "cross_entropy"
    title: ClassVar[str] = "Cross-entropy"
    about: ClassVar[str] = "−log of the probability of the right class: the usual loss for classes"

    label_smoothing: float = setting(
        0.0,
        "Label smoothing",
        "The part of the right answer that is spread over all classes, against too sure a network.",
        type="real",
        low=0.0,
        high=0.99,
    )

    def _measured(self, logits: Floats, labels: Array, probabilities: Floats) -> tuple[Floats, int]:
        return softmax_cross_entropy(logits, labels, probabilities, self.label_smoothing)

    def _differentiated(self, probabilities: Floats, labels: Array, whole: int) -> None:
        cross_entropy_gradient(probabilities, labels, whole, self.label_smoothing)


@dataclass(frozen=True)
class MeanSquaredError(Loss):
    """Σ (pₖ − tₖ)² / K over the K classes, where the target t is 1 for the true class and 0 for the others."""

    kind: ClassVar[str] = "mean_squared_error"
    title: ClassVar[str] = "Mean squared error"
    about: ClassVar[str] = "The mean of the squared distances between probabilities and the right answer"

    def _measured(self, logits: Floats, labels: Array, probabilities: Floats) -> tuple[Floats, int]:
        _, correct = softmax_cross_entropy(logits, labels, probabilities)
        # Σ (p − t)² = Σ p² − 2·p_label + 1
        chosen = probabilities[labels, np.arange(labels.size)]
        squares = np.einsum("cn,cn->n", probabilities, probabilities) - 2 * chosen + 1
        return squares.astype(np.float64) / len(logits), correct

    def _differentiated(self, probabilities: Floats, labels: Array, whole: int) -> None:
        columns = np.arange(labels.size)
        apart = probabilities.copy()
        apart[labels, columns] -= 1
        apart -= np.einsum("cn,cn->n", apart, probabilities)
        probabilities *= apart
        probabilities *= 2 / (len(probabilities) * whole)


#: the usual one
CROSS_ENTROPY = CrossEntropy()

LOSSES: Mapping[str, type[Loss]] = registry(CrossEntropy, MeanSquaredError)


def softmax_cross_entropy(
    logits: Floats, labels: Array, probabilities: Floats, smoothing: float = 0.0
) -> tuple[Floats, int]:
    """Cross-entropy of softmax for each image (N,), computed from the logits in one step: log Σ exp(xⱼ) − Σ tₖ·xₖ; and
    for how many the largest logit is the true class.

    ``logits`` (classes, N) in the inner layout, ``labels`` (N,); ``probabilities`` (classes, N) receives the softmax.
    """
    columns = np.arange(labels.size)
    np.subtract(logits, logits.max(0), out=probabilities)
    chosen = probabilities[labels, columns]
    if smoothing:
        chosen = (1 - smoothing) * chosen + smoothing * probabilities.mean(0)
    np.exp(probabilities, out=probabilities)
    sums = probabilities.sum(0)
    probabilities /= sums
    losses: Floats = np.log(sums) - chosen
    return losses, int(np.count_nonzero(logits.argmax(0) == labels))


def cross_entropy_gradient(probabilities: Floats, labels: Array, whole: int, smoothing: float = 0.0) -> None:
    """Turn probabilities, in place, into the gradient of the mean loss over n = ``whole`` images: (p − t) / n."""
    probabilities[labels, np.arange(labels.size)] -= 1 - smoothing
    if smoothing:
        probabilities -= smoothing / len(probabilities)
    probabilities *= 1 / whole
