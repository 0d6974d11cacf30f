"""The menus of the templates and of the files that were opened last."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from cnnstudio.design.templates import template, template_names, template_sentence
from cnnstudio.nn.telling.told import worded
from cnnstudio.project.trained import trained, trained_names, trained_sentence
from cnnstudio.ui.commands.command import Listed
from cnnstudio.ui.commands.menus import help_entry
from cnnstudio.ui.look import preferences
from cnnstudio.ui.look.labels import plain_title

#: letters of a folder's name beside a recent file
LONGEST_FOLDER = 44

_EMPTY = "Empty design"


class TemplateMenu(QMenu):
    """The ready-made designs, and the trained networks below them, which are looked into. They are read when the menu
    is first opened, all of them for their titles."""

    def __init__(
        self,
        parent: QWidget,
        chosen: Callable[[str], object],
        seen: Callable[[str], object],
        before: QAction | None = None,
    ) -> None:
        super().__init__(parent)
        self.setToolTipsVisible(True)
        self._chosen, self._seen, self._filled = chosen, seen, False
        if before is not None:
            self.addAction(before)
            self.addSeparator()
        self.aboutToShow.connect(self.fill)

    def fill(self) -> None:
        """Put the templates in, if they are not there yet."""
        if not self._filled:
            self._filled = True
            self._add(_EMPTY, "A canvas without layers", partial(self._chosen, ""))
            self.addSeparator()
            for name in template_names():
                self._add(template(name).title or name, template_sentence(name), partial(self._chosen, name))
            self.addSeparator()
            for name in trained_names():
                self._add(trained_title(name), worded(trained_sentence(name)), partial(self._seen, name))

    def _add(self, text: str, sentence: str, do: Callable[[], object]) -> None:
        entry = self.addAction(text)
        help_entry(entry, sentence)
        entry.triggered.connect(lambda _checked: do())


def trained_title(name: str) -> str:
    """What a trained network is called beside designs that have learned nothing."""
    return f"{trained(name).design.title}, trained"


def listed_templates(chosen: Callable[[str], object], seen: Callable[[str], object]) -> Iterable[Listed]:
    """The ready-made designs, and the trained networks, for the search."""
    for name in trained_names():
        do = partial(seen, name)
        yield Listed(f"trained {name}", f"See: {trained_title(name)}", do, icon="zoom_in", words="example learned")
    for name in ("", *template_names()):
        title = (template(name).title or name) if name else _EMPTY
        do = partial(chosen, name)
        yield Listed(f"template {name}", f"New: {title}", do, icon="templates", words="template blank")


def listed_files(chosen: Callable[[Path], object]) -> Iterable[Listed]:
    """The files that were opened or saved last, for the search."""
    for path in preferences.recent_files():
        yield Listed(f"recent {path}", f"Open {path.name}", partial(chosen, path), icon="open", words="recent file")


class RecentMenu(QMenu):
    """The files that were opened or saved last."""

    def __init__(self, parent: QWidget, chosen: Callable[[Path], object]) -> None:
        super().__init__(parent)
        self.setToolTipsVisible(True)
        self._chosen = chosen
        self.aboutToShow.connect(self._fill)

    def _fill(self) -> None:
        self.clear()
        paths = preferences.recent_files()
        for path in paths:
            action = self.addAction(f"{plain_title(path.name)}\t{plain_title(_folder(path))}")
            help_entry(action, str(path))
            action.triggered.connect(lambda _checked, path=path: self._chosen(path))
        if not paths:
            none = self.addAction("No files yet")
            help_entry(none, "Files that were opened or saved are listed here")
            none.setEnabled(False)


def _folder(path: Path) -> str:
    """Where a file is, in few letters: from home on, its middle left out where it is long."""
    home = Path.home()
    folder = path.parent
    text = str(Path("~") / folder.relative_to(home)) if folder.is_relative_to(home) else str(folder)
    return text if len(text) <= LONGEST_FOLDER else f"{text[:12]}…{text[13 - LONGEST_FOLDER :]}"
