"""A run's curves for other programs: a table, and TensorBoard's events."""

from __future__ import annotations

import csv
import io
import math
import tempfile
from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path

from cnnstudio.exchange.installed import why_no_tensorboard
from cnnstudio.nn.telling.told import WordedError
from cnnstudio.runs.run import History

#: what a file is by the end of its name; TensorBoard opens each whose name holds “tfevents”
TABLE, EVENTS = ".csv", ".tfevents"
_COLUMNS = (
    "step", "epoch", "batch_loss", "batch_accuracy", "train_loss", "train_accuracy", "validation_loss",
    "validation_accuracy", "learning_rate", "batch_size",
)  # fmt: skip
#: the figures of an epoch by their names in TensorBoard; those of a step are ``loss/batch`` and ``accuracy/batch``
_TAGS = {
    "loss/train": "train_loss",
    "loss/validation": "validation_loss",
    "accuracy/train": "train_accuracy",
    "accuracy/validation": "validation_accuracy",
    "learning_rate": "learning_rate",
}


class CurvesError(WordedError):
    """Curves cannot be written: one sentence that says what is missing."""


def table(history: History) -> bytes:
    """A line for each step; the figures of an epoch stand in the line of its last one. UTF-8, with a heading."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    done_at = {done.step: done for done in history.epochs}
    ends = [done.step for done in history.epochs]
    for place, (loss, accuracy) in enumerate(zip(history.losses, history.accuracies, strict=True)):
        step, done = place + 1, done_at.get(place + 1)
        figures = [
            done.train_loss, done.train_accuracy, done.validation_loss, done.validation_accuracy, done.learning_rate,
        ] if done is not None else []  # fmt: skip
        row = [step, bisect_left(ends, step) + 1, *map(_number, (loss, accuracy, *figures))]
        writer.writerow([*row, done.batch_size] if done is not None else row + [""] * 6)
    return text.getvalue().encode()


def tensorboard_events(history: History, began: float) -> bytes:
    """The same figures as scalars of TensorBoard, in a file of its own. ``began`` is when the run did, in seconds since
    1970; within an epoch time is shared evenly, and steps after the last whole one have its pace.

    Raises:
        CurvesError: tensorboardX is not installed.
    """
    if (why := why_no_tensorboard()) is not None:
        raise CurvesError(why)
    from tensorboardX.proto.event_pb2 import Event
    from tensorboardX.record_writer import RecordWriter
    from tensorboardX.summary import scalar

    with tempfile.TemporaryDirectory() as folder:  # it writes to files alone
        path = Path(folder) / "curves"
        writer = RecordWriter(str(path))
        writer.write(Event(wall_time=began, file_version="brain.Event:2").SerializeToString())
        for step, seconds, figures in _scalars(history):
            for tag, value in figures.items():
                event = Event(wall_time=began + seconds, step=step, summary=scalar(tag, value))
                writer.write(event.SerializeToString())
        writer.close()
        return path.read_bytes()


def _scalars(history: History) -> Iterator[tuple[int, float, dict[str, float]]]:
    """The steps in their order, the seconds from the beginning to each, and what is known of it."""
    epochs, seconds, pace = iter(history.epochs), 0.0, 0.0
    done, before = next(epochs, None), 0
    for place, (loss, accuracy) in enumerate(zip(history.losses.tolist(), history.accuracies.tolist(), strict=True)):
        step = place + 1
        if done is not None:
            pace = done.seconds / max(1, done.step - before)
        seconds += pace
        figures = {"loss/batch": loss, "accuracy/batch": accuracy}
        if done is not None and step == done.step:
            figures |= {tag: getattr(done, name) for tag, name in _TAGS.items()}
            done, before = next(epochs, None), step
        yield step, seconds, figures


def _number(value: float) -> str:
    return str(value) if math.isfinite(value) else ""
