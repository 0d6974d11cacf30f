"""A fault in what Qt calls ends there: Qt's own answers, one is told once, and the process lives."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import guard_calls
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QEvent, QRect, QSize, Qt, QThread, QTimer
from PySide6.QtGui import QIcon, QIconEngine, QImage, QPainter, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

import cnnstudio
from cnnstudio.ui.telling.notices import Notices
from cnnstudio.worker import guard

#: where classes come from that are guarded
OURS = "cnnstudio.made_by_a_test"


class Fault(Exception):
    """Raised on purpose."""


def fail(*_arguments: object) -> None:
    raise Fault("on purpose")


def test_every_override_of_every_class_is_guarded():
    found = list(guard_calls.overrides())
    open_to_faults = [f"{cls.__qualname__}.{name}" for cls, name, function in found if not guard.is_guarded(function)]
    assert len({cls for cls, _, _ in found}) > 100
    assert not open_to_faults


def test_nothing_that_qt_calls_goes_around_the_guard():
    """Neither as an attribute of an object, nor as an operator: Qt would find both."""
    names = r"(?:\w+Event|event|eventFilter|paint|sizeHint|minimumSizeHint|boundingRect|shape)"
    around = [
        f"{path.name}:{node.lineno}"
        for path in Path(cnnstudio.__file__).parent.rglob("*.py")
        if {"ui", "training"} & set(path.parts)
        if re.search(rf"\.{names}\s*=", text := path.read_text(encoding="utf-8"))
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Assign)
        and any(isinstance(to, ast.Attribute) and re.fullmatch(names, to.attr) for to in node.targets)
    ]
    classes = {cls for cls, _, _ in guard_calls.overrides()}
    around += [cls.__qualname__ for cls in classes if "__lt__" in vars(cls)]
    assert not around


def test_qt_survives_a_fault_in_every_override_and_gets_its_own_answer():
    folder = str(Path(cnnstudio.__file__).parent.parent)
    environment = {**os.environ, "PYTHONPATH": folder}
    program = [sys.executable, guard_calls.__file__]
    done = subprocess.run(program, env=environment, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, "ended at:\n" + "\n".join(done.stderr.splitlines()[-20:])
    result = json.loads(done.stdout)
    assert not result["wrong"]
    assert result["tried"] > 300


def test_a_virtual_of_a_mixin_is_guarded(qapp, qtbot):
    class Mixin:
        def resizeEvent(self, _event: QEvent) -> None:
            raise Fault

    class Mixed(Mixin, QWidget):
        __module__ = OURS

    widget = Mixed()
    with qtbot.captureExceptions() as caught:
        widget.resize(30, 20)
        widget.setVisible(True)
    assert [kind for kind, _, _ in caught] == [Fault]


def test_other_peoples_classes_are_left_alone(qapp):
    class Theirs(QWidget):
        def sizeHint(self) -> QSize:
            raise Fault

    with pytest.raises(Fault):
        Theirs().sizeHint()


def test_what_pyqtgraph_asks_of_our_axis_may_fail(qapp, qtbot):
    class Axis(pg.AxisItem):
        __module__ = OURS

        def tickStrings(self, *_arguments: object) -> list[str]:
            raise Fault

    plot = pg.PlotWidget(axisItems={"left": Axis("left")})
    qtbot.addWidget(plot)
    with qtbot.captureExceptions() as caught:
        plot.resize(200, 150)
        plot.grab()
    assert {kind for kind, _, _ in caught} == {Fault}


def test_each_listener_is_told_once_of_each_place(qapp, qtbot):
    class Two(QWidget):
        __module__ = OURS
        failing = True

        def paintEvent(self, _event: QEvent) -> None:
            if self.failing:
                raise Fault("first")
            raise Fault("second")

    widget = Two()
    with qtbot.captureExceptions() as caught:
        for _ in range(3):
            widget.grab()
        widget.failing = False
        widget.grab()
    assert [str(fault) for _, fault, _ in caught] == ["first", "second"]
    with qtbot.captureExceptions() as caught:  # the next test is no less interested
        widget.grab()
    assert [str(fault) for _, fault, _ in caught] == ["second"]


def test_the_window_tells_it_in_one_sentence_with_details(qapp, monkeypatch):
    class Broken(QWidget):
        __module__ = OURS

        def paintEvent(self, _event: QEvent) -> None:
            raise Fault("no ink")

    notices = Notices()
    monkeypatch.setattr(sys, "excepthook", notices.bug)
    heard: list[int] = []
    notices.changed.connect(lambda: heard.append(1))
    widget = Broken()
    for _ in range(3):
        widget.grab()
    assert len(heard) == 1
    assert "no ink" in notices.current[0].text
    assert "in paintEvent" in notices.current[0].details
    assert "in guarded" not in notices.current[0].details


def test_a_listener_that_fails_itself_is_logged(qapp, monkeypatch, caplog):
    class Broken(QWidget):
        __module__ = OURS

        def sizeHint(self) -> QSize:
            raise Fault

    monkeypatch.setattr(sys, "excepthook", fail)
    Broken().adjustSize()  # Qt would warn of an answer of the wrong type
    assert "could not be told" in caplog.text


def inked(picture: QImage) -> bool:
    return any(picture.pixelColor(x, 10) != picture.pixelColor(0, 0) for x in range(picture.width()))


@pytest.mark.parametrize("while_painting", [False, True])
def test_qts_own_paints_when_ours_fails(qapp, qtbot, while_painting: bool):
    class Words(QLabel):
        __module__ = OURS

        def paintEvent(self, _event: QEvent) -> None:
            painter = QPainter(self)
            if not while_painting:
                painter.end()
            raise Fault

    label = Words("█████")
    label.resize(60, 20)
    with qtbot.captureExceptions() as caught:  # which keeps the traceback, and with it the painter
        assert inked(label.grab().toImage())
        label.setVisible(True)
        label.repaint()
        label.close()
    assert [kind for kind, _, _ in caught] == [Fault]


def test_a_painter_that_qt_gave_lives_on(qapp, qtbot):
    class Drawn(QIconEngine):
        __module__ = OURS
        paint = fail
        clone = fail

    picture = QPixmap(16, 16)
    with qtbot.captureExceptions() as caught, QPainter(picture) as painter:
        QIcon(Drawn()).paint(painter, QRect(0, 0, 16, 16))
        assert painter.isActive()
    assert [kind for kind, _, _ in caught] == [Fault]


def test_what_a_painter_saves_it_restores_after_a_fault_as_well():
    """``save()`` is followed by ``try`` … ``finally: restore()``: Qt goes on with the painter it gave."""
    bare = []
    for path in Path(cnnstudio.__file__).parent.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)) if "painter.save()" in text else ():
            for body in (getattr(node, "body", None), getattr(node, "orelse", None)):
                for step, after in pairwise([*body, None]) if isinstance(body, list) else ():
                    if isinstance(step, ast.Expr) and ast.unparse(step).endswith("painter.save()"):
                        safe = isinstance(after, ast.Try) and "painter.restore()" in map(ast.unparse, after.finalbody)
                        bare += [] if safe else [f"{path.name}:{step.lineno}"]
    assert not bare


@pytest.mark.parametrize("asked_first", [False, True])
def test_a_key_is_typed_once(qapp, qtbot, asked_first: bool):
    class Early(QLineEdit):
        __module__ = OURS

        def keyPressEvent(self, event: QEvent) -> None:
            fail()
            super().keyPressEvent(event)

    class Late(QLineEdit):
        __module__ = OURS

        def keyPressEvent(self, event: QEvent) -> None:
            super().keyPressEvent(event)
            fail()

    field = Late() if asked_first else Early()
    qtbot.addWidget(field)
    with qtbot.captureExceptions():
        QTest.keyClick(field, Qt.Key.Key_A)
    assert field.text() == "a"


def test_qts_own_may_come_back_to_what_failed(qapp, qtbot):
    """``QIconEngine.pixmap`` paints, and this ``paint`` asks for the pixmap."""

    class Drawn(QIconEngine):
        __module__ = OURS
        pixmap = fail

        def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
            painter.drawPixmap(rect, self.pixmap(rect.size(), mode, state))

        def clone(self) -> QIconEngine:
            return Drawn()

    with qtbot.captureExceptions() as caught:
        assert QIcon(Drawn()).pixmap(16, 16).deviceIndependentSize().toSize() == QSize(16, 16)
    assert [kind for kind, _, _ in caught] == [Fault]


def test_a_thread_whose_run_fails_ends(qapp, qtbot):
    class Thread(QThread):
        __module__ = OURS
        run = fail

    thread = Thread()
    with qtbot.captureExceptions() as caught:
        thread.start()
        assert thread.wait(5000)
    assert [kind for kind, _, _ in caught] == [Fault]


@pytest.mark.parametrize(("wish", "code"), [(SystemExit(3), 3), (SystemExit(), 0), (KeyboardInterrupt(), 130)])
def test_the_wish_to_end_ends_the_event_loop(qapp, qtbot, wish: BaseException, code: int):
    class Leaving(QWidget):
        __module__ = OURS

        def showEvent(self, _event: QEvent) -> None:
            raise wish

    widget = Leaving()
    qtbot.addWidget(widget)
    show: Callable[[], None] = lambda: widget.setVisible(True)  # noqa: E731
    QTimer.singleShot(0, show)
    with qtbot.captureExceptions():
        assert qapp.exec() == code
