"""Whatever happens while saving: the old file or the new one is there, whole."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from projects import trained_project

from cnnstudio.design.format.strict import FileFormatError
from cnnstudio.files.atomic import _key, backup_path, hold, replace_file, sweep
from cnnstudio.project.file import SaveError, load_project, save_project
from cnnstudio.project.project import Project

HERE, ROOT = Path(__file__).parent, Path(__file__).parent.parent.parent


def titled(title: str) -> Project:
    project = trained_project()
    return project.with_changes(design=project.design.with_changes(title=title))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_save_before_is_kept_as_one_backup(tmp_path: Path) -> None:
    path = tmp_path / "a.cnn"
    for title in ("one", "two", "three"):
        save_project(titled(title), path)
    assert load_project(path).design.title == "three"
    assert load_project(backup_path(path)).design.title == "two"
    assert names(tmp_path) == ["a.cnn", "a.cnn.bak"]


def test_rights_and_links_are_kept(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    target, link = tmp_path / "far" / "a.cnn", tmp_path / "link.cnn"
    save_project(titled("one"), target)
    target.chmod(0o640)
    link.symlink_to(target)
    save_project(titled("two"), link)
    assert link.is_symlink()
    assert load_project(target).design.title == "two"
    assert target.stat().st_mode & 0o777 == 0o640
    assert names(tmp_path) == ["far", "link.cnn"]


def test_a_new_file_has_the_rights_that_any_new_file_has(tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(b"")
    save_project(titled("one"), tmp_path / "a.cnn")
    assert (tmp_path / "a.cnn").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_leftovers_of_killed_saves_are_swept_but_not_what_is_being_written(tmp_path: Path) -> None:
    left, written = (tmp_path / f".{number}.cnnstudio-tmp" for number in (1, 2))
    for path in (left, written):
        path.write_bytes(b"half")
    (tmp_path / "mine.cnnstudio-tmp").write_bytes(b"of somebody who likes the name")
    with written.open("ab") as writing:
        assert hold(writing.fileno())
        save_project(titled("one"), tmp_path / "a.cnn")
    assert names(tmp_path) == [written.name, "a.cnn", "mine.cnnstudio-tmp"]


@pytest.mark.parametrize("moment", ["write", "check"])
def test_a_save_that_fails_leaves_everything_as_it_was(tmp_path: Path, moment: str) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    def write(file: object) -> None:
        file.write(b"new")  # type: ignore[attr-defined]

    with pytest.raises(OSError, match="No space"):
        replace_file(path, fail if moment == "write" else write, fail)
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a"]


def test_no_room_for_a_backup_does_not_cost_the_save(tmp_path: Path) -> None:
    path = tmp_path / "a.cnn"
    save_project(titled("one"), path)
    backup_path(path).mkdir()
    save_project(titled("two"), path)
    assert load_project(path).design.title == "two"
    assert names(tmp_path) == ["a.cnn", "a.cnn.bak"]


@pytest.mark.parametrize("where", ["missing/a.cnn", "folder", "/proc/a.cnn"])
def test_where_nothing_can_be_written_the_sentence_says_so(tmp_path: Path, where: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(SaveError, match=r"could not be saved \(.+\)\.$"):
        save_project(titled("one"), tmp_path / where)
    assert names(tmp_path) == ["folder"]


def run(script: str, *arguments: str) -> str:
    """What a Python process of its own prints."""
    head = f"import sys; sys.path.insert(0, {str(HERE)!r})\n"
    command = [sys.executable, "-c", head + script, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="limits of processes are Unix")
def test_a_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    """The limit on a file's size stops the write in the middle, as a full disk does."""
    save_project(titled("old"), tmp_path / "a.cnn")
    before = (tmp_path / "a.cnn").read_bytes()
    script = """
import resource, signal
from pathlib import Path
from projects import trained_project
from cnnstudio.project.file import SaveError, save_project
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
project = trained_project()
for limit in (0, 1, 100, 1500, 4000):
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    try:
        save_project(project, Path(sys.argv[1]) / "a.cnn")
    except SaveError as error:
        print(error)
"""
    said = run(script, str(tmp_path)).splitlines()
    assert len(said) == 5
    assert all("could not be saved (File too large)" in line for line in said)
    assert (tmp_path / "a.cnn").read_bytes() == before
    assert names(tmp_path) == ["a.cnn"]


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="kill -9 is Unix")
def test_killed_saves_are_never_unreadable_and_acknowledged_ones_never_lost(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.robustness.kills", "saves", str(tmp_path), "40", "7"]
    around = os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{HERE}"}
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, cwd=ROOT, env=around)
    assert done.returncode == 0, done.stderr
    *failures, remark = map(json.loads, done.stdout.splitlines())
    assert not failures and int(remark.split()[0]) > 5, "no kill came during a save"


def test_the_second_name_of_the_old_file_becomes_the_backup_only_if_the_new_one_took_its_place(tmp_path: Path) -> None:
    """Both moments in which a kill between the three steps of a save is noticed, and a disk without second names."""
    path = tmp_path / "a.cnn"
    for title in ("one", "two"):
        save_project(titled(title), path)
    second = tmp_path / f".{_key(path)}.1.cnnstudio-old"
    second.hardlink_to(path)
    sweep(tmp_path)
    assert names(tmp_path) == ["a.cnn", "a.cnn.bak"]
    assert load_project(backup_path(path)).design.title == "one"
    second.write_bytes(path.read_bytes())  # a copy, as disks without second names have it
    sweep(tmp_path)
    assert load_project(backup_path(path)).design.title == "one"
    save_project(titled("three"), tmp_path / "new.cnn")
    second.hardlink_to(path)
    (tmp_path / "new.cnn").replace(path)
    sweep(tmp_path)
    assert names(tmp_path) == ["a.cnn", "a.cnn.bak"]
    assert load_project(backup_path(path)).design.title == "two"


@pytest.mark.parametrize("length", [227, 251, 252, 255])
def test_names_as_long_as_the_disk_takes_them_are_saved_with_their_backup(tmp_path: Path, length: int) -> None:
    path = tmp_path / ("é" * ((length - 4) // 2) + "x" * ((length - 4) % 2) + ".cnn")
    assert len(os.fsencode(path.name)) == length
    for title in ("one", "two"):
        save_project(titled(title), path)
    assert load_project(path).design.title == "two"
    assert load_project(backup_path(path)).design.title == "one"
    assert len(names(tmp_path)) == 2


@pytest.mark.parametrize("name", ["a" * 256 + ".cnn", "a" * 5000, "a\0b.cnn"], ids=["256", "5000", "NUL"])
def test_names_that_no_file_can_have_are_one_sentence(tmp_path: Path, name: str) -> None:
    with pytest.raises(SaveError, match="could not be saved"):
        save_project(titled("one"), tmp_path / name)
    with pytest.raises(FileFormatError, match="cannot be read"):
        load_project(tmp_path / name)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names are Unix")
def test_nothing_but_a_file_is_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.cnn")
    with pytest.raises(SaveError, match="it is no file"):
        save_project(titled("one"), tmp_path / "pipe.cnn")
    assert (tmp_path / "pipe.cnn").is_fifo() and names(tmp_path) == ["pipe.cnn"]
