"""Opening data sets for the commands that need one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from tqdm import tqdm

from cnnstudio.cli.console import Refused, remark, remarks
from cnnstudio.cli.designs import Opened
from cnnstudio.data.choice import DataChoice
from cnnstudio.data.dataset import DataError, DataSet
from cnnstudio.data.library import open_data
from cnnstudio.design.value.design import Design
from cnnstudio.design.wording.problems import why_not_trainable
from cnnstudio.nn.told import worded

_BAR = "{l_bar}{bar}| {elapsed}, {remaining} left{postfix}"


def data_for(opened: Opened, design: Design, quiet: bool) -> DataSet:
    """The data set of the design's recipe, if the design can be trained on it.

    Raises:
        Refused: it cannot, or there is no such data.
    """
    # What is wrong with the design itself need not wait for the data.
    if reason := why_not_trainable(design):
        raise Refused(f"{opened.name}: {reason}")
    try:
        data = opened_data(design.recipe.data, quiet)
    except DataError as error:
        source = design.recipe.data.source
        if source == opened.design.recipe.data.source and not Path(source).expanduser().exists():
            sentence = f"{opened.name}: There are no images at {source}, where the design looks for them."
            raise Refused(f"{sentence} Say where they are with --data.") from error
        raise Refused(worded(error)) from error
    if reason := why_not_trainable(design, data.image_shape, len(data.classes)):
        raise Refused(f"{opened.name}: {reason}")
    if data.notice:
        remark(data.notice)
    return data


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
