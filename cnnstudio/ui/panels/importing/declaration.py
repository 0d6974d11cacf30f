"""File ▸ Data, or a drop: pictures in a folder or zip, looked at and chosen from before they are learned from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnstudio.ui.studio.declared import Part
from cnnstudio.ui.studio.intents import ImportData, Intents
from cnnstudio.ui.studio.studio import Studio

if TYPE_CHECKING:
    from cnnstudio.ui.panels.importing.importing import Importing


def _make(studio: Studio) -> Importing:
    from cnnstudio.ui.panels.importing.importing import Importing

    importing = Importing(studio.document, studio.data, studio.jobs, studio.notices, studio.workspaces.widget)
    studio.workspaces.changed.connect(importing.dismiss)
    return importing


def _answers(studio: Studio, intents: Intents) -> None:
    intents.answer(ImportData, lambda intent: studio.get(IMPORTING).open(intent.path))


IMPORTING: Part[Studio, Importing] = Part(
    name="importing",
    make=_make,
    when="when needed",
    answers=_answers,
    shutdown=lambda importing: importing.shutdown(),
)

#: what this folder declares
DECLARED = (IMPORTING,)
