"""The proof that an exported network computes what it did here.

It is run again where it was exported to, on pictures that anybody can make anew from the certificate's seed, and its
logits are held against the engine's.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnstudio.design.format.strict import Checked
from cnnstudio.exchange.exportable import Exportable
from cnnstudio.nn.arrays import Floats, Shape
from cnnstudio.nn.network.network import compile_network
from cnnstudio.nn.randomness import draws

#: so many pictures are looked at
PICTURES = 256
#: logits may be so far apart, as a share of the largest
GOAL = 1e-4
#: the engine computes so many at once
_AT_ONCE = 32


@dataclass(frozen=True)
class Certificate:
    """``target`` is the format and ``judge`` who computed it there, “” where nobody could; ``versions`` of all that
    took part. ``difference`` is max|Δ| ÷ max|logit| over ``pictures`` pictures, ``agreement`` the share of pictures
    with the same answer; ``files`` the sha256 of every file that was written. ``logits`` (pictures, classes) are the
    engine's."""

    target: str
    judge: str
    versions: Mapping[str, str]
    pictures: int
    seed: int
    difference: float
    agreement: float
    files: Mapping[str, str]
    design: Mapping[str, Any]
    logits: Floats = field(repr=False)

    @property
    def checked(self) -> bool:
        """Whether somebody computed it."""
        return bool(self.judge)

    @property
    def holds(self) -> bool:
        """Whether it was computed and is the same, as far as single precision goes."""
        return self.checked and self.difference <= GOAL

    def to_json(self) -> dict[str, Any]:
        """As it is written."""
        packed = zlib.compress(np.ascontiguousarray(self.logits, "<f4").tobytes())
        return {
            "target": self.target,
            "judge": self.judge,
            "versions": dict(self.versions),
            "pictures": self.pictures,
            "seed": self.seed,
            "difference": self.difference,
            "agreement": self.agreement,
            "goal": GOAL,
            "files": dict(self.files),
            "design": self.design,
            "classes": self.logits.shape[1],
            "logits": base64.b64encode(packed).decode("ascii"),
        }


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
    ends, graph = network.ends, network.design.graph
    compiled = compile_network(graph, network.parameters, _AT_ONCE, mode="eval")
    made = []
    for first in range(0, len(images), _AT_ONCE):
        part = images[first : first + _AT_ONCE]
        compiled.forward(np.resize(part, (_AT_ONCE, *part.shape[1:])))  # repeated up to the number it was made for
        made.append(compiled.value(ends.logits)[: len(part)].copy())
    return np.concatenate(made)


def apart(ours: Floats, theirs: NDArray[Any]) -> tuple[float, float]:
    """max|Δ| ÷ max|logit|, inf where theirs are no numbers or of another shape, and the share of equal answers."""
    if ours.shape != theirs.shape or not np.isfinite(theirs).all():
        return float("inf"), 0.0
    largest = float(np.abs(ours).max()) or 1.0
    agreement = float((ours.argmax(1) == theirs.argmax(1)).mean())
    return float(np.abs(ours - theirs).max()) / largest, agreement


def logits_from(value: Checked, pictures: int, classes: int) -> Floats:
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
