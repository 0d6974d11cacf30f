"""“Write your own…”: the guide for teachers, an example to begin with, and the way to open a folder."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from cnnstudio.resources import resource
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.labels import label
from cnnstudio.ui.telling.notices import Notices
from cnnstudio.ui.widgets.overlay import Overlay

#: what the folder with the example is called
FOLDER = "my-lessons"


def guide() -> str:
    """The page for teachers, in Markdown: a wheel carries it, in a checkout it lies among the documents."""
    carried = resource("lessons.md")
    return (carried if carried.exists() else resource().parent / "docs" / "lessons.md").read_text("utf-8")


def save_example(folder: Path) -> Path:
    """Write the example course into a new folder inside ``folder``; gives the new folder.

    Raises:
        OSError: it cannot be written.
    """
    target, number = folder / FOLDER, 2
    while target.exists():
        target, number = folder / f"{FOLDER}-{number}", number + 1
    shutil.copytree(resource("lesson_example"), target)
    return target


class OwnLessons(QWidget):
    """Two buttons and the guide."""

    save_asked = Signal()
    open_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 4, 24, 20)
        column.setSpacing(14)
        words = "Begin with an example that works, then change it."
        column.addWidget(label(words, "soft", wrap=True))
        row = QHBoxLayout()
        row.setSpacing(8)
        self.save = QPushButton("Save an example…")
        self.save.setProperty("role", "primary")
        self.save.setToolTip("Choose where; a new folder with a small lesson is written there and opened")
        self.save.clicked.connect(self.save_asked)
        self.open = QPushButton("Open a folder…")
        self.open.setToolTip("Open a folder with lessons; what is wrong in them is told with file, line and field")
        self.open.clicked.connect(self.open_asked)
        row.addWidget(self.save)
        row.addWidget(self.open)
        row.addStretch(1)
        column.addLayout(row)
        for part in _parts(guide()):
            column.addWidget(part)
        column.addStretch(1)


def _parts(markdown: str) -> Iterator[QLabel]:
    """The guide as labels: headings, texts, and what is to be copied."""
    _title, *sections = re.split(r"^#+ (.+)\n", markdown.split("\n", 1)[1], flags=re.MULTILINE)
    for heading, body in zip(["", *sections[::2]], [_title, *sections[1::2]], strict=True):
        if heading:
            yield label(heading, "title")
        for number, text in enumerate(re.split(r"^```.*\n", body, flags=re.MULTILINE)):
            if text.strip():
                yield _text(text.strip("\n"), copied=number % 2 == 1)


def _text(text: str, *, copied: bool) -> QLabel:
    made = label(text, wrap=True)
    if copied:
        theme.wear(made, "formula")
    else:
        made.setTextFormat(Qt.TextFormat.MarkdownText)
    made.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    return made


def open_guide(page: QWidget, open_course: Callable[[Path], bool], notices: Notices) -> Overlay:
    """Show the sheet over the window; ``open_course`` opens a folder, ``notices`` tell what went wrong."""
    content = OwnLessons()
    sheet = Overlay(page.window(), "Write your own lessons", content, QSize(760, 720))

    def choose(title: str, then: Callable[[Path], None]) -> None:
        dialog = QFileDialog(page.window(), title, str(Path.home()))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda chosen: then(Path(chosen)))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowModality(Qt.WindowModality.WindowModal)
        dialog.open()

    def opened(folder: Path) -> None:
        if open_course(folder):
            sheet.dismiss()

    def saved(folder: Path) -> None:
        try:
            target = save_example(folder)
        except OSError as error:
            notices.tell(
                f"The example could not be saved in {folder}: {error.strerror or error}.", "error", about="example"
            )
            return
        opened(target)
        notices.tell(
            f"The example is in {target}. Change the file 1_one_by_one.json, then open the folder again.",
            "good",
            about="example",
        )

    content.save_asked.connect(lambda: choose("Save the example in", saved))
    content.open_asked.connect(lambda: choose("Open a folder with lessons", opened))
    content.save.setFocus(Qt.FocusReason.PopupFocusReason)
    return sheet
