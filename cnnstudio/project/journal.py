"""Journals: what is not saved yet, kept beside the settings in case the process dies. The user's own files are never
touched.

A journal is a .cnn file without its arrays, the arrays, each of them written once, and what it is a journal of.
"""

from __future__ import annotations

import contextlib
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import BinaryIO

from cnnstudio.design.format.migrations import VERSION
from cnnstudio.design.format.strict import LARGEST_JSON, Checked, FileFormatError, dump, parse
from cnnstudio.files.atomic import replace_file
from cnnstudio.files.plain import is_plain, read_plain
from cnnstudio.files.printable import printable
from cnnstudio.files.stamp import Stamp
from cnnstudio.project import archive
from cnnstudio.project.archive import ARRAYS
from cnnstudio.project.file import Members, SaveError, load_project, parts, project_of
from cnnstudio.project.kept_arrays import KeptArrays
from cnnstudio.project.project import Project, storable

_PROJECT, _ABOUT, _LOCK = ".cnn", ".json", ".lock"
#: the end of the year 9999, in seconds since 1970
_LAST = 253_402_300_799.0


@dataclass(frozen=True)
class About:
    """``path`` is the document's own file, None if it has none yet; ``time`` in seconds since 1970; ``on_disk`` what
    the file was when it was opened or last saved there, where that is known."""

    name: str
    path: Path | None
    time: float
    on_disk: Stamp | None = None


@dataclass(frozen=True)
class Journal:
    """The journal of one document of one process: ``name`` in ``folder``."""

    folder: Path
    name: str
    _arrays: KeptArrays = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_arrays", KeptArrays(self.folder, self.name))

    @property
    def file(self) -> Path:
        """Where the project is."""
        return self.folder / f"{self.name}{_PROJECT}"

    @property
    def lock(self) -> Path:
        """The file that its process holds locked while it lives."""
        return self.folder / f"{self.name}{_LOCK}"

    def write(self, project: Project, about: About) -> None:
        """Keep a project; of its arrays only those are written that are not kept yet. Weights that are no numbers any
        more cannot be kept; their design is.

        Raises:
            SaveError, OSError: it could not be written; the journal before stays.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        path = str(about.path or "")
        if path.encode(errors="replace").decode() != path:
            path = ""  # a name that is no Unicode cannot be written down; what was made can
        on_disk = {} if about.on_disk is None else {"on_disk": asdict(about.on_disk)}
        data = dump({"name": printable(about.name), "path": path, "time": about.time, **on_disk})

        def put(file: BinaryIO) -> None:
            file.write(data)

        replace_file(self.about_file, put, self._read, backup=False)
        try:
            self._write(project)
        except OSError as error:
            why = error.strerror or type(error).__name__
            raise SaveError("{path}: It could not be written ({why}).", path=self.file, why=why) from error

    def _write(self, project: Project) -> None:
        if is_plain(self.file) and not self._arrays.known:
            with contextlib.suppress(FileFormatError):  # then all is written anew
                self._arrays.know(self._list(self._members().members))
        members, tensors = parts(storable(project))
        members[ARRAYS] = self._arrays.put(tensors)
        replace_file(
            self.file,
            lambda file: archive.write_archive(file, members),
            lambda written: archive.read_archive(written, self.file.name),
            backup=False,
        )
        self._arrays.tidy(members[ARRAYS])

    def read(self) -> tuple[Project, About]:
        """What it keeps.

        Raises:
            FileFormatError: it is damaged.
        """
        version, members, _ = self._members()
        if ARRAYS not in members:  # written when arrays were not kept apart yet
            return project_of(version, members, str(self.file)), self.about()
        arrays = self._arrays.read(self._list(members))
        del members[ARRAYS]
        return project_of(version, members | arrays, str(self.file)), self.about()

    def about(self) -> About:
        """What it is a journal of; what is not known any more is left open."""
        try:
            return self._read(self.about_file)
        except (FileFormatError, OSError):
            return About("Untitled", None, self._changed)

    @property
    def needless(self) -> bool:
        """Whether all of it is in the document's own file: the process died after a save."""
        path = self.about().path
        try:
            if path is None or not is_plain(path):
                return False
            members, tensors = parts(load_project(path))
            version, ours, _ = self._members()
            lists = KeptArrays.listed(self._list(ours))
        except (FileFormatError, ValueError):
            return False
        del ours[ARRAYS]
        return version == VERSION and ours == members and lists == KeptArrays.sums(tensors)

    def _members(self) -> archive.Archive:
        return archive.read_archive(self.file, str(self.file))

    def _list(self, members: Members) -> Checked:
        if ARRAYS not in members:
            raise FileFormatError(str(self.file), "", "It holds no {arrays}.", arrays=ARRAYS)
        return parse(members[ARRAYS], str(self.file), ARRAYS)

    @property
    def _changed(self) -> float:
        try:
            return min(max(0.0, self.file.stat().st_mtime), _LAST)
        except OSError:
            return 0.0

    def set_aside(self) -> Path:
        """Keep a journal that cannot be read under another name, and give that."""
        for path in (*self._arrays.files, self.file):
            path.replace(path.with_name(path.name + ".bad"))
        return self.file.with_name(self.file.name + ".bad")

    def remove(self) -> None:
        """Nothing can be lost any more."""
        for path in (self.file, self.about_file, *self._arrays.files):
            with contextlib.suppress(OSError):  # one left over is offered once more, which loses nothing
                path.unlink(missing_ok=True)

    @property
    def about_file(self) -> Path:
        """Where what is said about it is."""
        return self.folder / f"{self.name}{_ABOUT}"

    @staticmethod
    def _read(path: Path) -> About:
        found = parse(read_plain(path, LARGEST_JSON), path.name)
        fields = found.fields("name", "path", "time", optional=("on_disk",))
        where = fields["path"].text(4096)
        if where and ("\0" in where or not Path(where).is_absolute()):
            fields["path"].refuse("No file is there.")
        name = printable(fields["name"].text(4096))
        on_disk = _stamp(fields["on_disk"]) if "on_disk" in fields else None
        return About(name, Path(where) if where else None, fields["time"].number(0, _LAST), on_disk)


def journals(folder: Path) -> list[Journal]:
    """Those in a folder, oldest first."""
    found = [Journal(folder, path.stem) for path in folder.glob(f"*{_PROJECT}") if is_plain(path)]
    return sorted(found, key=lambda journal: journal.about().time)


def _stamp(found: Checked) -> Stamp:
    fields = found.fields("size", "time", "digest")
    return Stamp(fields["size"].integer(0, 2**63), fields["time"].integer(0, 2**63), fields["digest"].text(64, 64))
