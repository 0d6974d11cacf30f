"""CNN Studio: build, train and understand convolutional neural networks.

As a library: ``template``, ``load``, ``Model``, every layer kind by its class name (``Conv2D``, ``Dense`` …) and every
optimizer, schedule and loss (``SGD``, ``Cosine``, ``CrossEntropy`` …). They are imported when first used, so that the
command line starts quickly.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_FROM = {
    "Model": "cnnstudio.model",
    "template": "cnnstudio.model",
    "load": "cnnstudio.model",
    "verify": "cnnstudio.exchange.targets",
    "from_onnx": "cnnstudio.model",
    "from_keras": "cnnstudio.model",
    "Recipe": "cnnstudio.design.value.recipe",
    "Graph": "cnnstudio.nn.graph.graph",
    "Node": "cnnstudio.nn.graph.graph",
    "open_data": "cnnstudio.data.library",
    "Augmentation": "cnnstudio.data.preparation.augmentation",
    **dict.fromkeys(("SGD", "RMSProp", "Adam", "AdamW"), "cnnstudio.nn.rules.optimizers"),
    **dict.fromkeys(("Constant", "Step", "Cosine", "OneCycle", "Plateau"), "cnnstudio.nn.rules.schedules"),
    **dict.fromkeys(("CrossEntropy", "MeanSquaredError"), "cnnstudio.nn.rules.losses"),
}


def __getattr__(name: str) -> Any:
    if name in _FROM:
        return getattr(import_module(_FROM[name]), name)
    if name == "templates":
        return import_module("cnnstudio.design.templates").template_names
    if not name.startswith("_"):
        for kind in import_module("cnnstudio.nn.graph.layer").layer_kinds().values():
            if kind.__name__ == name:
                return kind
    raise AttributeError(f"module 'cnnstudio' has no attribute '{name}'")


def __dir__() -> list[str]:
    kinds = import_module("cnnstudio.nn.graph.layer").layer_kinds().values()
    return sorted([*_FROM, "templates", "__version__", *(kind.__name__ for kind in kinds)])
