"""Journals: what is not saved yet, kept beside the settings in case the process dies. The user's own files are never
touched.

A journal is a .cnn file and, beside it, what it is a journal of.
"""

from __future__ import annotations

import contextlib
import math
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from cnnstudio.design.format.strict import FileFormatError, dump, parse, printable
from cnnstudio.files.atomic import replace_file
from cnnstudio.project.file import load_project, save_project
from cnnstudio.project.project import Project, untrained

_PROJECT, _ABOUT, _LOCK = ".cnn", ".json", ".lock"


@dataclass(frozen=True)
class About:
    """``path`` is the document's own file, None if it has none yet; ``time`` in seconds since 1970."""

    name: str
    path: Path | None
    time: float


@dataclass(frozen=True)
class Journal:
    """The journal of one document of one process: ``name`` in ``folder``."""

    folder: Path
    name: str

    @property
    def file(self) -> Path:
        """Where the project is."""
        return self.folder / f"{self.name}{_PROJECT}"

    @property
    def lock(self) -> Path:
        """The file that its process holds locked while it lives."""
        return self.folder / f"{self.name}{_LOCK}"

    def write(self, project: Project, about: About) -> None:
        """Keep a project. Weights that are no numbers any more cannot be kept; their design is.

        Raises:
            SaveError, OSError: it could not be written; the journal before stays.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        path = str(about.path or "")
        if path.encode(errors="replace").decode() != path:
            path = ""  # a name that is no Unicode cannot be written down; what was made can
        data = dump({"name": printable(about.name), "path": path, "time": about.time})

        def put(file: BinaryIO) -> None:
            file.write(data)

        replace_file(self._about, put, self._read, backup=False)
        save_project(_storable(project), self.file, backup=False)

    def read(self) -> tuple[Project, About]:
        """What it keeps.

        Raises:
            FileFormatError: it is damaged.
        """
        return load_project(self.file), self._read(self._about)

    def about(self) -> About:
        """What it is a journal of; what is not known any more is left open."""
        try:
            return self._read(self._about)
        except (FileFormatError, OSError):
            return About("Untitled", None, self.file.stat().st_mtime)

    @property
    def needless(self) -> bool:
        """Whether all of it is in the document's own file: the process died after a save."""
        path = self.about().path
        try:
            return path is not None and path.read_bytes() == self.file.read_bytes()
        except OSError:
            return False

    def set_aside(self) -> Path:
        """Keep a journal that cannot be read under another name, and give that."""
        bad = self.file.with_name(self.file.name + ".bad")
        self.file.replace(bad)
        return bad

    def remove(self) -> None:
        """Nothing can be lost any more."""
        for path in (self.file, self._about):
            with contextlib.suppress(OSError):  # one left over is offered once more, which loses nothing
                path.unlink(missing_ok=True)

    @property
    def _about(self) -> Path:
        return self.folder / f"{self.name}{_ABOUT}"

    @staticmethod
    def _read(path: Path) -> About:
        fields = parse(path.read_bytes(), path.name).fields("name", "path", "time")
        where = fields["path"].text(4096)
        name = fields["name"].text(4096)
        return About(name, Path(where) if where else None, fields["time"].number(0, math.inf))


def journals(folder: Path) -> list[Journal]:
    """Those in a folder, oldest first."""
    found = [Journal(folder, path.stem) for path in folder.glob(f"*{_PROJECT}") if path.is_file()]
    return sorted(found, key=lambda journal: journal.about().time)


def _storable(project: Project) -> Project:
    parameters = project.weights.parameters
    finite = np.isfinite(parameters.vector).all() and np.isfinite(parameters.state).all()
    return project if finite else untrained(project.design)
