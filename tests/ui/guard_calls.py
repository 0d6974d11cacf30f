"""How Qt is brought to call each of its virtuals while Python waits for it; run as a program, it lets every override
of every class of ours fail that way and says what came of it.

It is a process of its own: where a fault is not guarded, PySide6 ends the process.
"""

from __future__ import annotations

import faulthandler
import json
import pkgutil
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from types import FunctionType
from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QIdentityProxyModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    QThread,
)
from PySide6.QtGui import (
    QAccessible,
    QAccessibleInterface,
    QContextMenuEvent,
    QDragEnterEvent,
    QDropEvent,
    QEnterEvent,
    QFocusEvent,
    QIcon,
    QIconEngine,
    QKeyEvent,
    QMouseEvent,
    QMoveEvent,
    QPainter,
    QPainterPath,
    QPixmap,
    QResizeEvent,
    QStandardItem,
    QStandardItemModel,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QGraphicsItem,
    QGraphicsScene,
    QGraphicsSceneWheelEvent,
    QGraphicsView,
    QLayoutItem,
    QListView,
    QVBoxLayout,
    QWidget,
)

import cnnstudio
from cnnstudio.worker import guard

NONE, LEFT = Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton
PLAIN, COPY = Qt.KeyboardModifier.NoModifier, Qt.DropAction.CopyAction
AT, HORIZONTAL = QPointF(3, 3), Qt.Orientation.Horizontal
#: what must outlive the call it was made for
_kept: list[object] = []


def keep(thing: Any) -> Any:
    _kept.append(thing)
    return thing


def overrides() -> Iterator[tuple[type, str, FunctionType]]:
    """Each class of ours that is derived from one of Qt's, with each function that bears the name of one of Qt's."""
    for module in pkgutil.walk_packages(cnnstudio.__path__, "cnnstudio."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    waiting, seen = [guard.Shiboken.Object], set()
    while waiting:
        for cls in waiting.pop().__subclasses__():
            if cls not in seen:
                seen.add(cls)
                waiting.append(cls)
    for cls in sorted(seen, key=lambda cls: (cls.__module__, cls.__qualname__)):
        if cls.__module__.partition(".")[0] == "cnnstudio":
            for name in sorted({name for base in cls.__mro__ if not is_qt(base) for name in vars(base)}):
                function = getattr(cls, name)
                ours = isinstance(function, FunctionType) and function.__module__.startswith("cnnstudio.")
                if ours and not name.startswith("__") and guard.qt_method(cls, name):
                    yield cls, name, function


def is_qt(cls: type) -> bool:
    return cls is object or cls.__module__.startswith(("PySide6.", "Shiboken"))


# -- how Qt comes to call what. Each takes an object whose virtual is to be called.


def target(thing: Any) -> Any:
    return thing.viewport() if isinstance(thing, QAbstractScrollArea) else thing


def mouse(kind: QEvent.Type) -> Callable[[Any], object]:
    return lambda thing: QApplication.sendEvent(target(thing), QMouseEvent(kind, AT, AT, AT, LEFT, LEFT, PLAIN))


def sent(make: Callable[[], QEvent]) -> Callable[[Any], object]:
    return lambda thing: QApplication.sendEvent(thing, make())


def to_target(make: Callable[[], QEvent]) -> Callable[[Any], object]:
    return lambda thing: QApplication.sendEvent(target(thing), make())


def turned(thing: Any) -> None:
    if isinstance(thing, QGraphicsItem):
        scene = keep(QGraphicsScene())
        scene.addItem(thing)
        scene.sendEvent(thing, QGraphicsSceneWheelEvent(QEvent.Type.GraphicsSceneWheel))
        return
    phase = Qt.ScrollPhase.NoScrollPhase
    QApplication.sendEvent(target(thing), QWheelEvent(AT, AT, QPoint(), QPoint(0, 120), NONE, PLAIN, phase, False))


def laid_out(thing: QWidget) -> None:
    host = keep(QWidget())
    layout = QVBoxLayout(host)
    layout.addWidget(thing)
    host.show()
    layout.minimumSize()
    layout.sizeHint()


def scrolled(thing: QAbstractScrollArea) -> None:
    bar = thing.verticalScrollBar()
    bar.setRange(0, 100)
    bar.setValue(bar.value() + 7)


def shown(thing: QWidget) -> None:
    thing.setVisible(True)


def hidden(thing: QWidget) -> None:
    thing.setVisible(True)
    thing.setVisible(False)


def filtered(thing: QObject) -> None:
    other = keep(QObject())
    other.installEventFilter(thing)
    QApplication.sendEvent(other, QEvent(QEvent.Type.User))


def painted(thing: Any) -> None:
    if isinstance(thing, QWidget):
        if isinstance(thing, QGraphicsView):
            thing.setScene(keep(QGraphicsScene(0, 0, 20, 20)))
        thing.resize(90, 70)
        thing.grab()
    elif isinstance(thing, QIconEngine):
        with QPainter(keep(QPixmap(16, 16))) as painter:
            keep(QIcon(thing)).paint(painter, QRect(0, 0, 16, 16))
    elif isinstance(thing, QGraphicsItem):
        scene = keep(QGraphicsScene(0, 0, 20, 20))
        scene.addItem(thing)
        with QPainter(keep(QPixmap(20, 20))) as painter:
            scene.render(painter)
    else:
        view, model = keep(QListView()), keep(QStandardItemModel())
        model.appendRow(QStandardItem("row"))
        view.setModel(model)
        view.setItemDelegate(thing)
        view.grab()


def edited(delegate: QAbstractItemDelegate) -> None:
    view, model = keep(QListView()), keep(QStandardItemModel())
    model.appendRow(QStandardItem("row"))
    view.setModel(model)
    view.setItemDelegate(delegate)
    view.edit(model.index(0, 0))


def chosen(thing: QAbstractItemView) -> None:
    model = keep(QStandardItemModel())
    for _ in range(2):
        model.appendRow(QStandardItem("row"))
    thing.setModel(model)
    thing.setCurrentIndex(model.index(1, 0))


def cell(thing: QAbstractItemModel) -> QModelIndex:
    return thing.createIndex(0, 0)


def behind(thing: QAbstractItemModel) -> QIdentityProxyModel:
    proxy = keep(QIdentityProxyModel())
    proxy.setSourceModel(thing)
    return proxy


def as_high_as_wide(widget: QWidget) -> None:
    """A layout asks a widget whose height follows its width."""
    policy = widget.sizePolicy()
    policy.setHeightForWidth(True)
    widget.setSizePolicy(policy)
    column = QVBoxLayout(keep(QWidget()))
    column.addWidget(widget)
    column.heightForWidth(30)


def within(thing: Any) -> QVBoxLayout:
    outer = QVBoxLayout(keep(QWidget()))
    outer.addLayout(thing)
    outer.setGeometry(QRect(0, 0, 50, 50))
    outer.heightForWidth(30)
    return outer


def ran(thing: QThread) -> None:
    thing.start()
    thing.wait(5000)


def copied(thing: QIconEngine) -> None:
    icon = keep(QIcon(thing))
    other = keep(QIcon(icon))
    other.setIsMask(True)
    other.pixmap(16, 16)


TRIGGERS: dict[str, Callable[[Any], object]] = {
    "boundingRect": lambda item: item.sceneBoundingRect(),
    "changeEvent": lambda widget: widget.setEnabled(False),
    "clone": copied,
    "closeEvent": lambda widget: widget.close(),
    "columnCount": lambda model: behind(model).columnCount(),
    "contextMenuEvent": to_target(
        lambda: QContextMenuEvent(QContextMenuEvent.Reason.Mouse, QPoint(3, 3), QPoint(3, 3))
    ),
    "createEditor": edited,
    "currentChanged": chosen,
    "data": lambda model: cell(model).data(),
    "dragEnterEvent": to_target(lambda: QDragEnterEvent(QPoint(3, 3), COPY, keep(QMimeData()), LEFT, PLAIN)),
    "drawBackground": painted,
    "drawForeground": painted,
    "dropEvent": lambda widget: QWidget.event(widget, QDropEvent(AT, COPY, keep(QMimeData()), LEFT, PLAIN)),
    "enterEvent": sent(lambda: QEnterEvent(AT, AT, AT)),
    "event": sent(lambda: QEvent(QEvent.Type.User)),
    "eventFilter": filtered,
    "expandingDirections": within,
    "flags": lambda model: cell(model).flags(),
    "focusInEvent": sent(lambda: QFocusEvent(QEvent.Type.FocusIn)),
    "focusNextPrevChild": sent(lambda: QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Tab, PLAIN)),
    "focusOutEvent": sent(lambda: QFocusEvent(QEvent.Type.FocusOut)),
    "hasHeightForWidth": lambda thing: within(thing) if isinstance(thing, QLayoutItem) else as_high_as_wide(thing),
    "headerData": lambda model: behind(model).headerData(0, HORIZONTAL),
    "heightForWidth": lambda thing: within(thing) if isinstance(thing, QLayoutItem) else as_high_as_wide(thing),
    "hideEvent": hidden,
    "index": lambda model: cell(model).sibling(1, 1),
    "keyPressEvent": sent(lambda: QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_F9, PLAIN)),
    "keyReleaseEvent": sent(lambda: QKeyEvent(QEvent.Type.KeyRelease, Qt.Key.Key_F9, PLAIN)),
    "leaveEvent": sent(lambda: QEvent(QEvent.Type.Leave)),
    "maximumSize": within,
    "minimumHeightForWidth": lambda layout: within(layout).minimumHeightForWidth(30),
    "minimumSize": within,
    "minimumSizeHint": laid_out,
    "mouseDoubleClickEvent": mouse(QEvent.Type.MouseButtonDblClick),
    "mouseMoveEvent": mouse(QEvent.Type.MouseMove),
    "moveEvent": to_target(lambda: QMoveEvent(QPoint(1, 1), QPoint(0, 0))),
    "mousePressEvent": mouse(QEvent.Type.MouseButtonPress),
    "mouseReleaseEvent": mouse(QEvent.Type.MouseButtonRelease),
    "paint": painted,
    "paintEvent": painted,
    "parent": lambda model: cell(model).parent(),
    "pixmap": lambda engine: keep(QIcon(engine)).pixmap(16, 16),
    "resizeEvent": to_target(lambda: QResizeEvent(QSize(60, 50), QSize(50, 50))),
    "rowCount": lambda model: behind(model).rowCount(),
    "run": ran,
    "scrollContentsBy": scrolled,
    "selectionChanged": chosen,
    "setData": lambda model: behind(model).setData(QModelIndex(), 1),
    "setGeometry": within,
    "shape": lambda item: item.contains(AT),
    "showEvent": shown,
    "sizeHint": lambda thing: within(thing) if isinstance(thing, QLayoutItem) else thing.adjustSize(),
    "sort": lambda model: behind(model).sort(0),
    "stepBy": lambda box: box.stepUp(),
    "stepEnabled": painted,
    "viewportEvent": lambda area: QApplication.sendEvent(area.viewport(), QEvent(QEvent.Type.Enter)),
    "wheelEvent": turned,
}

#: arguments of the virtuals that answer, and the type of the answer
ANSWERS: dict[str, tuple[Callable[[Any], tuple[Any, ...]], type]] = {
    "boundingRect": (lambda _: (), QRectF),
    "clone": (lambda _: (), QIconEngine),
    "columnCount": (lambda _: (), int),
    "data": (lambda model: (cell(model),), object),
    "event": (lambda _: (QEvent(QEvent.Type.User),), bool),
    "eventFilter": (lambda _: (keep(QObject()), QEvent(QEvent.Type.User)), bool),
    "expandingDirections": (lambda _: (), Qt.Orientation),
    "flags": (lambda model: (cell(model),), Qt.ItemFlag),
    "hasHeightForWidth": (lambda _: (), bool),
    "headerData": (lambda _: (0, HORIZONTAL), object),
    "heightForWidth": (lambda _: (30,), int),
    "index": (lambda _: (0, 0), QModelIndex),
    "maximumSize": (lambda _: (), QSize),
    "minimumHeightForWidth": (lambda _: (30,), int),
    "minimumSize": (lambda _: (), QSize),
    "minimumSizeHint": (lambda _: (), QSize),
    "parent": (lambda model: (cell(model),), QModelIndex),
    "pixmap": (lambda _: (QSize(8, 8), QIcon.Mode.Normal, QIcon.State.Off), QPixmap),
    "rowCount": (lambda _: (), int),
    "setData": (lambda model: (cell(model), 1), bool),
    "shape": (lambda _: (), QPainterPath),
    "sizeHint": (lambda _: (), QSize),
    "stepEnabled": (lambda _: (), QAbstractSpinBox.StepEnabledFlag),
    "viewportEvent": (lambda _: (QEvent(QEvent.Type.User),), bool),
}

#: arguments of what a screen reader asks, which Qt passes on from outside; none is here, so it is asked as Qt would
READ_ALOUD: dict[str, tuple[Any, ...]] = {
    "child": (0,),
    "childAt": (1, 1),
    "setText": (QAccessible.Text.Name, ""),
    "text": (QAccessible.Text.Name,),
}

#: what has to go well beside, for Qt to come to the call
BESIDE: dict[str, dict[str, Any]] = {
    "heightForWidth": {"hasHeightForWidth": lambda self: True},
    "minimumHeightForWidth": {"hasHeightForWidth": lambda self: True},
}


def failing(cls: type, name: str) -> Any:
    """An object of a class derived from ``cls`` whose virtual ``name`` raises. Only Qt's part of it is initialised, so
    that whatever else ``cls`` overrides is likely to fail as well."""

    def fail(self: Any, *arguments: Any) -> Any:
        raise Fault(f"{cls.__module__}.{cls.__qualname__}.{name}")

    beside = dict(BESIDE.get(name, {}))
    if name == "paint" and issubclass(cls, QGraphicsItem):
        beside["boundingRect"] = lambda self: QRectF(0, 0, 10, 10)
    derived: Any = type("Failing", (cls,), {"__module__": "cnnstudio.failing", **beside, name: fail})
    made = derived.__new__(derived)
    next(base for base in cls.__mro__ if is_qt(base)).__init__(made)
    return keep(made)


class Fault(Exception):
    """Raised on purpose."""


def answer_is_qts(thing: Any, name: str) -> str:
    """What is wrong with the answer to a failing virtual; nothing if it is Qt's own, or empty where Qt has none."""
    if name not in ANSWERS:
        return ""
    make, kind = ANSWERS[name]
    method = guard.qt_method(type(thing), name)
    assert method is not None
    answer = getattr(thing, name)(*make(thing))
    if not isinstance(answer, kind):
        return f"answers {answer!r}"
    try:
        qts = method(thing, *make(thing))
    except NotImplementedError:
        return ""
    same = isinstance(qts, QPixmap) or answer == qts
    return "" if same else f"answers {answer!r}, not {qts!r}"


def main() -> None:
    """Print, as JSON, the classes and virtuals that Qt did not call, was not told of, or got a wrong answer from."""
    faulthandler.enable()
    application = QApplication([])
    told: list[str] = []

    def hear(kind: type[BaseException], fault: BaseException, _trace: object) -> None:
        if kind is Fault:
            told.append(str(fault))
        else:  # of this program itself
            sys.__excepthook__(kind, fault, _trace)

    sys.excepthook = hear
    wrong, tried = [], 0
    for cls, name, _ in overrides():
        where = f"{cls.__module__}.{cls.__qualname__}.{name}"
        print(where, file=sys.stderr, flush=True)  # the last one is where it ended, if it ends here
        if issubclass(cls, QAccessibleInterface):
            tried += 1
            thing = failing(cls, name)
            arguments = (thing,) if name == "indexOfChild" else READ_ALOUD.get(name, ())
            getattr(thing, name)(*arguments)
            if where not in told:
                wrong.append(f"{where}: nobody was told")
            continue
        if name not in TRIGGERS:
            wrong.append(f"{where}: how does Qt come to call this? If it never does, it needs another name")
            continue
        tried += 1
        TRIGGERS[name](failing(cls, name))
        if where not in told:
            wrong.append(f"{where}: Qt did not call it, or nobody was told")
        problem = answer_is_qts(failing(cls, name), name)
        if problem:
            wrong.append(f"{where}: {problem}")
    print(json.dumps({"tried": tried, "wrong": wrong}))
    sys.stdout.flush()
    del application


if __name__ == "__main__":
    main()
    import os

    os._exit(0)  # half-made objects need no orderly end
