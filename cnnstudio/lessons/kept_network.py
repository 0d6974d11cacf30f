"""What somebody has made of a lesson's network, kept in a file beside their progress."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from cnnstudio.files.atomic import hold
from cnnstudio.files.plain import is_plain
from cnnstudio.lessons.lesson import Lesson
from cnnstudio.project.file import SUFFIX, load_project, save_project
from cnnstudio.project.project import Project, storable

_LOCK = ".lock"


class KeptNetwork:
    """A lesson's network in a folder, held until it is released: who opens the lesson meanwhile, in another window or
    another process, has one of their own. Of those that nobody holds it is the one that was written last."""

    def __init__(self, folder: Path, lesson: Lesson) -> None:
        """
        Raises:
            OSError: the folder cannot be made or written to.
        """
        self._lesson = lesson
        self._writing = threading.Lock()
        self._asked, self._written = 0, 0
        folder.mkdir(parents=True, exist_ok=True)
        self.file, self._held = _held(folder, lesson.id)

    def read(self) -> Project | None:
        """What was kept; None where nothing was made of the lesson's network yet.

        Raises:
            FileFormatError: it is damaged or cannot be read.
        """
        return load_project(self.file) if is_plain(self.file) else None

    def set_aside(self) -> Path:
        """Keep what cannot be read under another name, and give that.

        Raises:
            OSError: it cannot be renamed.
        """
        return self.file.replace(self.file.with_name(self.file.name + ".bad"))

    def keeping(self, project: Project) -> Callable[[], None]:
        """What keeps a project when it is called, on any thread, unless a newer one was kept before. Of the lesson's
        network as it was at the beginning nothing stays.

        It raises SaveError or OSError where it cannot be written.
        """
        self._asked += 1
        turn = self._asked

        def keep() -> None:
            with self._writing:
                if turn <= self._written or self._held.closed:
                    return
                if begins(project, self._lesson):
                    self.file.unlink(missing_ok=True)
                else:
                    save_project(storable(project), self.file, backup=False)
                self._written = turn

        return keep

    def release(self) -> None:
        """Let others have it; nothing more is kept. Safe to call twice."""
        with self._writing:
            self._held.close()


def begins(project: Project, lesson: Lesson) -> bool:
    """Whether a project is a lesson's network as it was at the beginning."""
    return project.run is None and project.fresh and project.design == lesson.network


def _held(folder: Path, lesson: str) -> tuple[Path, BinaryIO]:
    there = [*folder.glob(f"{lesson}{SUFFIX}"), *folder.glob(f"{lesson}.*{SUFFIX}")]
    there.sort(key=lambda path: path.stat().st_mtime_ns, reverse=True)
    further = (folder / f"{lesson}{'' if n == 1 else f'.{n}'}{SUFFIX}" for n in itertools.count(1))
    for file in itertools.chain(there, further):
        lock = file.with_suffix(_LOCK).open("ab")
        if hold(lock.fileno()) is not False:
            return file, lock
        lock.close()
    raise AssertionError  # there is always a further one
