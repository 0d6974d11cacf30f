"""Changes to pictures are kept beside the cache, and offered to a design that learns from the same ones without any."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject

from cnnstudio.data.library import BUILTIN
from cnnstudio.data.preparation.changes import Changes
from cnnstudio.data.review.kept_changes import keep, kept
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.nn.telling.told import Sentence
from cnnstudio.project.project import Project
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.run.data_source import DataSource
from cnnstudio.ui.telling.notices import Notices
from cnnstudio.worker.background import Background

#: the matter that notices here are about
MATTER = "kept changes"


class KeptChanges(QObject):
    """Follows the edits of the document. Close it with ``shutdown`` before it goes."""

    def __init__(self, document: Document, data: DataSource, notices: Notices, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._data, self._notices = document, data, notices
        self._asked = ""
        self._opening = False
        self._writes = Background("Keeping changes to pictures", self)
        self._reads = Background("Looking for changes to pictures", self)
        self._reads.answered.connect(self._offer)
        document.opened.connect(self._open)
        document.changed.connect(self._follow)
        data.changed.connect(self._look)
        self._look()

    def shutdown(self) -> None:
        """Keep no more. Safe to call twice."""
        self._writes.shutdown()
        self._reads.shutdown()

    def _open(self) -> None:
        self._opening, self._asked = True, ""

    def _follow(self, before: Project, after: Project) -> None:
        opening, self._opening = self._opening, False
        old, new = before.design.recipe.data, after.design.recipe.data
        if opening or old.changes == new.changes or old.unchanged != new.unchanged:
            return
        self._notices.settle(MATTER)
        if new.changes:  # who takes all back may want them elsewhere
            self._writes.ask(partial(keep, new.changes))

    def _look(self) -> None:
        data, choice = self._data.unchanged, self._document.project.design.recipe.data
        if data is None or choice.source in BUILTIN:
            self._asked = ""
            return
        if choice.changes or data.fingerprint == self._asked:
            return
        self._asked = data.fingerprint
        self._reads.ask(partial(kept, data.fingerprint))

    def _offer(self, changes: Changes) -> None:
        data, choice = self._data.unchanged, self._document.project.design.recipe.data
        if not changes or data is None or data.fingerprint != changes.data or choice.changes:
            return
        count = len({(part, index) for part, index, *_ in (*changes.labels, *changes.excluded, *changes.moved)})
        said = amount(count + len(changes.added), "picture")
        self._notices.tell(
            f"You changed {said} of {self._data.title} before, in another design.",
            action_title="Use these changes",
            action=partial(self._use, changes),
            about=MATTER,
        )

    def _use(self, changes: Changes) -> None:
        design = self._document.project.design
        data = design.recipe.data.replace(changes=changes)
        step = Sentence("Use the changes from before")
        self._document.edit(step, design.with_changes(recipe=design.recipe.replace(data=data)))
