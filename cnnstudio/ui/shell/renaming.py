"""Another name for what the top bar names: the file, or a design that has none yet."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QWidget

from cnnstudio.files.atomic import backup_path
from cnnstudio.files.plain import exists
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.document.naming import name_design
from cnnstudio.ui.look import preferences
from cnnstudio.ui.telling.notices import Notices
from cnnstudio.ui.widgets.fields.rename_editor import RenameEditor

#: least width of the editor over a name, in pixels
WIDTH = 180
#: the matter of a name that cannot be given
_RENAMED = "renamed"


def open_name_editor(document: Document, notices: Notices, over: QWidget, parent: QWidget) -> RenameEditor:
    """An editor for the name that stands in ``over``, exactly over it: that of the document's file, without its ending,
    or of the design where there is no file."""
    path = document.path
    what = "file" if path is not None else "design"
    editor = RenameEditor(path.stem if path is not None else document.project.design.title, what, parent)
    corner = over.mapTo(parent, over.rect().topLeft())
    height = max(over.height(), editor.sizeHint().height())
    top = corner.y() + (over.height() - height) // 2
    editor.setGeometry(corner.x() - 4, top, max(over.width() + 24, WIDTH), height)

    def rename(name: str) -> None:
        if path is None:
            name_design(document, name)
        elif why_not := rename_file(document, path, name):
            notices.tell(why_not, "warning", about=_RENAMED)
            return
        notices.settle(_RENAMED)

    editor.renamed.connect(rename)
    editor.emptied.connect(lambda: notices.tell(f"The {what} keeps its name: it needs one.", about=_RENAMED))
    editor.show()
    editor.raise_()
    editor.setFocus()
    return editor


def rename_file(document: Document, path: Path, name: str) -> str:
    """Give the document's file another name in its folder, and its backup with it; or say why not. No file is ever
    replaced."""
    ending = path.suffix
    stem = name.removesuffix(ending).strip()
    new = f"{stem}{ending}"
    if not stem:
        return f"The file keeps its name: “{name}” is none."
    if sign := next((sign for sign in ("/", "\\", "\0") if sign in stem), ""):
        return f"“{stem}” cannot be the name of a file: it has a “{sign}” in it. Save as… puts it into another folder."
    target = path.parent / new
    if target == path:
        return ""
    try:
        if exists(target) and not target.samefile(path):
            return f"{path.name} keeps its name: there is a {new} in its folder already."
        path.rename(target)
    except OSError as error:
        return f"{path.name} could not be renamed to {new} ({error.strerror or error})."
    document.moved(target)
    preferences.remember_file(target)
    backup, kept = backup_path(path), backup_path(target)
    try:
        if exists(backup) and not exists(kept):
            backup.rename(kept)
    except OSError as error:
        return f"{path.name} is {new} now; its backup stays {backup.name} ({error.strerror or error})."
    return ""
