"""What the tests of the canvas share."""

from __future__ import annotations

import pytest
from canvas_bench import Bench, make_bench
from pytestqt.qtbot import QtBot

from cnnstudio.design.templates import template


@pytest.fixture
def bench(qtbot: QtBot) -> Bench:
    """LeNet-5 on a canvas of an ordinary size, at 100 %."""
    return make_bench(qtbot, template("lenet5"))
