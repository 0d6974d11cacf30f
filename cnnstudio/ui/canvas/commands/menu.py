"""The context menu: what can be done here, with the keys that do the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from cnnstudio.design.edits.locking import all_locked, lockable
from cnnstudio.ui.canvas.hit import Hit
from cnnstudio.ui.telling.menu_help import explain_entries

if TYPE_CHECKING:
    from cnnstudio.ui.canvas.view import CanvasView


def context_menu(view: CanvasView, hit: Hit, point: QPointF) -> QMenu:
    """A menu for what lies at a point in the scene; what it acts on has been selected. It deletes itself."""
    menu, editing = QMenu(view), view.editing
    menu.aboutToHide.connect(menu.deleteLater)

    def add(text: str, keys: str, action: Callable[[], object], enabled: bool = True) -> None:
        # The key is only written there: an action with a shortcut of its own would compete with the canvas.
        entry = menu.addAction(f"{text}\t{keys}" if keys else text)
        entry.setEnabled(enabled)
        entry.triggered.connect(lambda: action())

    many = len(view.canvas.cards_of(view.document.selection))
    if hit.node or hit.kind in ("block", "fold"):
        one, block = editing.one_selected(), editing.selected_block()
        if one in view.canvas.design.graph:
            add("What this layer does", "F1", view.explain_selected)
        add("Rename", "F2", view.rename_selected, bool(one))
        add("Wires…", "W", view.wiring.open, one in view.canvas.cards)
        design, selection = view.document.project.design, view.document.selection
        locked = all_locked(design, selection)
        add("Unlock" if locked else "Lock while training", "K", editing.toggle_lock, bool(lockable(design, selection)))
        menu.addSeparator()
        add("Group into a block", "Ctrl+Shift+G", editing.group)
        if block:
            collapsed = view.canvas.design.blocks[block].collapsed
            add("Expand block" if collapsed else "Collapse block", "Ctrl+E", editing.toggle_block)
            add("Ungroup", "", editing.ungroup)
            add("Keep in the palette", "", editing.keep_block)
        repeats = menu.addMenu("Repeat")
        for times in (2, 3, 4, 5, 6, 8, 10, 16):
            repeats.addAction(f"× {times}").triggered.connect(lambda _=False, times=times: editing.repeat(times))
        align = menu.addMenu("Align")
        align.setEnabled(many > 1)
        for text, way in (("In a row", "row"), ("In a column", "column"), ("Space out evenly", "evenly")):
            align.addAction(text).triggered.connect(lambda _=False, way=way: editing.align(way))
        add("Frame", "Ctrl+G", editing.frame)
        menu.addSeparator()
        add("Duplicate", "Ctrl+D", editing.duplicate)
        add("Copy", "Ctrl+C", editing.copy)
        add("Cut", "Ctrl+X", editing.cut)
        menu.addSeparator()
        add("Connect in order", "Ctrl+L", editing.connect_in_order, many > 1)
        add("Bypass", "Ctrl+B", editing.bypass)
        menu.addSeparator()
        add("Delete and rejoin", "Ctrl+Del", editing.delete_and_rejoin)
        add("Delete", "Del", editing.delete)
    elif hit.kind in ("frame", "note", "size"):
        add("Rename" if hit.item in view.canvas.design.frames else "Write", "F2", view.rename_selected)
        add("Duplicate", "Ctrl+D", editing.duplicate)
        add("Copy", "Ctrl+C", editing.copy)
        add("Cut", "Ctrl+X", editing.cut)
        menu.addSeparator()
        add("Delete", "Del", editing.delete)
    elif hit.edge is not None:
        add("Insert a layer…", "Tab", lambda: view.adding.at(point))
        add("Delete wire", "Del", editing.delete)
    else:
        add("Add a layer or a block…", "Tab", lambda: view.adding.at(point))
        add("Write a note", "N", lambda: view.write_note(point))
        has_text = bool(QGuiApplication.clipboard().text())
        add("Paste here", "Ctrl+V", lambda: editing.paste(point), has_text)
        menu.addSeparator()
        add("Select all", "Ctrl+A", editing.select_all)
        add("Tidy layout", "Ctrl+Shift+L", editing.tidy)
        add("Show the whole network", "Home", view.frame_all)
    explain_entries(menu)
    return menu
