"""How a part of the window declares itself: what it is called, where it goes, when and how it is made, what it offers.

The window iterates over declarations. A declaration imports nothing that only another workspace needs: ``make`` does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from cnnstudio.nn.graph.graph import Graph
from cnnstudio.ui.commands.command import Entry
from cnnstudio.ui.studio.intents import Intents

#: what parts are handed, a ``Studio``, and what one of them is
S = TypeVar("S")
T = TypeVar("T")

#: with the window; in a moment in which nobody does anything, or when it is first needed; or only then
When = Literal["at once", "soon", "when needed"]

#: around the canvas, in it, below it, as a tab below it, in the bar at the top, as the training bar, under the bar at
#: the top, at the foot
Place = Literal["left", "centre", "right", "below", "tab", "chip", "bar", "messages", "foot"]


@dataclass(frozen=True)
class Stop:
    """A place where F6 halts. ``enter`` gives it the keyboard; without it ``first`` names what is used most there, and
    without that it is the first thing that takes the keyboard. One that ``calls`` comes next, wherever the keyboard
    is."""

    panel: QWidget
    enter: Callable[[], object] | None = None
    first: Callable[[], QWidget | None] | None = None
    calls: bool = False


@dataclass(frozen=True)
class Around:
    """What surrounds the middle of a workspace: the panels that can be hidden, and the ``others`` that go with them
    when the middle is alone."""

    left: QWidget | None = None
    right: QWidget | None = None
    others: tuple[QWidget, ...] = ()


def _nothing(_studio: object) -> tuple[()]:
    return ()


@dataclass(frozen=True, kw_only=True, eq=False)
class Part(Generic[S, T]):
    """A part of one window: a panel, a sheet, or something that is not seen. It is the key to what it makes:
    ``studio.get(PART)``.

    ``modules`` are imported ahead where it is made soon. ``offers`` are its commands, submenus and gestures;
    ``answers`` enters the intents that it answers. Both are there before it is made. ``watches`` names the layers whose
    maps it shows now, None while nobody can see it. ``shutdown`` ends its workers; it must be safe to call twice.
    """

    name: str
    make: Callable[[S], T]
    when: When = "at once"
    modules: tuple[str, ...] = ()
    offers: Callable[[S], Iterable[Entry]] = _nothing
    answers: Callable[[S, Intents], object] | None = None
    watches: Callable[[T, Graph], Iterable[str] | None] | None = None
    shutdown: Callable[[T], object] | None = None


def _itself(part: Any) -> QWidget:
    assert isinstance(part, QWidget)
    return part


def _always(_studio: object) -> bool:
    return True


@dataclass(frozen=True, kw_only=True, eq=False)
class Panel(Part[S, T]):
    """A part with a place of its own in the workspaces it names; in none it is in all.

    ``widget`` is what is put there. ``share`` is its part of the width or height beside its neighbours. A tab has a
    ``tip``, leaves ``room`` for the row of tabs at its top left, and is what its workspaces in ``first_in`` begin with.
    ``has_place`` says whether it is shown now, of panels below the canvas that take turns at one place.
    """

    place: Place
    workspaces: tuple[str, ...] = ()
    widget: Callable[[T], QWidget] = _itself
    stop: Callable[[T], Stop] | None = None
    share: int = 1
    least: tuple[int, int] = (0, 0)
    tip: str = ""
    first_in: tuple[str, ...] = ()
    room: Callable[[T, QSize], object] | None = None
    has_place: Callable[[S], bool] = _always


@dataclass(frozen=True, kw_only=True, eq=False)
class Bar(Panel[S, T]):
    """The panel at the right end of the top bar. ``row`` is more of it, in a row of its own where a workspace wants it;
    ``squeeze`` lets the panel take as little room as it can, or not, and then so many pixels that are to spare.
    """

    row: Callable[[T], QWidget]
    squeeze: Callable[[T, bool, int], object]


def _nothing_around(_studio: object, _part: object) -> Around:
    return Around()


@dataclass(frozen=True, kw_only=True, eq=False)
class Workspace(Part[S, T]):
    """A tab of the window. ``page`` is what fills the window then.

    ``enter`` is called when it is shown, before it is seen, and ``leave`` when another is.
    ``main`` is what it is about: it gets the keyboard. ``stops`` are the places of F6, as they are read. One that
    ``borrows`` takes the panels at the left, in the centre and at the right into its page (``enter`` does it);
    ``whole_bar`` wants the bar in a row of its own. ``around`` is what can be hidden of it. New designs begin in the
    one ``of_designs``. ``words`` are what else people call it who search for it.
    """

    help: str
    words: str = ""
    page: Callable[[T], QWidget] = _itself
    main: Callable[[T], QWidget | None]
    stops: Callable[[S, T], Iterable[Stop]]
    enter: Callable[[S, T], object] | None = None
    leave: Callable[[S, T], object] | None = None
    around: Callable[[S, T], Around] = _nothing_around
    borrows: bool = False
    whole_bar: bool = False
    of_designs: bool = False
