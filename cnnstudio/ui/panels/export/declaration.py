"""File ▸ Export network: a page over the workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnstudio.ui.commands.command import Command, Entry, Slot
from cnnstudio.ui.studio.declared import Part
from cnnstudio.ui.studio.studio import Studio

if TYPE_CHECKING:
    from cnnstudio.ui.panels.export.exporting import ModelExport


def _make(studio: Studio) -> ModelExport:
    from cnnstudio.ui.panels.export.exporting import ModelExport

    exporting = ModelExport(studio.document, studio.looking, studio.jobs, studio.workspaces.widget)
    studio.workspaces.changed.connect(exporting.dismiss)
    return exporting


def _offers(studio: Studio) -> tuple[Entry, ...]:
    return (
        Command(
            id="export model", section="Files", text="Export network…", slot=Slot("File", 2, 2), icon="export",
            help="The network for PyTorch, Keras, ONNX, NumPy or C, with a proof that it computes the same there",
            do=lambda: studio.get(MODEL_EXPORT).open(),
            words="pytorch onnx numpy torch keras tensorflow python c99 header code model certificate verify",
        ),
    )  # fmt: skip


MODEL_EXPORT: Part[Studio, ModelExport] = Part(
    name="model export",
    make=_make,
    when="when needed",
    offers=_offers,
    shutdown=lambda exporting: exporting.shutdown(),
)

#: what this folder declares
DECLARED = (MODEL_EXPORT,)
