"""Learn: lessons beside the user's own canvas."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from cnnstudio.nn.graph.graph import Graph
from cnnstudio.ui.board.declaration import BOARD
from cnnstudio.ui.commands.command import Command, Entry, Listed, Slot
from cnnstudio.ui.studio.declared import Around, Stop, Workspace
from cnnstudio.ui.studio.intents import GiveBack, Intents, OpenLessons, ShowTerm
from cnnstudio.ui.studio.studio import Studio

if TYPE_CHECKING:
    from cnnstudio.ui.learn.page import LearnPage


def _make(studio: Studio) -> LearnPage:
    from cnnstudio.ui.learn.page import LearnPage

    looked_at = (studio.samples, studio.inspection, studio.looking)
    page = LearnPage(studio.document, studio.run_control, *looked_at, studio.notices, studio.workspaces.widget)
    page.term_asked.connect(lambda term: studio.intents.ask(ShowTerm(term)))
    return page


def _choose(studio: Studio) -> None:
    """Let a folder be chosen and open its lessons."""
    dialog = QFileDialog(studio.window, "Open a folder with lessons", str(Path.home()))
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.fileSelected.connect(lambda chosen: studio.intents.ask(OpenLessons(Path(chosen))))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowModality(Qt.WindowModality.WindowModal)
    dialog.open()


def _lessons(studio: Studio) -> Iterator[Listed]:
    """The lessons for the search: those on the list, or those of the program."""
    from cnnstudio.lessons.reading.reader import built_in

    course = studio.get(LEARN).course if studio.made(LEARN) else None
    for number, lesson in enumerate((course or built_in()).lessons, start=1):
        do = partial(_open_lesson, studio, lesson.id)
        yield Listed(f"lesson {lesson.id}", f"Lesson {number}: {lesson.title}", do, "info", "learn tutorial course")


def _open_lesson(studio: Studio, name: str) -> None:
    studio.workspaces.show(LEARN.name)
    studio.get(LEARN).show_lesson(name)
    studio.workspaces.take_keyboard()


def _offers(studio: Studio) -> tuple[Entry, ...]:
    studio.commands.add_list(lambda: _lessons(studio))

    def why_not_back() -> str:
        return "" if studio.document.guest else "Your own network is on the canvas."

    return (
        Command(
            id="open lessons", section="Files", text="Open lessons…", slot=Slot("File", 0, 5),
            help="Open a folder with lessons that somebody wrote", do=lambda: _choose(studio),
        ),
        Command(
            id="own network", section="Files", text="Back to your network", slot=Slot("File", 0, 6),
            help="The lesson’s network goes, yours comes back as you left it", why_not=why_not_back,
            do=lambda: studio.get(LEARN).network.give_back(),
        ),
    )  # fmt: skip


def _answers(studio: Studio, intents: Intents) -> None:
    def open_lessons(intent: OpenLessons) -> None:
        if studio.get(LEARN).open_course(intent.folder):
            studio.workspaces.show(LEARN.name)

    def give_back(intent: GiveBack) -> None:
        if studio.document.guest:
            network = studio.get(LEARN).network
            if intent.anyway or network.keep_now():
                network.give_back()

    intents.answer(OpenLessons, open_lessons)
    intents.answer(GiveBack, give_back)


def _enter(studio: Studio, page: LearnPage) -> None:
    page.hold(*studio.get(BOARD).sides())


def _leave(studio: Studio, _page: LearnPage) -> None:
    studio.get(BOARD).take_back()


def _around(studio: Studio, page: LearnPage) -> Around:
    return Around(page.left, studio.get(BOARD).sides()[2], (page.texts, page.views))


def _main(page: LearnPage) -> QWidget:
    return page.texts.currentWidget() or page.list


def _stops(studio: Studio, page: LearnPage) -> list[Stop]:
    own = (Stop(page.texts, first=lambda: page.left_in_text), Stop(page.views, first=lambda: page.first_of_view))
    return [Stop(page.list), *studio.stops("left"), *own, *studio.stops("centre", "right")]


def _watches(page: LearnPage, graph: Graph) -> tuple[str, ...] | None:
    return graph.order if page.isVisible() else None


LEARN: Workspace[Studio, LearnPage] = Workspace(
    name="Learn",
    help="Lessons on your own network, from the first filter on",
    make=_make,
    when="soon",
    modules=("cnnstudio.ui.learn.page",),
    main=_main,
    around=_around,
    stops=_stops,
    enter=_enter,
    leave=_leave,
    borrows=True,
    offers=_offers,
    answers=_answers,
    watches=_watches,
    shutdown=lambda page: page.shutdown(),
)

#: what this folder declares
DECLARED = (LEARN,)
