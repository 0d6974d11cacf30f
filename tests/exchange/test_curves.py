"""A run's curves for other programs."""

from __future__ import annotations

import csv
import io
import struct

import numpy as np
import pytest

from cnnstudio.exchange.curves import table, tensorboard_events
from cnnstudio.nn.training.events import EpochDone
from cnnstudio.runs.run import History

#: two epochs of three steps, two and four seconds long, and a step of the third
HISTORY = History(
    np.array([2.5, 2.25, 2.0, 1.5, 1.25, 1.0, np.nan], np.float32),
    np.linspace(0.125, 0.5, 7).astype(np.float32),
    (
        EpochDone(1, 3, 2.25, 0.25, 2.125, 0.5, 1000.0, 2.0, 0.01, batch_size=32),
        EpochDone(2, 6, 1.25, 0.375, 1.125, 0.625, 1000.0, 4.0, 0.005, batch_size=32),
    ),
)


def test_the_table_has_a_line_for_each_step_and_the_figures_of_an_epoch_at_its_end() -> None:
    rows = list(csv.DictReader(io.StringIO(table(HISTORY).decode())))
    assert [row["step"] for row in rows] == list("1234567") and [row["epoch"] for row in rows] == list("1112223")
    assert [row["validation_loss"] for row in rows] == ["", "", "2.125", "", "", "1.125", ""]
    assert rows[5]["batch_loss"] == "1.0" and rows[6]["batch_loss"] == "" and rows[2]["batch_size"] == "32"


def test_events_are_records_with_their_lengths() -> None:
    pytest.importorskip("tensorboardX")
    content, count, at = tensorboard_events(HISTORY, 1e9), 0, 0
    while at < len(content):
        (length,) = struct.unpack_from("<Q", content, at)
        at, count = at + 12 + length + 4, count + 1
    assert at == len(content) and count == 1 + 2 * 7 + 5 * 2
