"""A network as a PyTorch module in this process: what an export writes, imported from where nobody else can write."""

from __future__ import annotations

import importlib.util
import sys
import tempfile
from pathlib import Path
from typing import Any

from cnnstudio.exchange.exportable import Exportable, ExportRefused
from cnnstudio.exchange.torch.target import PYTORCH


def module_of(network: Exportable) -> Any:
    """A ``torch.nn.Module`` over float32 (N, C, H, W) from 0 to 1 that gives logits, with its weights, ready to
    answer.

    Raises:
        GraphError: the network is no classifier.
        ExportRefused: it holds a layer that cannot be written, or PyTorch is missing.
    """
    files = {name: text.encode() for name, text in PYTORCH.code(network).items()} | dict(PYTORCH.weights(network))
    if (missing := PYTORCH.why_unproven()) is not None:
        raise ExportRefused(missing)
    with tempfile.TemporaryDirectory(prefix="cnnstudio-") as name:
        folder = Path(name)
        for file, content in files.items():
            (folder / file).write_bytes(content)
        spec = importlib.util.spec_from_file_location("cnnstudio_exported_model", folder / "model.py")
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        wrote, sys.dont_write_bytecode = sys.dont_write_bytecode, True
        try:
            spec.loader.exec_module(module)
        finally:
            sys.dont_write_bytecode = wrote
        return module.load()
