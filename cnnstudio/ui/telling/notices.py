"""Everything the user is told goes through here; nothing pops up over the work.

Anyone, on any thread, calls ``Notices.tell``. The strip at the top of the canvas shows what is current.
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
#: more than these at once nobody reads; the oldest go
MOST = 3

_log = logging.getLogger("cnnstudio")


@dataclass(frozen=True, eq=False)
class Notice:
    """One sentence or two. ``details`` can be copied; ``action``, or the ``other`` beside it, is called when its button
    is pressed."""

    text: str
    kind: Kind = "info"
    details: str = ""
    action_title: str = ""
    action: Callable[[], object] | None = None
    other_title: str = ""
    other: Callable[[], object] | None = None

    @property
    def passing(self) -> bool:
        """Whether it goes away by itself."""
        return self.kind in ("info", "good") and self.action is None


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
    ) -> Notice:
        """Show a notice. One that says the same as a current notice takes its place."""
        notice = Notice(text, kind, details, action_title, action, other_title, other)
        self._told.emit(notice)
        return notice

    def bug(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """An exception nobody caught: log it, one sentence, and the details to copy."""
        details = "".join(traceback.format_exception(kind, error, trace))
        _log.error("uncaught exception\n%s", details)
        self.tell(f"Something went wrong inside CNN Studio: {str(error) or kind.__name__}", "error", details=details)

    def dismiss(self, notice: Notice) -> None:
        """Take a notice away; one that is gone already is no mistake."""
        if notice in self.current:
            self.current = tuple(other for other in self.current if other is not notice)
            self.changed.emit()

    def clear(self) -> None:
        """Take all notices away."""
        if self.current:
            self.current = ()
            self.changed.emit()

    @Slot(object)
    def _add(self, notice: Notice) -> None:
        others = [other for other in self.current if (other.text, other.kind) != (notice.text, notice.kind)]
        self.current = (*others, notice)[-MOST:]
        if notice.passing:
            QTimer.singleShot(INFO_SECONDS * 1000, self, lambda: self.dismiss(notice))
        self.changed.emit()
