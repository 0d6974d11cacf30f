"""Who computes an ONNX model here: onnxruntime where it is installed, else the slow reference that comes with onnx."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from cnnstudio.nn.arrays import Floats

#: images (N, C, H, W), float32 from 0 to 1, to logits (N, classes)
Computing = Callable[[Floats], NDArray[Any]]
#: the judge computes so many pictures at once
_AT_ONCE = 32


def judge_of(model: onnx.ModelProto) -> tuple[str, str, Computing]:
    """The name of the package that computes the model, its version, and how."""
    name = "onnxruntime" if find_spec("onnxruntime") is not None else "onnx"
    compute = _by_onnxruntime(model) if name == "onnxruntime" else _by_reference(model)
    return name, version(name), compute


def judging_logits(compute: Computing, images: Floats) -> Iterator[NDArray[Any]]:
    """What the judge makes of images (N, H, W, C), a few at a time: (n, classes)."""
    turned = np.ascontiguousarray(images.transpose(0, 3, 1, 2))
    for first in range(0, len(turned), _AT_ONCE):
        yield compute(turned[first : first + _AT_ONCE])


def _by_onnxruntime(model: onnx.ModelProto) -> Computing:
    import onnxruntime  # type: ignore[import-not-found, unused-ignore]  # optional: not where types are checked

    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return lambda images: np.asarray(session.run(["logits"], {"image": images})[0])


def _by_reference(model: onnx.ModelProto) -> Computing:
    from onnx.reference import ReferenceEvaluator

    evaluator = ReferenceEvaluator(model)

    def compute(images: Floats) -> NDArray[Any]:
        (found,) = evaluator.run(["logits"], {"image": images})
        return np.asarray(found)

    return compute
