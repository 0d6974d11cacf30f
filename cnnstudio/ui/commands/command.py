"""What a person can do, as a value: its name, its help, its keys, when it is possible and what it does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from cnnstudio.ui.widgets.overlay import in_sight

Keys = str | QKeySequence.StandardKey

#: the sections of the sheet of shortcuts, in the order in which the search lists what can be done
SECTIONS = ("Edit", "Files", "Train", "View", "Help", "Layers", "Wires", "Blocks", "Drawing")


def always() -> str:
    """Nothing keeps it from being done."""
    return ""


@dataclass(frozen=True)
class Slot:
    """Where in the main menu: “File”, or “View/Theme” for a menu in it. Lines stand between groups."""

    menu: str
    group: int
    place: int = 0


@dataclass(frozen=True, kw_only=True)
class Command:
    """Something that menus, search, keys and buttons can do.

    ``text`` says it wherever it stands alone; ``short`` in a menu whose title says the rest; ``now`` where its name
    depends on what there is (“Undo “Add ReLU””). ``help`` is one sentence for tooltips. ``why_not`` gives the sentence
    that says why it cannot be done now, "" where it can. ``words`` are what else it is called: they, ``help`` and the
    keys are searched as well.

    ``keys`` hold in the whole window, the first of them is the one that is written. Where there is a ``host``, a
    widget, the keys are that widget's own: they are written, but not bound, and the host gets the keyboard first;
    ``everywhere`` are then keys that hold in the whole window while the host is in sight. ``checked`` makes it a choice
    that is on or off; of those with the same ``choice`` one is on.
    """

    id: str
    section: str
    text: str
    help: str
    do: Callable[[], object]
    keys: tuple[Keys, ...] = ()
    icon: str = ""
    why_not: Callable[[], str] = always
    slot: Slot | None = None
    words: str = ""
    short: str = ""
    now: Callable[[], str] | None = None
    checked: Callable[[], bool] | None = None
    choice: str = ""
    host: QWidget | None = None
    everywhere: tuple[Keys, ...] = ()

    @property
    def bound(self) -> tuple[Keys, ...]:
        """The keys that hold in the whole window."""
        return self.everywhere if self.host is not None else self.keys

    @property
    def refusal(self) -> str:
        """Why it cannot be done now, "" where it can; what is done on a host needs it in sight."""
        if self.host is not None and not in_sight(self.host):
            return f"The {self.host.accessibleName().lower()} is not in sight."
        return self.why_not()

    @property
    def possible(self) -> bool:
        """Whether it can be done now."""
        return not self.refusal

    def carry_out(self) -> None:
        """Do it where it belongs."""
        if self.host is not None:
            self.host.setFocus()
        self.do()


@dataclass(frozen=True)
class Submenu:
    """A menu in the main menu: one that a part fills itself, or, without a ``menu``, one of commands."""

    text: str
    slot: Slot
    menu: QMenu | None = None


@dataclass(frozen=True)
class Listed:
    """Something to do that depends on what there is, such as a template: only the search lists it. ``help`` and
    ``words`` are searched, too."""

    id: str
    text: str
    do: Callable[[], object]
    icon: str = ""
    words: str = ""
    help: str = ""


@dataclass(frozen=True)
class MouseGesture:
    """Something that only hands do, for the sheet of shortcuts."""

    section: str
    text: str
    keys: str


Entry = Command | Submenu | MouseGesture
