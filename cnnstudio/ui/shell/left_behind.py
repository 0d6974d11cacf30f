"""What processes that died have left: the next start offers it."""

from __future__ import annotations

import logging

from PySide6.QtCore import QDateTime, QLocale, QLockFile

from cnnstudio.design.format.strict import FileFormatError
from cnnstudio.files.atomic import sweep
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.nn.telling.told import worded
from cnnstudio.nn.training.events import Place
from cnnstudio.project.journal import Journal, journals
from cnnstudio.project.kept.reopening import further
from cnnstudio.runs.run import Run
from cnnstudio.ui.shell import windows
from cnnstudio.ui.shell.declaration import FILES, RECOVERY
from cnnstudio.ui.shell.recovery import folder, taken
from cnnstudio.ui.shell.windows import StudioWindow

_log = logging.getLogger(__name__)


def offer(window: StudioWindow) -> bool:
    """Offer in a window what processes that died have left, and say whether there was any; where nothing was lost
    nothing is asked."""
    left: list[tuple[Journal, QLockFile]] = []
    sweep(folder())
    for journal in journals(folder()):
        try:
            lock = taken(journal)
        except OSError as error:  # one that cannot be taken hides no other
            _log.warning("the journal %s cannot be locked: %s", journal.file, error)
            continue
        if lock is None:
            continue
        if journal.needless:
            journal.remove()
            lock.unlock()
        else:
            left.append((journal, lock))
    if not left:
        return False
    times = [_when(journal.about().time) for journal, _ in left]
    named = [f"“{journal.about().name}” ({at})" for (journal, _), at in zip(left, times, strict=True)]
    what = named[0] if len(left) == 1 else f"{amount(len(left), 'design')}: {', '.join(named[:4])}"
    more = f" and {len(named) - 4} more" if len(named) > 4 else ""
    window.studio.notices.tell(
        f"CNN Studio ended unexpectedly. What was not saved is kept: {what}{more}.",
        "warning",
        about="left behind",
        action_title="Recover" if len(left) == 1 else "Recover all",
        action=lambda: _recover(window, left),
        other_title="Discard" if len(left) == 1 else "Discard all",
        other=lambda: _discard(left),
        later_title="Later",
        later=lambda: _keep(window, left),
    )
    return True


def _recover(window: StudioWindow, left: list[tuple[Journal, QLockFile]]) -> None:
    for journal, lock in left:
        try:
            kept, about = journal.read()
        except (FileFormatError, OSError) as error:
            window.studio.notices.tell(f"{worded(error)} {_set_aside(journal)}", "error", about=str(journal.folder))
            lock.unlock()
            continue
        project = further(kept)
        studio = window.studio
        document = studio.document
        same = about.path is not None and document.path == about.path
        if studio.get(FILES).pristine or (same and not document.modified and not studio.session.active):
            shown = studio
            document.open(project, about.path, about.on_disk)
        else:
            shown = windows.open_window(window, project, about.path, about.on_disk).studio
        shown.get(RECOVERY).adopt(journal, lock)
        shown.document.mark_unsaved()
        where = f"in {about.path.name}" if about.path is not None else "to a file"
        said = f"Recovered as it was last kept{how_far(project.run)}. It is not saved {where} yet."
        if _under_way(project.run):
            train = shown.run_control.train
            shown.notices.tell(said, "good", action_title="Go on training", action=train, about="recovered")
        else:
            shown.notices.tell(said, "good")


def _under_way(run: Run | None) -> bool:
    """Whether a run had begun and had not come to its end."""
    return run is not None and run.step > 0 and run.place < Place(run.design.recipe.epochs)


def how_far(run: Run | None) -> str:
    """How far the run that is kept had come, as a part of a sentence: what it learned after that is lost."""
    if run is None or not run.step:
        return ""
    place = run.place
    where = f"within epoch {place.epoch + 1}" if place.picture else f"after epoch {place.epoch}"
    return f", {where} of its training"


def _set_aside(journal: Journal) -> str:
    """Keep a journal that cannot be read, and say where it is."""
    try:
        return f"It stays as {journal.set_aside()}."
    except OSError as error:
        return f"It stays as {journal.file} ({error.strerror})."


def _keep(window: StudioWindow, left: list[tuple[Journal, QLockFile]]) -> None:
    """Leave them for the next start, even one while this process lives."""
    for _, lock in left:
        lock.unlock()
    one = f"“{left[0][0].about().name}” is kept for the next start."
    many = f"{amount(len(left), 'design')} are kept for the next start."
    window.studio.notices.tell(one if len(left) == 1 else many)


def _discard(left: list[tuple[Journal, QLockFile]]) -> None:
    for journal, lock in left:
        journal.remove()
        lock.unlock()


def _when(seconds: float) -> str:
    """A time of day and its day; English in every locale, unlike ``strftime`` after Qt has set the system's."""
    return QLocale.c().toString(QDateTime.fromSecsSinceEpoch(int(seconds)), "HH:mm, d MMMM")
