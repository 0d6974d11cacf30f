"""File ▸ Data, or a drop: pictures in a folder or zip, looked at and chosen from before they are learned from; and
published sets, fetched."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cnnstudio.data.preparation.choice import DataChoice
from cnnstudio.ui.commands.command import Command, Entry, Slot
from cnnstudio.ui.studio.declared import Part
from cnnstudio.ui.studio.intents import FetchData, ImportData, Intents, LookAtPicture, ReviseData
from cnnstudio.ui.studio.studio import Studio

if TYPE_CHECKING:
    from cnnstudio.ui.panels.importing.fetching import Fetching
    from cnnstudio.ui.panels.importing.importing import Importing
    from cnnstudio.ui.panels.importing.revising import Revising


def _make(studio: Studio) -> Importing:
    from cnnstudio.ui.panels.importing.importing import Importing

    def show_pictures(paths: tuple[Path, ...]) -> None:
        studio.intents.ask(LookAtPicture(paths[0], paths[1:]))

    importing = Importing(
        studio.document, studio.data, studio.jobs, studio.notices, show_pictures, studio.workspaces.widget
    )
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


def _revising(studio: Studio) -> Revising:
    from cnnstudio.ui.panels.importing.revising import Revising

    def import_anew(path: Path, given: DataChoice) -> None:
        studio.get(IMPORTING).open(path, given)

    revising = Revising(
        studio.document, studio.data, studio.jobs, studio.notices, import_anew, studio.workspaces.widget
    )
    studio.workspaces.changed.connect(revising.dismiss)
    return revising


def _revises(studio: Studio, intents: Intents) -> None:
    intents.answer(ReviseData, lambda intent: studio.get(REVISING).open(intent.source))


def _revising_offers(studio: Studio) -> tuple[Entry, ...]:
    studio.data.choices_asked.connect(lambda source: studio.intents.ask(ReviseData(source)))
    return (
        Command(
            id="fit to data", section="Files", text="Fit the network to the data…", slot=Slot("File", 3, 5),
            help="Input, mean and deviation, units and class names for these pictures; how they are read, what "
            "validation gets", do=lambda: studio.get(REVISING).open(),
            words="adapt input size mean deviation classes validation share split seed column transposed read",
        ),
    )  # fmt: skip


REVISING: Part[Studio, Revising] = Part(
    name="revising", make=_revising, when="when needed", offers=_revising_offers, answers=_revises
)


def _fetching(studio: Studio) -> Fetching:
    from cnnstudio.ui.panels.importing.fetching import Fetching

    return Fetching(studio.document, studio.data, studio.jobs, studio.notices, studio.window)


def _fetches(studio: Studio, intents: Intents) -> None:
    intents.answer(FetchData, lambda intent: studio.get(FETCHING).fetch(intent.name))


FETCHING: Part[Studio, Fetching] = Part(name="fetching", make=_fetching, when="when needed", answers=_fetches)

#: what this folder declares
DECLARED = (IMPORTING, REVISING, FETCHING)
