"""The menus and the shortcuts of the window."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QActionGroup, QKeySequence
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from cnnstudio.design.templates import template, template_names, template_sentence
from cnnstudio.ui.canvas.camera import KEY_STEP
from cnnstudio.ui.canvas.commands.catalogue import canvas_commands
from cnnstudio.ui.canvas.commands.menu import add_commands
from cnnstudio.ui.canvas.items.tint import MEASURES
from cnnstudio.ui.look import preferences, theme
from cnnstudio.ui.look.labels import plain_tip, plain_title
from cnnstudio.ui.shell import windows
from cnnstudio.ui.shell.actions import Actions
from cnnstudio.ui.shell.sheets.choosing import choose_lessons
from cnnstudio.ui.shell.workspaces import BUILD, NAMES
from cnnstudio.ui.telling.menu_help import explain_entries

if TYPE_CHECKING:
    from cnnstudio.ui.shell.window import MainWindow

Keys = QKeySequence.StandardKey
#: letters of a folder's name beside a recent file
LONGEST_FOLDER = 44
_CLIPBOARD = ("Cut", "Copy", "Paste", "Paste with incoming wires", "Duplicate")


class Menus(QObject):
    """``main`` is the whole menu, ``templates`` the one behind the Templates button."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.actions = Actions(window)
        self.main = QMenu(window)
        self.templates = self._templates()
        self._recent = QMenu("Open recent", window)
        self._recent.setToolTipsVisible(True)
        self._recent.aboutToShow.connect(self._fill_recent)
        self._file()
        self._edit()
        self._arrange()
        self._view()
        self._train()
        self._help()
        for menu in (self.main, self.templates):
            explain_entries(menu)

    def show_workspace(self, name: str) -> None:
        """Mark the workspace that is shown."""
        self.actions[f"show {name}"].setChecked(True)

    def add_compare(self, compare: QMenu) -> None:
        """Put “Compare with” into the File menu."""
        self._file_menu.insertMenu(self._compare_before, compare)

    def _file(self) -> None:
        window, add, files = self._window, self.actions.add, self._window.files
        menu = self.main.addMenu("File")
        menu.addAction(add("new", "New", files.new, Keys.New))
        menu.addMenu(self._templates("New from template"))
        menu.addAction(add("new window", "New window", files.new_window, "Ctrl+Shift+N"))
        menu.addAction(add("open", "Open…", files.open, Keys.Open, icon="open"))
        menu.addMenu(self._recent)
        menu.addAction(add("open lessons", "Open lessons…", partial(choose_lessons, window)))
        back = add("own network", "Back to your network", lambda: window.learn.network.give_back())
        back.setEnabled(False)
        window.document.opened.connect(lambda: back.setEnabled(window.document.guest))
        menu.addAction(back)
        menu.addSeparator()
        menu.addAction(add("save", "Save", files.save, Keys.Save, icon="save"))
        menu.addAction(add("save as", "Save as…", files.save_as, Keys.SaveAs, "Ctrl+Shift+S"))
        menu.addAction(add("rename", "Rename the design…", window.rename_design))
        menu.addSeparator()
        export = add("export", "Export figure…", lambda: window.exporting.open(), "Ctrl+Shift+E")
        menu.addAction(export)
        self._compare_before = menu.addSeparator()
        self._file_menu = menu
        data = window.data_menu.menu
        imports = menu.addMenu("Data")
        imports.aboutToShow.connect(lambda: (imports.clear(), imports.addActions(data.actions())))
        imports.addActions(data.actions())
        look = add("picture", "Look at a picture…", lambda: window.own_picture.choose(window))
        menu.addAction(look)
        menu.addSeparator()
        menu.addAction(add("close", "Close window", window.close, "Ctrl+W"))
        menu.addAction(add("quit", "Quit", lambda: windows.close_all(window), Keys.Quit, "Ctrl+Q"))

    def _edit(self) -> None:
        window, add = self._window, self.actions.add
        editing = window.canvas.commands.editing
        menu = self.main.addMenu("Edit")
        search = add("commands", "Search commands…", self._search_commands, "Ctrl+K", icon="search")
        menu.addAction(search)
        menu.addSeparator()
        self._undo = add("undo", "Undo", window.undo, Keys.Undo, "Ctrl+Z", icon="undo")
        self._redo = add("redo", "Redo", window.redo, "Ctrl+Y", "Ctrl+Shift+Z", icon="redo")
        menu.addActions([self._undo, self._redo])
        menu.addSeparator()
        by_name = {command.text: command for command in canvas_commands(window.canvas.commands)}
        add_commands(menu, window.canvas, (by_name[name] for name in _CLIPBOARD))
        menu.addSeparator()
        menu.addAction(add("delete", "Delete", editing.delete, "Del", icon="trash"))
        menu.addAction(add("select all", "Select all", editing.select_all, Keys.SelectAll))
        menu.addAction(add("select none", "Select none", editing.select_none, "Ctrl+Shift+A"))
        window.document.history_changed.connect(self._name_steps)
        window.document.selection_changed.connect(self._selection_changed)
        self._name_steps()
        self._selection_changed()

    def _arrange(self) -> None:
        menu = self.main.addMenu("Arrange")
        canvas = self._window.canvas
        add_commands(
            menu, canvas, (c for c in canvas_commands(canvas.commands) if c.section in ("Wires", "Blocks", "Drawing"))
        )

    def _tint(self, menu: QMenu) -> None:
        canvas, group = self._window.canvas, QActionGroup(self._window)
        tints = menu.addMenu("Tint")
        for name, text in (("", "None"), *((key, words[:1].upper() + words[1:]) for key, words in MEASURES.items())):
            do = partial(canvas.set_tint, name)
            tints.addAction(self.actions.add(f"tint {name or 'none'}", text, do, group=group, checked=not name))
        show_map = self.actions.add("minimap", "Minimap", lambda: None, checked=True)
        show_map.toggled.connect(canvas.minimap.set_wanted)
        menu.addAction(show_map)

    def _view(self) -> None:
        window, add = self._window, self.actions.add
        camera = window.canvas.camera
        menu = self.main.addMenu("View")
        spaces = QActionGroup(window)
        for number, name in enumerate(NAMES, start=1):
            menu.addAction(
                add(
                    f"show {name}",
                    name,
                    lambda name=name: window.show_workspace(name),
                    f"Ctrl+{number}",
                    group=spaces,
                    checked=name == BUILD,
                )
            )
        menu.addSeparator()
        menu.addAction(add("frame", "Show the whole network", window.canvas.frame_all, icon="frame"))
        zoom = partial(self._zoom, camera)
        menu.addAction(add("zoom in", "Zoom in", lambda: zoom(KEY_STEP), "Ctrl+=", "Ctrl++", icon="zoom_in"))
        menu.addAction(add("zoom out", "Zoom out", lambda: zoom(1 / KEY_STEP), "Ctrl+-", icon="zoom_out"))
        menu.addAction(add("zoom 1", "Actual size", lambda: camera.zoom_in_middle(1.0), "Ctrl+0"))
        menu.addSeparator()
        self._tint(menu)
        menu.addSeparator()
        add("next panel", "Next panel", lambda: window.focus_panel(1), "F6")
        add("previous panel", "Previous panel", lambda: window.focus_panel(-1), "Shift+F6")
        menu.addActions([self.actions["next panel"], self.actions["previous panel"]])
        menu.addAction(add("layers", "Layers as a list", window.side.show_layers, "F4"))
        menu.addAction(add("next problem", "Next problem", lambda: window.walk_problems(1), "F8"))
        menu.addAction(add("previous problem", "Previous problem", lambda: window.walk_problems(-1), "Shift+F8"))
        menu.addAction(add("repairs", "Repairs of the problem", window.show_repairs, "Ctrl+."))
        menu.addSeparator()
        themes = menu.addMenu("Theme")
        looks = QActionGroup(window)
        chosen = preferences.text("theme", "system")
        for name, text in (("dark", "Dark"), ("light", "Light"), ("system", "As the system")):
            act = add(f"theme {name}", text, partial(choose_theme, name), group=looks, checked=name == chosen)
            themes.addAction(act)

    def _train(self) -> None:
        window, add = self._window, self.actions.add
        menu = self.main.addMenu("Train")
        menu.addAction(add("train", "Train or pause", window.train_or_pause, "F5", "Ctrl+Return", icon="train"))
        menu.addAction(add("stop", "Stop", window.run_control.stop, "Shift+F5", icon="stop"))
        menu.addAction(add("reset", "Reset weights", window.run_control.reset, icon="reset"))
        menu.addSeparator()
        menu.addAction(add("test", "Test on the test images", window.show_test))
        menu.addAction(add("mistake", "Show an image it got wrong", window.evaluator.show_mistake))
        menu.addAction(add("draw", "Draw an image…", window.draw))

    def _help(self) -> None:
        menu, add = self.main.addMenu("Help"), self.actions.add
        menu.addAction(add("shortcuts", "Shortcuts", self._show_shortcuts, "Ctrl+/", "?"))
        menu.addAction(add("what is this", "What is this?", self._show_what_this_is, "F1"))
        menu.addAction(add("glossary", "Glossary", self.show_glossary, "Shift+F1"))
        add("menu", "Open the menu", self._open_main, "F10")
        menu.addAction(add("about", "About CNN Studio", self._show_about))

    # sheets bring modules with them that a start can do without

    def _search_commands(self) -> None:
        from cnnstudio.ui.shell.command_search import open_command_search

        open_command_search(self._window)

    def _open_main(self) -> None:
        button = self._window.topbar.menu_button
        self.main.setActiveAction(self.main.actions()[0])  # the arrow keys begin there
        self.main.popup(button.mapToGlobal(button.rect().bottomLeft()))

    def _show_shortcuts(self) -> None:
        from cnnstudio.ui.shell.command_search import open_shortcut_sheet

        open_shortcut_sheet(self._window)

    def show_glossary(self, term: str = "") -> None:
        """The glossary, at a term if one is named."""
        from cnnstudio.ui.shell.sheets.glossary_sheet import open_glossary

        open_glossary(self._window, term)

    def _show_what_this_is(self) -> None:
        from cnnstudio.ui.telling.glossary_help import term_under_hand

        known = term_under_hand(self._window)
        self.show_glossary(known.name if known is not None else "")

    def _show_about(self) -> None:
        from cnnstudio.ui.shell.sheets.about import show_about

        show_about(self._window)

    def _show_gallery(self) -> None:
        from cnnstudio.ui.shell.sheets.gallery import open_gallery

        open_gallery(self._window, self._window.files.new)

    def _templates(self, title: str = "") -> TemplateMenu:
        menu = TemplateMenu(title, self._window, self._window.files.new)
        if not title:
            menu.addAction(self.actions.add("gallery", "Gallery…", self._show_gallery, icon="templates"))
            menu.addSeparator()
        return menu

    def _fill_recent(self) -> None:
        self._recent.clear()
        paths = preferences.recent_files()
        for path in paths:
            action = self._recent.addAction(f"{plain_title(path.name)}\t{plain_title(_folder(path))}")
            action.setToolTip(plain_tip(str(path)))
            action.triggered.connect(lambda _checked, path=path: self._window.files.open_path(Path(path)))
        if not paths:
            none = self._recent.addAction("No files yet")
            none.setToolTip("Files that were opened or saved are listed here")
            none.setEnabled(False)

    def _name_steps(self) -> None:
        stack = self._window.document.undo_stack
        for action, word, text, can in (
            (self._undo, "Undo", stack.undoText(), stack.canUndo()),
            (self._redo, "Redo", stack.redoText(), stack.canRedo()),
        ):
            action.setText(f"{word} “{text}”" if can else word)
            action.setEnabled(can)

    def _selection_changed(self) -> None:
        self.actions["delete"].setEnabled(bool(self._window.document.selection))

    @staticmethod
    def _zoom(camera, factor: float) -> None:
        camera.zoom_in_middle(camera.zoom * factor)


def choose_theme(name: str) -> None:
    """Apply a theme and remember the choice; “system” follows the desktop."""
    preferences.remember("theme", name)
    theme.apply(QApplication.instance(), theme.system_name() if name == "system" else name)


def _folder(path: Path) -> str:
    """Where a file is, in few letters: from home on, its middle left out where it is long."""
    home = Path.home()
    folder = path.parent
    text = str(Path("~") / folder.relative_to(home)) if folder.is_relative_to(home) else str(folder)
    return text if len(text) <= LONGEST_FOLDER else f"{text[:12]}…{text[13 - LONGEST_FOLDER :]}"


class TemplateMenu(QMenu):
    """The ready-made designs. They are read when the menu is first opened, all of them for their titles."""

    def __init__(self, title: str, parent: QWidget, chosen: Callable[[str], object]) -> None:
        super().__init__(title, parent)
        self.setToolTipsVisible(True)
        self._chosen, self._filled = chosen, False
        self.aboutToShow.connect(self.fill)

    def fill(self) -> None:
        """Put the templates in, if they are not there yet."""
        if not self._filled:
            self._filled = True
            empty = self.addAction("Empty design")
            empty.setToolTip("A canvas without layers")
            empty.triggered.connect(lambda: self._chosen(""))
            self.addSeparator()
            for name in template_names():
                action = self.addAction(template(name).title or name)
                action.setToolTip(template_sentence(name))
                action.triggered.connect(lambda _checked, name=name: self._chosen(name))
