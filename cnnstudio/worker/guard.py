"""A fault in what Qt calls ends there: every virtual of Qt that our classes override is guarded as the class is made.

Qt is C++ and knows no exception of Python's. One that leaves an override while Python code waits for the call that led
to it (``setVisible`` → layout → ``resizeEvent``) is lost, comes out of some other call, or ends the process (PySide6
6.11, ``PepException_GetArgs``). So the root of all types of Qt gets an ``__init_subclass__``: whatever class
``cnnstudio`` derives from one of them has each function that bears the name of a method of Qt's put into a guard.
Nobody needs to think of it, and nobody may give such a name to anything else. Many names that pyqtgraph's classes share
with Qt's are their own business; of theirs only what Qt calls is guarded.

After a fault Qt's own implementation answers, or, where Qt has none, an empty value of the declared type. Whoever
listens to ``sys.excepthook`` is told, once for each place that fails: a repaint comes sixty times a second.

The packages that make such classes import this module before anything else of theirs.
"""

from __future__ import annotations

import dis
import logging
import sys
import threading
from collections.abc import Callable
from functools import cache, wraps
from importlib import import_module
from types import FunctionType, MethodDescriptorType, TracebackType
from typing import Any

import PySide6 as PySide6  # first: alone, shiboken6 ends the process instead of raising
from shiboken6 import Shiboken

#: whose classes are guarded
OURS, BORROWED = "cnnstudio", "pyqtgraph"
#: what Qt calls of a borrowed class, beside everything that is named after an event
_CALLED_BY_QT = frozenset({"boundingRect", "event", "eventFilter", "itemChange", "paint", "shape", "sizeHint"})
#: Qt's own would begin a life of its own: a thread whose ``run`` failed is to end, not to wait for events for ever
_WITHOUT_QT = frozenset({"run"})
#: made without their own ``clone``; Qt owns them, which Python would not know
_copies: list[object] = []
#: as the versions of Python call the step that looks ``super().name`` up
_READS_ATTRIBUTE = frozenset({"LOAD_ATTR", "LOAD_METHOD", "LOAD_SUPER_ATTR"})
#: of a process that the keyboard interrupted, as shells have it
_INTERRUPTED = 130

_log = logging.getLogger("cnnstudio.qt")
_listener: object = None
_told: set[tuple[object, ...]] = set()
#: (thread, object, virtual) for which Qt's own is answering: it may call other virtuals that ask for the same again
_answering: set[tuple[int, int, str]] = set()


def qt_method(cls: type, name: str) -> MethodDescriptorType | None:
    """Qt's implementation that ``cls`` inherits under this name, if there is one."""
    return next((vars(base)[name] for base in cls.__mro__ if name in _methods(base)), None)


@cache
def _methods(base: type) -> frozenset[str]:
    """The names of what Qt can be called for in ``base``; none for a class written in Python."""
    return frozenset(name for name, method in vars(base).items() if isinstance(method, MethodDescriptorType))


def is_guarded(function: object) -> bool:
    """Whether a function of a class was put into a guard."""
    return hasattr(function, "__guarded__")


def _guard_class(cls: type) -> None:
    """Guard what ``cls`` overrides, by itself or with a base that is no class of Qt's."""
    mixins = [base for base in cls.__mro__ if not issubclass(base, Shiboken.Object) and base is not object]
    for owner in (cls, *mixins):
        for name, function in list(vars(owner).items()):
            if isinstance(function, FunctionType) and not name.startswith("__") and _is_called_by_qt(function, name):
                method = qt_method(cls, name)
                if method and getattr(cls, name) is function and not is_guarded(function):
                    setattr(cls, name, _guarded(function, name, method))


def _is_called_by_qt(function: FunctionType, name: str) -> bool:
    return _package(function) != BORROWED or name in _CALLED_BY_QT or name.endswith("Event")


def _guarded(function: FunctionType, name: str, method: MethodDescriptorType) -> Callable[..., Any]:
    """``function`` that never raises: ``method``, which is Qt's, answers in its place."""

    @wraps(function)
    def guarded(*arguments: Any, **named: Any) -> Any:
        try:
            return function(*arguments, **named)
        except BaseException as fault:  # noqa: BLE001 – none may reach C++; all of them are told
            return _after(fault, function, name, method, arguments, named)

    guarded.__guarded__ = True  # type: ignore[attr-defined]  # a mark that no other function has
    return guarded


def _after(
    fault: BaseException,
    function: FunctionType,
    name: str,
    method: MethodDescriptorType,
    arguments: tuple[Any, ...],
    named: dict[str, Any],
) -> Any:
    """What to answer after a fault; by then painters are put away and everyone is told."""
    answer = None
    try:
        trace = fault.__traceback__ and fault.__traceback__.tb_next  # without the frame of the guard
        _end_painters(trace, arguments)
        answer = _answer(trace, name, method, arguments, named)
        _tell(fault, trace, function)
        if isinstance(fault, KeyboardInterrupt | SystemExit):
            _quit(fault)
    except BaseException:  # noqa: BLE001 – not even this one
        _log.exception("a fault in %s could not be told", function.__qualname__)
    return answer


def _answer(
    trace: TracebackType | None,
    name: str,
    method: MethodDescriptorType,
    arguments: tuple[Any, ...],
    named: dict[str, Any],
) -> Any:
    if name in _WITHOUT_QT:
        return None
    if name.lower().endswith("event") and _has_asked_qt(trace, name):
        return True if name in ("event", "viewportEvent", "sceneEvent") else None  # not twice: a key is typed once
    if name == "clone":
        return _copy(arguments[0], method)  # the one pointer that Qt never expects to be null
    now = (threading.get_ident(), id(arguments[0]), name)
    if now in _answering:
        return _empty(method, len(arguments) + len(named))
    _answering.add(now)
    try:
        return method(*arguments, **named)
    except Exception:  # noqa: BLE001 – Qt has no implementation, or its object is gone; the fault itself is told
        return _empty(method, len(arguments) + len(named))
    finally:
        _answering.discard(now)


def _has_asked_qt(trace: TracebackType | None, name: str) -> bool:
    """Whether the override failed behind the place where it calls ``super()``’s."""
    if trace is None:
        return False
    steps = dis.get_instructions(trace.tb_frame.f_code)
    return any(
        step.argval == name and step.opname in _READS_ATTRIBUTE and step.offset < trace.tb_lasti for step in steps
    )


def _empty(method: MethodDescriptorType, given: int) -> Any:
    """An empty value of the type that a method of Qt's declares: ``QSize()``, 0, no flags. Nothing for pointers."""
    signatures = import_module("shibokensupport.signature").get_signature(method)  # takes a while to load
    choices = signatures if isinstance(signatures, list) else [signatures]
    kind = next((each for each in choices if len(each.parameters) == given), choices[0]).return_annotation
    if isinstance(kind, type) and issubclass(kind, Shiboken.Object) and not hasattr(kind, "__copy__"):
        return None
    for make in (kind, lambda: kind(0)):  # flags want a number
        try:
            return make()
        except Exception:  # noqa: BLE001 – not made that way
            continue
    return None


def _copy(thing: Any, method: Any) -> Any:
    """Another object with the same attributes."""
    own: Any = type(thing)
    made = own.__new__(own)
    method.__objclass__.__init__(made)
    vars(made).update(vars(thing))
    _copies.append(made)
    return made


def _end_painters(trace: TracebackType | None, arguments: tuple[Any, ...]) -> None:
    """End the painters that were made on the way to a fault; they live as long as its traceback, and Qt’s own
    implementation could not paint. One that Qt gave lives on."""
    gui = sys.modules.get("PySide6.QtGui")
    while trace and gui:
        for thing in trace.tb_frame.f_locals.values():
            if isinstance(thing, gui.QPainter) and not any(thing is given for given in arguments) and thing.isActive():
                thing.end()
        trace = trace.tb_next


def _tell(fault: BaseException, trace: TracebackType | None, function: FunctionType) -> None:
    """Tell ``sys.excepthook`` once of each function, type and line; a new listener hears of them again."""
    global _listener
    if sys.excepthook is not _listener:
        _listener = sys.excepthook
        _told.clear()
    where = trace
    while where and where.tb_next:
        where = where.tb_next
    place = (where.tb_frame.f_code, where.tb_lineno) if where else None
    if (function, type(fault), place) not in _told:
        _told.add((function, type(fault), place))
        sys.excepthook(type(fault), fault, trace)


def _quit(wish: BaseException) -> None:
    """The wish to end the process cannot travel through C++ either: the event loop takes it on."""
    from PySide6.QtCore import QCoreApplication

    if threading.current_thread() is threading.main_thread():
        code = getattr(wish, "code", _INTERRUPTED)
        QCoreApplication.exit(code if isinstance(code, int) else int(code is not None))


def _package(thing: type | FunctionType) -> str:
    return thing.__module__.partition(".")[0]


def _on_new_class(cls: Any, /, **options: Any) -> None:
    super(Shiboken.Object, cls).__init_subclass__(**options)
    if _package(cls) in (OURS, BORROWED):
        _guard_class(cls)


def _read_no_sources() -> None:
    """PySide6 reads the source of every module that is imported after it, for whether it may ask for ``__feature__``
    (PySide6 6.11, ``shibokensupport.feature``). Nobody does here, and it would be a tenth of the start."""
    feature = sys.modules.get("shibokensupport.feature")
    if hasattr(feature, "_mod_uses_pyside"):
        setattr(feature, "_mod_uses_pyside", lambda _module: False)  # noqa: B010 – typed as a module


setattr(Shiboken.Object, "__init_subclass__", classmethod(_on_new_class))  # noqa: B010 – typed as a method
_read_no_sources()
