"""Labels that look wrong, by what a network says to pictures that it was not trained on.

Confident learning (Northcutt, Jiang and Chuang, “Confident learning: estimating uncertainty in dataset labels”, 2021):
a picture counts as one of a class where its probability is at least what pictures labelled so have on average. How many
pictures of each class seem to be of each other says how many labels are suspected; the pictures suspected are those
that are least like their label, and those that are most like another.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cnnstudio.data.dataset import Labels

Reals = npt.NDArray[np.floating]
Counts = npt.NDArray[np.int64]
#: what numbers may differ by and be taken for equal
_EQUAL = 1e-6


def margins(probabilities: Reals, labels: Labels) -> npt.NDArray[np.float64]:
    """How much likelier each picture's label is than the likeliest other class, as a number 0…1 (N,): below a half the
    network would say something else. ``probabilities`` (N, classes) for pictures with ``labels`` (N,)."""
    rows = np.arange(len(labels))
    others = probabilities.astype(np.float64)
    own = others[rows, labels]
    others[rows, labels] = -np.inf
    found: npt.NDArray[np.float64] = (own - others.max(1) + 1) / 2
    return found


def suspected(probabilities: Reals, labels: Labels) -> Labels:
    """The places int64 of pictures whose labels look wrong, the likeliest to be so first.

    They are suspected by both rules: so many of each class that are least like it, and so many of each class that are
    most like one other. None is that the network takes for what it is labelled.
    """
    probabilities = probabilities.astype(np.float64)
    counts = kept_counts(confident_counts(probabilities, labels))
    found = _least_like(probabilities, labels, counts) & _most_like_another(probabilities, labels, counts)
    found &= probabilities.argmax(1) != labels
    places = np.flatnonzero(found)
    return places[np.argsort(margins(probabilities, labels)[places], kind="stable")]


def confident_counts(probabilities: Reals, labels: Labels) -> Counts:
    """How many pictures of each label (row) seem to be of each class (column), int64 (classes, classes); a row's sum is
    how many pictures have the label."""
    classes = probabilities.shape[1]
    of_label = np.bincount(labels, minlength=classes)
    usual = np.array([probabilities[labels == c, c].mean() if of_label[c] else np.inf for c in range(classes)])
    sure = probabilities >= np.maximum(usual, 2 * _EQUAL) - _EQUAL
    # where several classes are likely enough, the likeliest
    guess = np.where(sure.sum(1) > 1, probabilities.argmax(1), sure.argmax(1))
    joint = np.zeros((classes, classes), np.int64)
    some = sure.any(1)
    np.add.at(joint, (labels[some], guess[some]), 1)
    np.fill_diagonal(joint, np.maximum(1, np.diagonal(joint)))
    scaled = joint / np.maximum(joint.sum(1, keepdims=True), 1) * of_label[:, None]
    return np.array([_whole(row) for row in scaled / max(scaled.sum(), 1.0) * len(labels)])


def kept_counts(counts: Counts) -> Counts:
    """The same by class (row) and label (column), with at least one picture of each class that is labelled rightly."""
    turned = counts.T.astype(np.float64)
    right = np.maximum(np.diagonal(turned), 1.0)
    more = right - np.diagonal(turned)
    others = np.maximum(np.count_nonzero(turned, axis=0) - 1.0, 1.0)
    turned = np.maximum(turned - more / others, 0.0)
    np.fill_diagonal(turned, right)
    return np.array([_whole(row) for row in turned])


def _least_like(probabilities: Reals, labels: Labels, counts: Counts) -> npt.NDArray[np.bool_]:
    found = np.zeros(len(labels), np.bool_)
    for label in range(probabilities.shape[1]):
        places = np.flatnonzero(labels == label)
        wrong = len(places) - int(counts[label, label])
        if len(places) > 1 and 0 <= wrong < len(places):
            likeness = probabilities[places, label]
            found[places] = likeness < np.partition(likeness, wrong)[wrong]
    return found


def _most_like_another(probabilities: Reals, labels: Labels, counts: Counts) -> npt.NDArray[np.bool_]:
    found = np.zeros(len(labels), np.bool_)
    classes = range(probabilities.shape[1])
    of_label = {label: np.flatnonzero(labels == label) for label in classes}
    for other in classes:
        if len(of_label[other]) <= 1:
            continue
        for label, places in of_label.items():
            wrong = min(int(counts[other, label]), len(places))
            if label != other and wrong > 0:
                ahead = probabilities[places, other] - probabilities[places, label]
                found[places] |= ahead >= -np.partition(-ahead, wrong - 1)[wrong - 1]
    return found


def _whole(numbers: Reals) -> Counts:
    """Whole numbers near these with the same sum, rounded: those change that rounding has moved most."""
    found = np.round(numbers)
    wanted = round(float(np.sum(numbers)))
    while missing := wanted - int(found.sum()):
        step = 1 if missing > 0 else -1
        moved = np.argsort(numbers - found)[::-step][: abs(missing)]
        found[moved] += step
    return found.astype(np.int64)
