"""Whether the packages are there that other programs' formats need."""

from __future__ import annotations

from importlib.util import find_spec

from cnnstudio.nn.telling.told import Sentence


def why_no_onnx() -> Sentence | None:
    """What is to be done before ONNX models can be read and written; None where they can."""
    if find_spec("onnx") is not None:
        return None
    # in quotes, without which some shells take the brackets for a pattern
    return Sentence('ONNX models are read and written with the package onnx. Install it: pip install "cnnstudio[onnx]"')


def why_no_keras() -> Sentence | None:
    """What is to be done before Keras models can be read; None where they can."""
    if find_spec("pyfive") is not None:
        return None
    return Sentence('Keras models are read with the package pyfive. Install it: pip install "cnnstudio[keras]"')


def why_no_tensorboard() -> Sentence | None:
    """What is to be done before events for TensorBoard can be written; None where they can."""
    if find_spec("tensorboardX") is not None:
        return None
    return Sentence('Events for TensorBoard need the package tensorboardX: pip install "cnnstudio[tensorboard]"')
