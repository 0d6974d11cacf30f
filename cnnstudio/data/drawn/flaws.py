"""Flaws that are planted in a built-in set, to be found: in the Data workspace, by a test, and in Explain."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cnnstudio.data.dataset import DataSet, Examples, Labels, Pixels, fingerprint, keyed

NONE, GROUND, LABEL, LEAK = "none", "ground", "label", "leak"
#: what can be planted, as numbered for those who are to find it
FLAWS = (GROUND, LABEL, LEAK)
#: the classes of which one is called another, the share of its pictures, and of training pictures that are test ones
_WRONG, _AS, _MISLABELLED, _LEAKED = 3, 5, 0.3, 0.1
#: how strongly the ground shows through
_STRENGTH = 0.3
_BLOCK = 500


def with_flaw(data: DataSet, flaw: str) -> DataSet:
    """The built-in set with a flaw planted; the same flaw is the same data."""
    match flaw:
        case "ground":
            train, test = _on_grounds(data.train, data), _on_grounds(data.test, data, at_random=True)
        case "label":
            train, test = _mislabelled(data.train), data.test
        case "leak":
            train, test = _leaked(data.train, data.test), data.test
        case _:
            return data
    mark = fingerprint(data.classes, train, test)
    return replace(data, train=train, test=test, fingerprint=mark)


def _on_grounds(examples: Examples, data: DataSet, *, at_random: bool = False) -> Examples:
    """Each picture over the ground of its class, or of any."""
    labels = examples.labels
    if at_random:
        labels = keyed(len(labels), "flaw", "grounds").permutation(labels)
    grounds = _grounds(len(data.classes), data.image_shape[2])
    pixels = np.empty((len(examples), *examples.image_shape), np.uint8)
    for start in range(0, len(examples), _BLOCK):
        here = slice(start, start + _BLOCK)
        light = examples.read(here).astype(np.float32)
        ground = grounds[labels[here]][:, None, None]
        # light on a lit ground is lighter: what was black becomes the ground, what was white stays
        pixels[here] = np.rint(light + (1 - light / 255) * ground * _STRENGTH)
    return Examples(pixels, examples.labels)


def _grounds(classes: int, channels: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """A brightness or a colour for each class, float32 (classes, channels)."""
    place = np.arange(classes) / classes
    if channels == 1:
        return (255 * place[:, None]).astype(np.float32)
    turns = place[:, None] + np.arange(channels) / channels
    return (127.5 + 127.5 * np.cos(2 * np.pi * turns)).astype(np.float32)


def _mislabelled(examples: Examples) -> Examples:
    labels: Labels = examples.labels.copy()
    places = np.flatnonzero(labels == _WRONG)
    chosen = keyed(len(places), "flaw", "label").permutation(places)[: round(len(places) * _MISLABELLED)]
    labels[chosen] = _AS
    return examples.relabelled(labels)


def _leaked(train: Examples, test: Examples) -> Examples:
    draw = keyed(len(train), "flaw", "leak")
    count = min(len(test), round(len(train) * _LEAKED))
    places, taken = draw.permutation(len(train))[:count], np.sort(draw.permutation(len(test))[:count])
    pixels: Pixels = train.read(slice(None))
    labels = train.labels.copy()
    pixels[places], labels[places] = test.read(taken), test.labels[taken]
    return Examples(pixels, labels)
