"""File ▸ Data, or a drop: pictures in a folder or zip, looked at and chosen from before they are learned from; and
published sets, fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnstudio.ui.studio.declared import Part
from cnnstudio.ui.studio.intents import FetchData, ImportData, Intents
from cnnstudio.ui.studio.studio import Studio

if TYPE_CHECKING:
    from cnnstudio.ui.panels.importing.fetching import Fetching
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


def _fetching(studio: Studio) -> Fetching:
    from cnnstudio.ui.panels.importing.fetching import Fetching

    return Fetching(studio.document, studio.data, studio.jobs, studio.notices, studio.window)


def _fetches(studio: Studio, intents: Intents) -> None:
    intents.answer(FetchData, lambda intent: studio.get(FETCHING).fetch(intent.name))


FETCHING: Part[Studio, Fetching] = Part(name="fetching", make=_fetching, when="when needed", answers=_fetches)

#: what this folder declares
DECLARED = (IMPORTING, FETCHING)
