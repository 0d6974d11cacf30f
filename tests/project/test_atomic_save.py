"""Whatever happens while saving: the old file or the new one is there, whole."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from projects import trained_project

from cnnstudio.files.atomic import _hold, backup_path, replace_file
from cnnstudio.project.file import SaveError, load_project, save_project
from cnnstudio.project.project import Project

HERE = str(Path(__file__).parent)


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
        assert _hold(writing.fileno())
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
    head = f"import sys; sys.path.insert(0, {HERE!r})\n"
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
    """Forty times: a child saves versions 0, 1, 2… as fast as it can and says each number; it is killed some
    milliseconds after its first word. The file must open and be at least the last version it spoke of."""
    script = """
import os, random, select, signal, time
from pathlib import Path
from projects import trained_project
from cnnstudio.project.file import load_project, save_project

path = Path(sys.argv[1]) / "a.cnn"
project = trained_project()

def save_for_ever(tell):
    number = 0
    while True:
        save_project(project.with_changes(design=project.design.with_changes(title=str(number))), path)
        os.write(tell, b"%d " % number)
        number += 1

chance = random.Random(7)
for attempt in range(40):
    hear, tell = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(hear)
        save_for_ever(tell)
    os.close(tell)
    said = os.read(hear, 65536)
    select.select([], [], [], chance.uniform(0, 0.03))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while more := os.read(hear, 65536):
        said += more
    os.close(hear)
    acknowledged = int(said.split()[-1])
    found = int(load_project(path).design.title)
    assert found in (acknowledged, acknowledged + 1), (found, acknowledged)
    if path.with_name("a.cnn.bak").exists():
        load_project(path.with_name("a.cnn.bak"))
    print(found)
"""
    found = run(script, str(tmp_path)).split()
    assert len(found) == 40
    assert sum(name.endswith(".cnnstudio-tmp") for name in names(tmp_path)) > 5, "no kill came during a save"
