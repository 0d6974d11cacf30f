"""Where a data set comes from: a built-in name, that of a published set that was fetched, or a path."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache as cache_in_memory
from pathlib import Path
from typing import cast

import numpy as np

from cnnstudio.data import cache
from cnnstudio.data.dataset import Cancelled, DataError, DataSet, Examples, Pixels, fingerprint
from cnnstudio.data.downloads.published import PUBLISHED, Published, why_not_here
from cnnstudio.data.drawn import digits, shapes, things
from cnnstudio.data.drawn.builtin import CHUNK, BuiltIn, chunk_labels, draw_chunk
from cnnstudio.data.drawn.choices import DrawnChoices
from cnnstudio.data.importing.one_class import refuse_one_class
from cnnstudio.data.preparation.changes import Changes, applied, changed
from cnnstudio.data.preparation.choice import DataChoice, Value
from cnnstudio.data.reader import (
    PREVIEW_TEST,
    Reader,
    either,
    head,
    reader_of,
    why_none,
)
from cnnstudio.files.plain import exists, expanded
from cnnstudio.nn.settings import Described, SettingError

__all__ = [
    "BUILTIN", "Cancelled", "choices_of", "is_name", "open_data", "preview", "source_of", "stored", "with_changes",
]  # fmt: skip

BUILTIN: dict[str, BuiltIn] = {kind.name: kind for kind in (digits.DIGITS, shapes.SHAPES, things.THINGS)}


def is_name(source: str) -> bool:
    """Whether a source is the name of a set, built-in or published, and no path."""
    return source in BUILTIN or source in PUBLISHED


def source_of(text: str) -> str:
    """What somebody means by a text: a built-in set, else what lies at that path, else a published set of that name.
    Paths become absolute."""
    if text in BUILTIN or (text in PUBLISHED and not exists(expanded(text))):
        return text
    return str(expanded(text).absolute())


def open_data(
    source: str | Path | DataChoice,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    **choices: Value,
) -> DataSet:
    """The whole data set: a name, the path of files that a reader recognises, or a choice of either with its changes
    made.

    ``choices`` say how files are read where that is not left to them, such as ``size=(64, 64)``, ``colour="grey"`` or
    ``per_class=100``. ``progress`` hears 0…1; ``cancelled`` is asked several times a second.

    Raises:
        DataError: there is no such data, it is damaged, the choices or changes do not fit it, or all pictures to learn
            from are of one class.
        Cancelled: ``cancelled`` answered yes.
    """
    choice = _choice_of(source)
    if choices:
        choice = choice.replace(choices={**dict(choice.choices), **choices})
    return with_changes(_whole(choice, progress, cancelled), choice.changes)


def with_changes(data: DataSet, changes: Changes) -> DataSet:
    """A whole data set with the changes of a choice made.

    Raises:
        DataError: they do not fit it, or leave pictures of one class only to learn from.
    """
    after = changed(data, changes)
    refuse_one_class(after)
    _ = after.train.firsts  # takes a while for many, and is known from now on
    return after


def choices_of(source: str) -> type[Described]:
    """What can be chosen of the data that a source names.

    Raises:
        DataError: there are none.
    """
    return DrawnChoices if source in BUILTIN else _existing(source)[1].choices


def stored(source: str | Path) -> DataSet | None:
    """The whole data set where nothing has to be drawn for it any more: a built-in one in the cache."""
    kind = BUILTIN.get(source) if isinstance(source, str) else None
    if kind is None:
        return None
    return cache.load(
        kind.name, kind.version, (kind.train + kind.test, *kind.image_shape), lambda p: _assemble(kind, p, kind.train)
    )


def preview(source: str | Path | DataChoice) -> DataSet:
    """The first 1,000 training and 200 test examples of ``open_data(source)``, at once for a built-in set: of one that
    is drawn slowly the first 200.

    The fingerprint is the preview's own.

    Raises:
        DataError: as ``open_data``.
    """
    choice = _choice_of(source)
    kind = BUILTIN.get(choice.source)
    if kind is None:
        path, reader = _existing(choice.source)
        first = _named(choice.source, reader.preview(path, _choices(reader.choices, choice)))
    elif (full := stored(choice.source)) is not None:
        first = head(full)
    else:
        first = _first(kind)
    if kind is not None:
        first = _drawn_choices(choice).made_of(first)
    return applied(first, choice.changes) if choice.changes else first


@cache_in_memory
def _first(kind: BuiltIn) -> DataSet:
    """The first pictures of a set that is drawn: a moment's work, which each look at it would need again."""
    return _assemble(kind, _draw(kind, kind.first, PREVIEW_TEST), kind.first)


def _whole(
    choice: DataChoice, progress: Callable[[float], None] | None, cancelled: Callable[[], bool] | None
) -> DataSet:
    kind = BUILTIN.get(choice.source)
    if kind is None:
        path, reader = _existing(choice.source)
        return _named(choice.source, reader.open(path, _choices(reader.choices, choice), progress, cancelled))
    choices = _drawn_choices(choice)
    found = stored(kind.name)
    if found is None:
        drawn = _assemble(kind, _draw(kind, kind.train, kind.test, progress, cancelled), kind.train)
        found = cache.store(kind.name, kind.version, drawn, lambda p: _assemble(kind, p, kind.train))
    if progress:
        progress(1.0)
    return choices.made_of(found)


def _choice_of(source: str | Path | DataChoice) -> DataChoice:
    if isinstance(source, DataChoice):
        return source
    # a path of the name of a built-in set is still a path
    if isinstance(source, Path):
        return DataChoice(str(expanded(source).absolute()))
    return DataChoice(source_of(source) if source in PUBLISHED else source)


def _choices(kind: type[Described], choice: DataChoice) -> Described:
    try:
        return kind.from_json(dict(choice.choices))
    except SettingError as error:
        raise DataError("{source}: {error}", source=choice.source, error=error) from error


def _drawn_choices(choice: DataChoice) -> DrawnChoices:
    return cast(DrawnChoices, _choices(DrawnChoices, choice))


def _existing(source: str) -> tuple[Path, Reader]:
    """The path and what reads it."""
    found = PUBLISHED.get(source)
    if found is not None and not found.is_here:
        raise why_not_here(found)
    path = expanded(source) if found is None else found.folder
    if not exists(path):
        raise DataError(
            "There is no data set “{source}”: name one ({names:commas}) or give the path of {paths}.",
            source=source,
            names=(*BUILTIN, *PUBLISHED),
            paths=either(", or of "),
        )
    if (reader := reader_of(path)) is None:
        raise DataError(why_none(path))
    return path, reader


def _named(source: str, data: DataSet) -> DataSet:
    """A published set under its own name, with what its labels mean."""
    found: Published | None = PUBLISHED.get(source)
    if found is None:
        return data
    classes = found.classes if len(found.classes) == len(data.classes) else data.classes
    mark = data.fingerprint
    if classes != data.classes:
        mark = fingerprint(classes, data.train, data.test, data.validation)
    return replace(data, name=found.name, title=found.title, source=source, classes=classes, fingerprint=mark)


def _draw(
    kind: BuiltIn,
    train: int,
    test: int,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Pixels:
    """Pixels uint8 (train + test, H, W, C)."""
    pixels = np.empty((train + test, *kind.image_shape), dtype=np.uint8)
    for number, (split, index) in enumerate(_chunks(train, test)):
        if cancelled and cancelled():
            raise Cancelled
        pixels[number * CHUNK : (number + 1) * CHUNK] = draw_chunk(kind, split, index)
        if progress:
            progress((number + 1) * CHUNK / len(pixels))
    return pixels


def _chunks(train: int, test: int) -> list[tuple[str, int]]:
    return [(split, i) for split, count in (("train", train), ("test", test)) for i in range(count // CHUNK)]


def _assemble(kind: BuiltIn, pixels: Pixels, train: int) -> DataSet:
    """Labels cost nothing to draw again, so only pixels (train + test, H, W, C) are ever stored."""
    labels = np.concatenate([chunk_labels(kind, *chunk) for chunk in _chunks(train, len(pixels) - train)])
    train_split = Examples(pixels[:train], labels[:train])
    test_split = Examples(pixels[train:], labels[train:])
    return DataSet(
        kind.name, kind.title, kind.classes, train_split, test_split,
        fingerprint(kind.classes, train_split, test_split), kind.name,
    )  # fmt: skip
