"""Opening data sets for the commands that need one."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from tqdm import tqdm

from cnnstudio.cli.console import Refused, remark, remarks
from cnnstudio.cli.designs import Opened
from cnnstudio.data.dataset import DataError, DataSet
from cnnstudio.data.library import is_name, open_data, source_of
from cnnstudio.data.preparation.choice import DataChoice, Value
from cnnstudio.data.wording.found import notice_words
from cnnstudio.design.value.design import Design
from cnnstudio.design.wording.problems import why_not_trainable
from cnnstudio.nn.settings import SettingError
from cnnstudio.nn.telling.told import worded

#: the options that say how files are read, and what they choose
CHOICES = {
    "size": "size", "fit": "fit", "colour": "colour", "split": "test_share", "split_seed": "test_seed",
    "per_class": "per_class", "label_column": "label_column", "flaw": "flaw",
}  # fmt: skip
_BAR = "{l_bar}{bar}| {elapsed}, {remaining} left{postfix}"


#: a sentence that says what to do about data that a design does not fit; "" where nothing helps
WayOut = Callable[[Design, DataSet], str]


def data_for(opened: Opened, design: Design, quiet: bool, way_out: WayOut | None = None) -> DataSet:
    """The data set of the design's recipe, if the design can be trained on it.

    Raises:
        Refused: it cannot, or there is no such data.
    """
    # What is wrong with the design itself need not wait for the data.
    if reason := why_not_trainable(design):
        raise Refused(f"{opened.name}: {reason}")
    data = data_of(opened, design, quiet)
    refuse_misfit(opened, design, data, way_out)
    return data


def data_of(opened: Opened, design: Design, quiet: bool) -> DataSet:
    """The data set of the design's recipe, whether the design fits it or not.

    Raises:
        Refused: there is no such data.
    """
    try:
        data = opened_data(design.recipe.data, quiet)
    except DataError as error:
        source = design.recipe.data.source
        its_own = source == opened.design.recipe.data.source
        if its_own and not is_name(source) and not Path(source).expanduser().exists():
            sentence = f"{opened.name}: There are no images at {source}, where the design looks for them."
            raise Refused(f"{sentence} Say where they are with --data.") from error
        raise Refused(worded(error)) from error
    if notice := notice_words(data):
        remark(notice)
    return data


def refuse_misfit(opened: Opened, design: Design, data: DataSet, way_out: WayOut | None = None) -> None:
    """Take care that the design can be trained on the data.

    Raises:
        Refused: it cannot.
    """
    if reason := why_not_trainable(design, data.image_shape, len(data.classes)):
        way = way_out(design, data) if way_out is not None else ""
        raise Refused(f"{opened.name}: {reason} {way}".rstrip())


def with_choices(before: DataChoice, arguments: Namespace) -> DataChoice:
    """Data with what the options say: other data are taken as they are by themselves, and how files are read stays
    where no option says otherwise.

    Raises:
        Refused: an option makes no sense.
    """
    data = before
    if arguments.data is not None:
        # what is saved must find its data from any folder
        source = before.source if arguments.data == before.source else source_of(arguments.data)
        data = _settled(lambda: before.taken_from(source))
    if chosen := choices_of(arguments):
        data = _settled(lambda: data.replace(choices={**dict(data.choices), **dict(chosen)}))
    return data


def _settled(make: Callable[[], DataChoice]) -> DataChoice:
    try:
        return make()
    except SettingError as error:
        raise Refused(worded(error)) from error


def choices_of(arguments: Namespace) -> tuple[tuple[str, Value], ...]:
    """What the options say of how files are read.

    Raises:
        Refused: the size is none.
    """
    given = {name: getattr(arguments, option) for option, name in CHOICES.items()}
    if given["size"] is not None:
        given["size"] = _size_of(given["size"])
    return tuple((name, value) for name, value in given.items() if value is not None)


def _size_of(text: str) -> tuple[int, int]:
    """The height and width that “32x48” or “32” says."""
    height, _, width = text.lower().replace("×", "x").partition("x")
    try:
        return int(height), int(width or height)
    except ValueError:
        raise Refused(f"--size must be height and width, such as 32x48, not “{text}”.") from None


def opened_data(choice: str | DataChoice, quiet: bool) -> DataSet:
    """The data set, with a bar that comes only if there is something to wait for."""
    with ExitStack() as stack:
        bar: Any = None

        def show(share: float) -> None:
            nonlocal bar
            if bar is None and share < 1:
                bar = stack.enter_context(progress_bar("Data", 1.0, quiet))
            if bar is not None:
                advance_to(bar, share)

        return open_data(choice, show)


@contextmanager
def progress_bar(title: str, total: float, quiet: bool, done: float = 0.0) -> Iterator[Any]:
    """A bar on standard error with the time left; on a terminal it is wiped away in the end."""
    tqdm.monitor_interval = 0  # no thread of its own: we move the bar often enough
    bar = tqdm(
        total=total,
        initial=done,
        desc=title,
        disable=quiet or not remarks.there,
        file=remarks,
        bar_format=_BAR,
        dynamic_ncols=True,
        leave=False,
        # A log file shall not fill with states of the bar.
        mininterval=0.1 if remarks.there and remarks.isatty() else 1.0,
    )
    try:
        yield bar
    finally:
        bar.close()


def advance_to(bar: Any, done: float) -> None:
    """Move a bar to a position."""
    bar.update(done - bar.n)
