"""How good a network is, beyond the share that it gets right: how sure that share is, class by class, and whether its
own sureness can be believed."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: the two-sided 95 % point of the normal distribution
_SURE = 1.959963984540054
#: the smallest probability that is told from 0
_LEAST = 1e-12


def interval(right: int, of: int) -> tuple[float, float]:
    """Between which shares 0…1 the accuracy on all such images lies with 95 % confidence, if ``right`` of ``of`` images
    were (Wilson, “Probable inference, the law of succession, and statistical inference”, 1927); 0 to 1 of none."""
    if not of:
        return 0.0, 1.0
    share, square = right / of, _SURE**2
    middle = (share + square / (2 * of)) / (1 + square / of)
    around = _SURE / (1 + square / of) * math.sqrt(share * (1 - share) / of + square / (4 * of**2))
    return max(0.0, middle - around), min(1.0, middle + around)


@dataclass(frozen=True, eq=False)
class ByClass:
    """Of each class (classes,): how many images it has, which share of them is found, which share of those called so
    are it, and the harmonic mean of both (van Rijsbergen, 1979). No number where there are none."""

    images: NDArray[np.int64]
    recall: Floats
    precision: Floats
    f1: Floats


def by_class(counts: NDArray[np.int64]) -> ByClass:
    """From a confusion matrix (classes, classes), right answers down, the network's across."""
    right, images, called = np.diagonal(counts), counts.sum(1), counts.sum(0)
    with np.errstate(invalid="ignore"):
        return ByClass(images, right / images, right / called, 2 * right / (images + called))


def among_first(probabilities: NDArray[np.float32], labels: NDArray[np.int64], most: int) -> float:
    """The share 0…1 of images whose class is among the ``most`` likeliest answers; ``probabilities`` (N, classes). Of
    equal ones those count as likelier that stand first, as in the answer itself."""
    if not len(labels):
        return 0.0
    order = np.argsort(-probabilities, axis=1, kind="stable")[:, :most]
    return float(np.mean((order == labels[:, None]).any(axis=1)))


@dataclass(frozen=True, eq=False)
class Reliability:
    """Answers by how sure they were, in bins of equal width between 0 and 1: mean sureness, the share that was right,
    and how many; no number in a bin without any."""

    sureness: Floats
    right: Floats
    images: NDArray[np.int64]

    @property
    def error(self) -> float:
        """The expected calibration error 0…1: how far sureness and truth lie apart, weighted by images (Naeini et al.,
        “Obtaining well calibrated probabilities using Bayesian binning”, 2015)."""
        some = self.images > 0
        apart = np.abs(self.sureness[some] - self.right[some])
        return float(np.sum(apart * self.images[some]) / max(1, self.images.sum()))


def reliability(probabilities: NDArray[np.float32], labels: NDArray[np.int64], bins: int = 15) -> Reliability:
    """How far answers can be believed: of probabilities (N, classes), beside the right classes (N,)."""
    sure, right = probabilities.max(axis=1).astype(np.float64), probabilities.argmax(axis=1) == labels
    place = np.minimum((sure * bins).astype(np.int64), bins - 1)
    images = np.bincount(place, minlength=bins)
    with np.errstate(invalid="ignore"):
        sureness = np.bincount(place, sure, bins) / images
        return Reliability(sureness, np.bincount(place, right.astype(np.float64), bins) / images, images)


def temperature(probabilities: NDArray[np.float32], labels: NDArray[np.int64]) -> float:
    """By what the logits are to be divided so that the cross-entropy on these images is lowest (Guo et al., “On
    calibration of modern neural networks”, 2017): above 1 where the network is too sure. To be fitted on validation
    images, never on those of a test. Between 1/20 and 20.

    The logits are known up to a number each image has alone, the logarithms of its probabilities, which is enough.
    """
    logits = np.log(np.maximum(probabilities.astype(np.float64), _LEAST))
    rows = np.arange(len(labels))

    def slope(scale: float) -> float:
        """The derivative of the mean cross-entropy by what the logits are multiplied with; it only rises."""
        scaled = scale * logits
        shares = np.exp(scaled - scaled.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        return float(np.mean((shares * logits).sum(axis=1) - logits[rows, labels]))

    low, high = 1 / 20, 20.0
    for _ in range(60):
        middle = math.sqrt(low * high)
        low, high = (middle, high) if slope(middle) < 0 else (low, middle)
    return 1 / math.sqrt(low * high)


def by_chance(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> float:
    """How likely two networks, right on these images (N,) each, would differ so much if neither were better: the exact
    two-sided test on the images where one alone is right (McNemar, 1947); 1 where there are none."""
    one, other = int(np.count_nonzero(first & ~second)), int(np.count_nonzero(second & ~first))
    count, fewer = one + other, min(one, other)
    if not count:
        return 1.0
    logs = [math.lgamma(count + 1) - math.lgamma(k + 1) - math.lgamma(count - k + 1) for k in range(fewer + 1)]
    tail = sum(math.exp(each - count * math.log(2)) for each in logs)
    return min(1.0, 2 * tail)


def log_loss(probabilities: NDArray[np.float32], labels: NDArray[np.int64]) -> float:
    """The mean of −log of what the right class gets; 0 of no images, and a probability of 0 counts as 1e-12. Naming all
    of n classes equally likely has log n."""
    if not len(labels):
        return 0.0
    given = probabilities[np.arange(len(labels)), labels].astype(np.float64)
    return float(-np.log(np.maximum(given, _LEAST)).mean())


def cooled(probabilities: NDArray[np.float32], temperature: float) -> NDArray[np.float32]:
    """The same answers (N, classes) with their logits divided by a temperature."""
    logits = np.log(np.maximum(probabilities.astype(np.float64), _LEAST)) / temperature
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    found: NDArray[np.float32] = (shares / shares.sum(axis=1, keepdims=True)).astype(np.float32)
    return found


@dataclass(frozen=True, eq=False)
class Curve:
    """One class against the rest, from the strictest threshold to the loosest, each (thresholds,): the share of its
    images that are found, of those called so the share that is it, and of the others the share that is called so."""

    recall: Floats
    precision: Floats
    false_alarms: Floats

    @property
    def roc_area(self) -> float:
        """How often an image of the class gets a higher probability than one that is none; 0.5 by chance."""
        return float(np.trapezoid(self.recall, self.false_alarms))

    @property
    def average_precision(self) -> float:
        """The precision in the mean over the images of the class, each at the threshold that just finds it."""
        return float(np.sum(np.diff(self.recall, prepend=0.0) * self.precision))


def against_the_rest(probabilities: Floats, its: NDArray[np.bool_]) -> Curve | None:
    """The curve of a class by its probability (N,) and which images are of it (N,); None where all or none are. Images
    that get the same probability are called so together."""
    if its.all() or not its.any():
        return None
    order = np.argsort(-probabilities, kind="stable")
    ordered = probabilities[order]
    last = np.append(np.flatnonzero(np.diff(ordered)), len(ordered) - 1)
    found = np.cumsum(its[order])[last].astype(np.float64)
    called = last + 1.0
    recall, alarms = found / its.sum(), (called - found) / (~its).sum()
    start = np.zeros(1)
    return Curve(np.append(start, recall), np.append(np.ones(1), found / called), np.append(start, alarms))


@dataclass(frozen=True, eq=False)
class Along:
    """Images put in order by a property and divided into groups of equal size: the least and the greatest of each
    (groups, 2), how many it has, and how many of them are right (groups,)."""

    between: Floats
    images: NDArray[np.int64]
    right: NDArray[np.int64]


def along(values: Floats, right: NDArray[np.bool_], groups: int = 8) -> Along:
    """By a property of each image (N,); images that are equal in it stay together, so there may be fewer groups."""
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    wanted = (np.arange(1, groups) * len(values) / groups).round().astype(np.int64)
    edges = np.unique(np.searchsorted(ordered, ordered[wanted[wanted < len(ordered)]], side="left"))
    parts = [part for part in np.split(order, edges) if len(part)]
    between = np.array([[values[part].min(), values[part].max()] for part in parts]).reshape(-1, 2)
    counts = [[len(part), np.count_nonzero(right[part])] for part in parts]
    images, hits = np.array(counts, np.int64).reshape(-1, 2).T
    return Along(between, images, hits)


def in_groups(numbers: NDArray[np.int64], right: NDArray[np.bool_]) -> Along:
    """One group for each number that images (N,) have, in the order of the numbers."""
    kinds, places = np.unique(numbers, return_inverse=True)
    images, hits = np.bincount(places), np.bincount(places[right], minlength=len(kinds))
    return Along(np.stack([kinds, kinds], axis=1).astype(np.float64), images, hits)
