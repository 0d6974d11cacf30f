"""What the design is called."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from cnnstudio.nn.telling.told import Sentence
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.widgets.fields.rename_editor import RenameEditor

#: least width of the editor over a name
WIDTH = 180


def name_design(document: Document, name: str) -> None:
    """Call the design something else, as one undo step; a name of nothing but spaces leaves the old one."""
    design, name = document.project.design, " ".join(name.split())[:256]
    if name and name != design.title:
        document.edit(Sentence("Name the design “{name}”", name=name), design.with_changes(title=name))


def open_name_editor(document: Document, over: QWidget, parent: QWidget) -> RenameEditor:
    """An editor for the design's name, exactly over where it stands."""
    editor = RenameEditor(document.project.design.title, "design", parent)
    corner = over.mapTo(parent, over.rect().topLeft())
    height = max(over.height(), editor.sizeHint().height())
    top = corner.y() + (over.height() - height) // 2
    editor.setGeometry(corner.x() - 4, top, max(over.width() + 24, WIDTH), height)
    editor.renamed.connect(lambda name: name_design(document, name))
    editor.show()
    editor.raise_()
    editor.setFocus()
    return editor
