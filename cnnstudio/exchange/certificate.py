"""The proof that an exported network computes what it did here.

It is run again where it was exported to, on pictures that anybody can make anew from the certificate's seed, and its
logits are held against the engine's.
"""

from __future__ import annotations

import base64
import math
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnstudio.design.format.strict import Checked
from cnnstudio.exchange.exportable import Exportable
from cnnstudio.nn.arrays import Floats, Shape
from cnnstudio.nn.network.network import compile_network
from cnnstudio.nn.randomness import draws
from cnnstudio.nn.rules.optimizers import SGD

#: so many pictures are looked at, fewer of those that take more bytes together
PICTURES, _MOST_BYTES = 256, 1 << 28
#: logits may be so far apart, as a share of the largest
GOAL = 1e-4
#: the engine computes so many at once
_AT_ONCE = 32
#: one step of training is taken on the first so many pictures, at a rate that moves logits by hundredths: a larger one
#: would carry rounding at the edge of a ReLU further than the limit
STEP_PICTURES, STEP_RATE = 32, 1e-4


@dataclass(frozen=True)
class Compared:
    """``logits`` (pictures, classes) are the engine's, ``difference`` is max|Δ| ÷ max|logit|, ``agreement`` the share
    of pictures with the same answer; 0 as long as nobody has computed them elsewhere."""

    logits: Floats = field(repr=False)
    difference: float = 0.0
    agreement: float = 0.0

    def to(self, theirs: NDArray[Any]) -> Compared:
        """The same logits beside those of somebody else."""
        return Compared(self.logits, *apart(self.logits, theirs))

    def to_json(self) -> dict[str, Any]:
        """As it is written; what is no number is null."""
        packed = zlib.compress(np.ascontiguousarray(self.logits, "<f4").tobytes())
        return {
            "difference": self.difference if isfinite(self.difference) else None,
            "agreement": self.agreement,
            "logits": base64.b64encode(packed).decode("ascii"),
        }


@dataclass(frozen=True)
class Certificate:
    """``target`` is the format and ``judge`` who computed it there, “” where nobody could; ``versions`` of all that
    took part. ``answers`` compares what ``pictures`` pictures are taken for, and ``after_step`` the same after one step
    of training, where the target can train. ``files`` holds the sha256 of every file that was written."""

    target: str
    judge: str
    versions: Mapping[str, str]
    pictures: int
    seed: int
    files: Mapping[str, str]
    design: Mapping[str, Any]
    answers: Compared
    after_step: Compared | None = None

    @property
    def comparisons(self) -> tuple[Compared, ...]:
        """All that is compared."""
        return (self.answers,) if self.after_step is None else (self.answers, self.after_step)

    @property
    def difference(self) -> float:
        """Of the answers: max|Δ| ÷ max|logit|."""
        return self.answers.difference

    @property
    def agreement(self) -> float:
        """The share of pictures with the same answer."""
        return self.answers.agreement

    @property
    def checked(self) -> bool:
        """Whether somebody computed it."""
        return bool(self.judge)

    @property
    def holds(self) -> bool:
        """Whether it was computed and is the same, as far as single precision goes."""
        return self.checked and all(each.difference <= GOAL for each in self.comparisons)

    def to_json(self) -> dict[str, Any]:
        """As it is written."""
        return {
            "target": self.target,
            "judge": self.judge,
            "versions": dict(self.versions),
            "pictures": self.pictures,
            "seed": self.seed,
            "goal": GOAL,
            "files": dict(self.files),
            "design": self.design,
            "classes": self.answers.logits.shape[1],
            **self.answers.to_json(),
            **({} if self.after_step is None else {"after_step": self.after_step.to_json()}),
        }


def certificate_from(found: Checked) -> Certificate:
    """What a certificate claims, and nothing of what somebody measured: that is to be measured again.

    Raises:
        FileFormatError: it is damaged.
    """
    fields = found.fields(
        "target", "judge", "versions", "pictures", "seed", "difference", "agreement", "goal", "files", "design",
        "classes", "logits", optional=("after_step",),
    )  # fmt: skip
    count, classes = fields["pictures"].integer(1, 4096), fields["classes"].integer(1, 100_000)
    versions = fields["versions"].mapping()
    after = None
    if "after_step" in fields:
        stepped = fields["after_step"].fields("difference", "agreement", "logits")
        after = Compared(_logits_from(stepped["logits"], count, classes))
    return Certificate(
        target=fields["target"].text(),
        judge="",
        versions={name: versions[name].text() for name in ("cnnstudio",) if name in versions},
        pictures=count,
        seed=fields["seed"].integer(0, 1 << 62),
        files={name: value.text(128) for name, value in fields["files"].mapping().items()},
        design=fields["design"].value,
        answers=Compared(_logits_from(fields["logits"], count, classes)),
        after_step=after,
    )


def how_many(shape: Shape) -> int:
    """How many pictures of a shape (H, W, C) are looked at: 256 of usual ones."""
    return max(1, min(PICTURES, _MOST_BYTES // max(1, 4 * math.prod(shape))))


def pictures(shape: Shape, count: int, seed: int) -> Floats:
    """Pictures (count, H, W, C), float32 from 0 to 1: every second one noise, the others soft blobs of it, as dark
    and light as photographs are."""
    height, width, channels = shape
    noise = draws(seed, "pictures of a certificate").random((count, height, width, channels), np.float32)
    coarse = draws(seed, "blobs of a certificate").random((count, 4, 4, channels), np.float32)
    rows, columns = np.arange(height) * 4 // height, np.arange(width) * 4 // width
    soft = 0.85 * coarse[:, rows][:, :, columns] + 0.15 * noise
    found: Floats = np.where((np.arange(count) % 2 == 0)[:, None, None, None], noise, soft).astype(np.float32)
    return found


def own_logits(network: Exportable, images: Floats) -> Floats:
    """What the engine makes of the images: (N, classes)."""
    return np.concatenate([*computing_logits(network, images)])


def computing_logits(network: Exportable, images: Floats) -> Iterator[Floats]:
    """The same, a few images at a time."""
    ends, graph = network.ends, network.design.graph
    compiled = compile_network(graph, network.parameters, _AT_ONCE, mode="eval")
    for first in range(0, len(images), _AT_ONCE):
        part = images[first : first + _AT_ONCE]
        compiled.forward(np.resize(part, (_AT_ONCE, *part.shape[1:])))  # repeated up to the number it was made for
        yield compiled.value(ends.logits)[: len(part)].copy()


def labels(classes: int, count: int, seed: int) -> NDArray[np.int64]:
    """What pictures are said to show in the one step of training: (N,)."""
    return draws(seed, "labels of a certificate").integers(0, classes, count)


def after_one_step(network: Exportable, images: Floats, seed: int) -> Exportable:
    """The network after a step of plain gradient descent on these images: cross-entropy, nothing locked, dropout drawn
    as at the first step of a run with this seed."""
    graph, parameters = network.graph, network.parameters.copy()
    compiled = compile_network(graph, parameters, len(images), mode="train")
    classes = network.shape(network.ends.softmax)[0]
    compiled.step(images, labels(classes, len(images), seed), seed=seed, step=0)
    rule = SGD(STEP_RATE, 0.0)
    rule.update(parameters.vector, compiled.gradient, rule.start(parameters.vector.size))
    compiled.commit()
    return replace(network, parameters=parameters)


def apart(ours: Floats, theirs: NDArray[Any]) -> tuple[float, float]:
    """max|Δ| ÷ max|logit|, inf where theirs are no numbers or of another shape, and the share of equal answers."""
    if ours.shape != theirs.shape or not np.isfinite(theirs).all():
        return float("inf"), 0.0
    largest = float(np.abs(ours).max()) or 1.0
    agreement = float((ours.argmax(1) == theirs.argmax(1)).mean())
    return float(np.abs(ours - theirs).max()) / largest, agreement


def _logits_from(value: Checked, pictures: int, classes: int) -> Floats:
    """The engine's logits that a certificate holds.

    Raises:
        FileFormatError: they are damaged.
    """
    size = 4 * pictures * classes
    try:
        unpacking = zlib.decompressobj()
        raw = unpacking.decompress(base64.b64decode(value.text(2 * size + 1000), validate=True), size + 1)
    except (ValueError, zlib.error):
        raw = b""
    if len(raw) != size:
        value.refuse("The logits are damaged.")
    return np.frombuffer(raw, "<f4").reshape(pictures, classes)
