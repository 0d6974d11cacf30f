"""What comes nearest here to the layers of other programs that there are not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn

from cnnstudio.exchange.reading.layers_read import Place
from cnnstudio.nn.graph.layer import layer_kinds

#: the kind of layer, by operators of ONNX and classes of Keras
_NEAREST: Mapping[str, str] = {
    "Average": "add", "Celu": "elu", "Conv1D": "conv2d", "Conv3D": "conv2d", "DepthToSpace": "conv_transpose2d",
    "Dot": "multiply", "Einsum": "dense", "Exponential": "elu", "GRU": "dense", "GaussianDropout": "dropout",
    "GaussianNoise": "dropout", "GlobalLpPool": "global_average_pool", "LRN": "batch_norm", "LSTM": "dense",
    "LogSoftmax": "softmax", "LpNormalization": "layer_norm", "LpPool": "average_pool2d", "Max": "add",
    "MaxUnpool": "upsample2d", "Maximum": "add", "Mean": "add", "Min": "add", "Minimum": "add", "Mish": "silu",
    "RMSNormalization": "layer_norm", "RNN": "dense", "ReduceSum": "global_average_pool", "Selu": "elu",
    "Softplus": "elu", "Softsign": "tanh", "SpaceToDepth": "conv2d", "SpectralNormalization": "batch_norm",
    "Subtract": "add", "ThresholdedRelu": "relu", "UnitNormalization": "layer_norm", "Upsample": "upsample2d",
}  # fmt: skip
#: they decide while they compute what comes next
_DECIDING = ("If", "Loop", "Scan", "While")


def refuse_kind(at: Place, kind: str, *, own: bool = True) -> NoReturn:
    """Say why there is no layer of this kind; ``own`` where it is one of the program itself, not of somebody else.

    Raises:
        ImportRefused: always.
    """
    if not own:
        raise at.refused("Somebody has made it for a program of their own; what it computes is not known here.")
    if kind in _DECIDING:
        raise at.refused("It decides while it computes what comes next; here every layer is always computed.")
    if (nearest := _NEAREST.get(kind)) is not None:
        raise at.refused("There is no such layer here; the nearest is {nearest}.", nearest=layer_kinds()[nearest].title)
    raise at.refused("There is no such layer here, and nothing that could stand for it.")
