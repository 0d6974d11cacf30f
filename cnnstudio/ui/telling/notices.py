"""Everything the user is told goes through here; nothing pops up over the work.

Anyone, on any thread, calls ``Notices.tell``. The strip under the top bar shows what is current.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Literal

from PySide6.QtCore import QObject, QTimer, Signal, Slot

Kind = Literal["info", "good", "warning", "error"]

#: how long a notice stays that asks for nothing
INFO_SECONDS = 6
#: more than these at once nobody reads; of the least urgent the oldest go
MOST = 8
#: the matter of whatever could not be opened, of any kind: only the last refusal stands, and until the next try
REFUSED = "refused"
_BUG, _MOST_DETAILS = "bug", 100_000
#: the most urgent first
URGENCY: tuple[Kind, ...] = ("error", "warning", "good", "info")

_log = logging.getLogger("cnnstudio")


@dataclass(frozen=True, eq=False)
class Notice:
    """One sentence or two. ``details`` can be copied; ``action``, the likely one, or the ``other`` beside it is called
    when its button is pressed. ``later`` is called when somebody closes it without an answer, as its button does too.
    ``about`` names the matter it is about: of each matter only the newest stands."""

    text: str
    kind: Kind = "info"
    details: str = ""
    action_title: str = ""
    action: Callable[[], object] | None = None
    other_title: str = ""
    other: Callable[[], object] | None = None
    later_title: str = ""
    later: Callable[[], object] | None = None
    about: str = ""

    @property
    def passing(self) -> bool:
        """Whether it goes away by itself."""
        return self.kind in ("info", "good") and self.action is None

    def replaces(self, earlier: Notice) -> bool:
        """Whether with this one the earlier one is said, or no longer so."""
        same = (self.text, self.kind) == (earlier.text, earlier.kind)
        return same or (bool(self.about) and self.about == earlier.about)


class Notices(QObject):
    """The notices that are shown now, newest last."""

    changed = Signal()
    _told = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.current: tuple[Notice, ...] = ()
        self._told.connect(self._add)  # queued when told from another thread

    def tell(
        self,
        text: str,
        kind: Kind = "info",
        *,
        details: str = "",
        action_title: str = "",
        action: Callable[[], object] | None = None,
        other_title: str = "",
        other: Callable[[], object] | None = None,
        later_title: str = "",
        later: Callable[[], object] | None = None,
        about: str = "",
    ) -> Notice:
        """Show a notice. It takes the place of one that says the same, or that is about the same matter."""
        notice = Notice(text, kind, details, action_title, action, other_title, other, later_title, later, about)
        self._told.emit(notice)
        return notice

    def bug(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """An exception nobody caught: log it, one sentence, and the details to copy, after those of earlier ones that
        still stand: what went wrong first often explains the rest."""
        details = "".join(traceback.format_exception(kind, error, trace))
        _log.error("uncaught exception\n%s", details)
        earlier = [notice.details for notice in self.current if notice.about == _BUG and details not in notice.details]
        words = f"Something went wrong inside CNN Studio: {str(error) or kind.__name__}"
        self.tell(words, "error", details="\n".join([*earlier, details])[:_MOST_DETAILS], about=_BUG)

    def dismiss(self, notice: Notice) -> None:
        """Take a notice away; one that is gone already is no mistake."""
        if notice in self.current:
            self.current = tuple(other for other in self.current if other is not notice)
            self.changed.emit()

    def close(self, notice: Notice) -> None:
        """Somebody takes a notice away without an answer to what it asks."""
        if notice in self.current:
            self.dismiss(notice)
            if notice.later is not None:
                notice.later()

    def settle(self, *matters: str) -> None:
        """Take away what was said about these matters: it is no longer so."""
        for notice in self.current:
            if notice.about in matters:
                self.dismiss(notice)

    @property
    def by_urgency(self) -> tuple[Notice, ...]:
        """The current notices, the most urgent first, of equally urgent ones the newest."""
        newest_first = self.current[::-1]
        return tuple(sorted(newest_first, key=lambda notice: URGENCY.index(notice.kind)))

    def clear(self) -> None:
        """Take all notices away."""
        if self.current:
            self.current = ()
            self.changed.emit()

    @Slot(object)
    def _add(self, notice: Notice) -> None:
        self.current = (*(other for other in self.current if not notice.replaces(other)), notice)
        kept = self.by_urgency[:MOST]
        self.current = tuple(other for other in self.current if other in kept)
        if notice.passing:
            QTimer.singleShot(INFO_SECONDS * 1000, self, lambda: self.dismiss(notice))
        self.changed.emit()
