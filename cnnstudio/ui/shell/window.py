"""The main window: the frame around the parts that were declared. It knows none of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QHelpEvent, QKeyEvent, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from cnnstudio.nn.telling.told import worded
from cnnstudio.project.project import Project
from cnnstudio.ui.commands.menus import fill_main_menu
from cnnstudio.ui.look import preferences, theme
from cnnstudio.ui.shell import windows
from cnnstudio.ui.shell.declaration import FILES, MESSAGES
from cnnstudio.ui.shell.declared import declared
from cnnstudio.ui.shell.file_menus import TemplateMenu
from cnnstudio.ui.shell.fitting import SMALLEST, WISHED
from cnnstudio.ui.shell.opening import may_be_opened, open_all, open_any
from cnnstudio.ui.shell.renaming import open_name_editor
from cnnstudio.ui.shell.topbar import TopBar
from cnnstudio.ui.shell.windows import StudioWindow
from cnnstudio.ui.studio.declared import Bar, Place
from cnnstudio.ui.studio.intents import GiveBack
from cnnstudio.ui.studio.keyboard import bring_into_sight, finish_typing
from cnnstudio.ui.studio.pages import ScrolledPages
from cnnstudio.ui.studio.studio import Studio
from cnnstudio.ui.telling.notice_room import NoticeRoom
from cnnstudio.ui.widgets import focused
from cnnstudio.ui.widgets.layouts.reading_order import step
from cnnstudio.ui.widgets.overlay import open_sheets
from cnnstudio.worker.failures import Failure

#: milliseconds after which a window that was not painted counts as seen
UNSEEN = 300


class MainWindow(StudioWindow):
    """One document, its worker and its parts. Nothing in it is shared with another window."""

    #: it was painted for the first time, or it turns out that nobody looks
    seen = Signal()

    def __init__(self, project: Project, path: Path | None = None) -> None:
        super().__init__(project, path)
        self._settled = False
        self.studio = studio = Studio(self, project, path, declared())
        with theme.undressed():
            studio.begin()
            self.menu = QMenu(self)
            fill_main_menu(self.menu, studio.commands)
            self._lay_out()
            self._connect()
            workspaces = studio.workspaces
            # beside another window it shows what it was opened for, and no lesson that goes on in the other
            begun = workspaces.of_designs if windows.shown() else preferences.text("workspace")
            workspaces.show(begun if project.run is None else workspaces.of_runs)
        self._retitle()
        self._look = QTimer(self, singleShot=True, interval=UNSEEN)
        self._look.timeout.connect(self.seen)
        self._look.start()
        self.seen.connect(studio.data.load)  # its thread would take turns with the first paint
        workspaces.take_keyboard()

    # making

    def _lay_out(self) -> None:
        """Put everything where it belongs, from the outside to the inside: Qt styles a widget and all in it anew
        whenever it is put into another. The order in which parts come in is that of Tab."""
        studio = self.studio
        chips, foot = self._widgets("chip"), self._widgets("foot")
        self.topbar = TopBar(studio.workspaces.declared, chips, self.menu)
        whole = QWidget(self)
        self.setCentralWidget(whole)
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.topbar)
        work = QWidget()
        pages = ScrolledPages(work)
        column.addWidget(NoticeRoom(studio.get(MESSAGES), pages, whole))
        column.addWidget(pages, 1)
        inside = QVBoxLayout(work)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(0)
        self._row = QFrame()
        self._row.setProperty("role", "bar")
        self._row_line = QHBoxLayout(self._row)
        self._row_line.setContentsMargins(12, 6, 12, 6)
        inside.addWidget(self._row)
        inside.addWidget(studio.workspaces.widget, 1)
        for widget in foot:
            column.addWidget(widget)
        for panel in studio.panels("bar"):
            assert isinstance(panel, Bar)
            part = studio.get(panel)
            self.topbar.hold(panel.widget(part), partial(panel.squeeze, part))
            self._row_line.addWidget(panel.row(part))
        self.setAcceptDrops(True)
        self._bars = (self.topbar, *foot)
        self.setMinimumSize(SMALLEST)
        self.resize(WISHED.boundedTo(self.screen().availableSize()))
        if (geometry := preferences.state("geometry")) is not None:
            self.restoreGeometry(geometry)
            self.wished = self.size()

    def _connect(self) -> None:
        studio, topbar = self.studio, self.topbar
        for signal in (studio.document.changed, studio.document.saved_changed, studio.document.path_changed):
            signal.connect(self._retitle)
        topbar.switch.changed.connect(studio.workspaces.go_to)
        topbar.file.rename_asked.connect(self.rename)
        topbar.bind(studio.commands.action("undo"), studio.commands.action("redo"))
        files = studio.get(FILES)
        menu = TemplateMenu(self, files.new, files.see_trained, studio.commands.action("gallery"))
        topbar.templates.setMenu(menu)
        studio.workspaces.changed.connect(self._workspace_changed)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        focused.follow(app)
        app.focusChanged.connect(self._keyboard_moved)
        studio.side_panels.alone_changed.connect(self._alone_changed)

    # what happens

    def open_any(self, path: Path) -> None:
        open_any(self.studio, path)

    def open_menu(self) -> None:
        button = self.topbar.menu_button
        self.menu.setActiveAction(self.menu.actions()[0])  # the arrow keys begin there
        self.menu.popup(button.mapToGlobal(button.rect().bottomLeft()))

    def rename(self) -> None:
        studio, file, switch = self.studio, self.topbar.file, self.topbar.switch
        open_name_editor(studio.document, studio.notices, file if file.isVisible() else switch, self.topbar)

    def hear_failure(self, failure: Failure) -> None:
        """Tell what a worker of this window could not do."""
        self.studio.notices.tell(worded(failure.sentence), "error", details=failure.details, about="failure")

    def _workspace_changed(self, name: str) -> None:
        self.topbar.switch.show_choice(name)
        self._show_row()
        preferences.remember("workspace", name)

    def _keyboard_moved(self, _before: QWidget | None, now: QWidget | None) -> None:
        if now is None or now.window() is not self:
            return
        if not now.isVisible():
            self.studio.side_panels.uncover(now)
        if over := next((sheet for sheet in open_sheets(self) if sheet.covers(now)), None):
            over.keep_keyboard(now)
        else:
            bring_into_sight(now)

    def _alone_changed(self, alone: bool) -> None:
        """The work alone fills the screen: no bars, and no frame."""
        for bar in self._bars:
            bar.setVisible(not alone)
        self._show_row()
        full = Qt.WindowState.WindowFullScreen
        self.setWindowState(self.windowState() | full if alone else self.windowState() & ~full)

    def _show_row(self) -> None:
        now = self.studio.workspaces.now
        self._row.setVisible(now is not None and now.whole_bar and not self.studio.side_panels.alone)

    def _retitle(self) -> None:
        document = self.studio.document
        self.setWindowTitle(f"{self.studio.get(FILES).name}[*] – CNN Studio")
        self.setWindowModified(document.modified)
        self.setWindowFilePath(str(document.path or ""))
        self.topbar.file.show_name(document.project.design.title, document.path, document.modified)

    # the window's own events

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):  # nothing under the pointer has said anything
            from cnnstudio.ui.telling.glossary_help import show_term

            if event.type() == QEvent.Type.ToolTip and show_term(self, event):
                return True
        return super().event(event)

    def focusNextPrevChild(self, next: bool) -> bool:
        return step(self, next)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc, where nothing nearer has a use for it, closes the upper message, leaves the newest sheet, leads to what
        the workspace is about, or brings the panels back."""
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif self.studio.get(MESSAGES).close_upper():
            return
        elif sheets := open_sheets(self):
            sheets[-1].leave()
        elif not self.studio.workspaces.has_keyboard:
            self.studio.workspaces.take_keyboard()
        else:
            self.studio.side_panels.show_alone(False)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if may_be_opened(_files(event)):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        open_all(self.studio, _files(event))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.studio.ahead.start()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._look.isActive():
            self._look.start(0)

    def closeEvent(self, event: QCloseEvent) -> None:
        studio = self.studio
        then, self._then = self._then, None
        finish_typing(self)  # it is asked about, too
        studio.intents.ask(GiveBack())  # what is asked and kept now is about the user’s own
        if not self._settled and (studio.document.modified or studio.session.active):
            event.ignore()
            studio.get(FILES).when_settled("before closing", lambda: self._go_on_closing(then))
            return
        try:
            with preferences.together():
                preferences.remember_state("geometry", self.saveGeometry())
                studio.shutdown()
        finally:  # a fault in one part is shown; the window goes all the same
            event.accept()
            windows.has_closed(self)
            if then is not None:
                QTimer.singleShot(0, then)  # until this is over, the window is still there

    def discard(self) -> None:
        """Close without asking; what a run under way has learned since it was last kept is lost."""
        self._close_now(None)

    def _go_on_closing(self, then: Callable[[], object] | None) -> None:
        if self.studio.document.guest:  # that was about a lesson's network; the user's own is asked about next
            self.studio.intents.ask(GiveBack(anyway=True))
            self._then = then
            self.close()
        else:
            self._close_now(then)

    def _close_now(self, then: Callable[[], object] | None) -> None:
        self._settled, self._then = True, then
        self.close()

    def _widgets(self, *places: Place) -> list[QWidget]:
        return [panel.widget(self.studio.get(panel)) for panel in self.studio.panels(*places)]


def _files(event: QDropEvent) -> list[Path]:
    """The files of this computer that are dropped."""
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
