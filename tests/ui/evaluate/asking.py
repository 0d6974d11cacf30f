"""The page of Evaluate, and a test of the network, asked for by its button."""

from __future__ import annotations

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from cnnstudio.ui.evaluate.page import EvaluatePage
from cnnstudio.ui.run.evaluation import Evaluator
from tests.ui.training_parts import Parts


def evaluate_page(parts: Parts, evaluator: Evaluator) -> EvaluatePage:
    """The page by itself, without a window."""
    return EvaluatePage(
        parts.document,
        evaluator,
        parts.looking,
        parts.samples,
        parts.inspection,
        parts.data,
        parts.session.jobs,
        parts.notices,
    )


def ask(qtbot: QtBot, evaluator: Evaluator, page: EvaluatePage) -> None:
    """Press the button and wait for what comes of it."""
    before = evaluator.result
    qtbot.mouseClick(page.begin if page.begin.isVisible() else page.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: evaluator.result is not before and evaluator.job is None)
