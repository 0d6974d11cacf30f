"""The columns of the table of runs: what stands in them and how it is ordered. Without Qt."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cnnstudio.nn.arrays import thousands
from cnnstudio.project.kept.listing import ListedRun

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

#: the names of runs by their ids
Names = Mapping[str, str]


@dataclass(frozen=True)
class Column:
    """``text`` of a run, and the ``key`` that it is ordered by; ``first`` says that the greatest is wanted first, and
    ``widest`` for which text there is to be room in any case."""

    title: str
    tip: str
    text: Callable[[ListedRun, Names], str]
    key: Callable[[ListedRun, Names], Any]
    figures: bool = False
    first: bool = False
    widest: str = ""


def title_of(listed: ListedRun) -> str:
    """What a run is called: by somebody, else as its design."""
    return listed.run.name or listed.run.design or "Untitled"


def names_of(runs: Iterable[ListedRun]) -> dict[str, str]:
    """What the runs are called, by their ids."""
    return {listed.run.id: title_of(listed) for listed in runs}


def began_text(began: str) -> str:
    """A moment in UTC, ISO 8601, in the time of this place: “30 Nov, 14:26”, with the year where it is another."""
    try:
        at = datetime.fromisoformat(began).astimezone()
    except ValueError:
        return began
    year = "" if at.year == datetime.now().year else f" {at.year}"
    return f"{at.day} {_MONTHS[at.month - 1]}{year}, {at:%H:%M}"


def took_text(seconds: float) -> str:
    """How long something took: “42 s”, “3 min 5 s”, “2 h 10 min”."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole}\u202fs"
    if whole < 3600:
        return f"{whole // 60}\u202fmin {whole % 60}\u202fs"
    return f"{thousands(whole // 3600)}\u202fh {whole % 3600 // 60}\u202fmin"


def percent_text(share: float | None) -> str:
    """An accuracy in percent; nothing where nobody knows."""
    return "" if share is None or not math.isfinite(share) else f"{100 * share:.1f}\u202f%"


def _share(share: float | None) -> float:
    return -1.0 if share is None or not math.isfinite(share) else share


def _parent(listed: ListedRun, names: Names) -> str:
    parent = listed.run.parent
    return names.get(parent, parent[:8])


#: the swatch of what is drawn, the star, and what there is to say
SHOWN, STAR, NAME, BEST, TEST, EPOCHS, SEED, DATA, BEGAN, TOOK, STATE, PARENT, NOTE = range(13)
COLUMNS: tuple[Column, ...] = (
    Column("", "The colour of its curve", lambda each, _: "", lambda each, _: 0),
    Column(
        "★",
        "A run with a star keeps all its weights, whatever runs may take on disk",
        lambda each, _: "★" if each.run.starred else "☆",
        lambda each, _: each.run.starred,
        first=True,
    ),
    Column(
        "Run",
        "The name that you gave it, or its design; F2 names it",
        lambda each, _: title_of(each),
        lambda each, _: title_of(each).casefold(),
    ),
    Column(
        "Validation",
        "The best accuracy on the validation images after an epoch",
        lambda each, _: percent_text(each.run.best_validation_accuracy),
        lambda each, _: _share(each.run.best_validation_accuracy),
        figures=True,
        first=True,
    ),
    Column(
        "Test",
        "The accuracy of its last weights on the test images, where they were tested",
        lambda each, _: percent_text(each.run.test_accuracy),
        lambda each, _: _share(each.run.test_accuracy),
        figures=True,
        first=True,
    ),
    Column(
        "Epochs",
        "How many epochs it has had",
        lambda each, _: thousands(each.run.epochs),
        lambda each, _: each.run.epochs,
        figures=True,
        first=True,
    ),
    Column(
        "Seed",
        "What its first weights and the order of its images were drawn by",
        lambda each, _: thousands(each.run.seed),
        lambda each, _: each.run.seed,
        figures=True,
    ),
    Column("Data", "What it learned from", lambda each, _: each.run.data, lambda each, _: each.run.data.casefold()),
    Column(
        "Began",
        "When it was begun",
        lambda each, _: began_text(each.run.began),
        lambda each, _: each.run.began,
        first=True,
    ),
    Column(
        "Took",
        "How long it has been trained in all",
        lambda each, _: took_text(each.run.seconds),
        lambda each, _: each.run.seconds,
        figures=True,
        first=True,
        widest="59\u202fmin 59\u202fs",
    ),
    Column(
        "State",
        "Whether it is trained now, came to rest, or was left by a program that ended unexpectedly",
        lambda each, _: each.state,
        lambda each, _: each.state,
        widest="under way",
    ),
    Column("From", "The run whose weights it began with", _parent, lambda each, names: _parent(each, names).casefold()),
    Column(
        "Note",
        "What you wrote about it; F2 writes it",
        lambda each, _: each.run.note,
        lambda each, _: each.run.note.casefold(),
    ),
)
#: what can be written anew
WRITTEN = {NAME: "name", NOTE: "note"}
_SEARCHED = (NAME, DATA, STATE, PARENT, NOTE)


def arranged(runs: Sequence[ListedRun], column: int, descending: bool, words: str) -> list[ListedRun]:
    """Those runs in which each of the words is found, in the order of a column; equal ones stay as they come."""
    names = names_of(runs)
    found = list(runs)
    for word in words.casefold().split():
        found = [each for each in found if word in _searched(each, names)]
    key = COLUMNS[column].key
    return sorted(found, key=lambda each: key(each, names), reverse=descending)


def _searched(each: ListedRun, names: Names) -> str:
    texts = [COLUMNS[column].text(each, names) for column in _SEARCHED]
    return "\n".join([*texts, each.run.design, each.run.id, f"seed {each.run.seed}"]).casefold()
