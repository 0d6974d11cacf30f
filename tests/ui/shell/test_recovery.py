"""A program that dies loses nothing but the last moments: real processes, killed, and what the next one offers."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QPushButton

from cnnstudio.design.edits import edits
from cnnstudio.design.format.strict import FileFormatError
from cnnstudio.design.templates import template
from cnnstudio.files.stamp import stamp
from cnnstudio.nn.parameters.parameters import Snapshot
from cnnstudio.project.file import save_project
from cnnstudio.project.journal import About, Journal, journals
from cnnstudio.project.project import untrained
from cnnstudio.project.run_folder import SUMMARY, runs_folder
from cnnstudio.runs.recorder import why_not_resumable
from cnnstudio.ui.shell import left_behind, recovery, windows
from cnnstudio.worker.training.until import ONE_BATCH, ONE_EPOCH
from tests.ui.training_parts import LONG, Parts, parts, unloaded  # noqa: F401

#: the program with a hand in it: it does what its third argument names, tells what it sees, and lives on
_PROGRAM = """
import json, sys
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from cnnstudio import app
from cnnstudio.runs.recorder import why_not_resumable
from cnnstudio.ui.shell import recovery
from tests.ui.face import Face

app.MainWindow = Face

doing, paths = sys.argv[1], sys.argv[2:]
recovery.WAIT = 50

def look():
    window = app.the_window
    graph = window.document.project.design.graph
    kept = recovery.folder().is_dir() and [path.name for path in recovery.folder().glob("*.cnn")]
    print(json.dumps({
        "layers": list(graph.ids), "modified": window.document.modified, "name": window.files.name, "kept": kept,
        "notices": [notice.text for notice in window.notices.current],
    }), flush=True)

def press(title):
    window = app.the_window
    found = [b for b in window.strip.findChildren(QPushButton) if b.text() == title and b.isVisible()]
    if not found:
        QTimer.singleShot(20, lambda: press(title))
        return
    QTest.mouseClick(found[0], Qt.MouseButton.LeftButton)
    wait_until(lambda: window.document.modified if title == "Recover" else not list(recovery.folder().glob("*.cnn")))

def act():
    window = app.the_window
    if doing == "edit":
        QTest.keyClick(window.canvas.viewport(), Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClick(window.canvas.viewport(), Qt.Key.Key_Delete)
        wait_until(lambda: list(recovery.folder().glob("*.cnn")) and window.recovery._journal is not None)
    else:
        press(doing)

def wait_until(so):
    if so():
        look()
    else:
        QTimer.singleShot(20, lambda: wait_until(so))

make = app.first_window
def first_window():
    app.the_window = make()
    QTimer.singleShot(400, act)
    return app.the_window
app.first_window = first_window
sys.exit(app.run(paths))
"""


class Program:
    """One process of the program with settings of its own; ``seen`` is what it told."""

    def __init__(self, home: Path, doing: str, *paths: Path) -> None:
        around = {
            **os.environ,
            "QT_QPA_PLATFORM": "offscreen",
            "XDG_CONFIG_HOME": str(home),
            "PYTHONPATH": os.pathsep.join(sys.path),  # the tests' own folders as well
        }
        arguments = [sys.executable, "-c", _PROGRAM, doing, *map(str, paths)]
        self.process = subprocess.Popen(arguments, env=around, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        assert line, "the program ended before it told anything"
        self.seen = json.loads(line)

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(30)
        self.process.stdout.close()


@pytest.fixture
def program(tmp_path, drawn_digits) -> Iterator:
    begun: list[Program] = []

    def begin(doing: str, *paths: Path) -> Program:
        begun.append(Program(tmp_path, doing, *paths))
        return begun[-1]

    yield begin
    for one in begun:
        one.kill()


@pytest.mark.slow
def test_what_a_killed_process_did_not_save_is_offered_and_comes_back_unsaved(program, tmp_path) -> None:
    path = tmp_path / "mine.cnn"
    save_project(untrained(template("lenet5")), path)
    before = path.read_bytes()
    first = program("edit", path)
    assert first.seen["layers"] == [] and first.seen["name"] == "mine.cnn"
    first.kill()
    assert path.read_bytes() == before

    again = program("Recover")
    assert again.seen["layers"] == [] and again.seen["modified"] and again.seen["name"] == "mine.cnn"
    assert path.read_bytes() == before, "nothing is written over the user's file"
    again.kill()
    once_more = program("Discard")
    assert len(once_more.seen["layers"]) == len(template("lenet5").graph) and once_more.seen["kept"] == []


def keep(window, qtbot) -> Journal:
    """Wait for the journal of a window's document."""
    qtbot.waitUntil(lambda: bool(journals(recovery.folder())))
    (journal,) = journals(recovery.folder())
    return journal


@pytest.fixture
def quick(monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(recovery.preferences, "folder", lambda: tmp_path)


def change(window) -> None:
    design, _ = edits.append(window.document.project.design, template("lenet5").graph["relu_1"].layer)
    window.document.edit("Add", design)


def test_a_journal_goes_with_a_save_and_with_the_window(quick, window, qtbot, tmp_path) -> None:
    window.recovery.soon.setInterval(10)
    change(window)
    journal = keep(window, qtbot)
    assert journal.read()[0].design == window.document.project.design
    window.files.save_to(tmp_path / "mine.cnn")
    qtbot.waitUntil(lambda: not journal.file.exists())
    change(window)
    assert keep(window, qtbot) == journal
    window.discard()
    assert journals(recovery.folder()) == [] and not journal.lock.exists()


class Keeping:
    """A document whose changes are kept within moments, in a folder that a test may spoil."""

    def __init__(self, its: Parts) -> None:
        self.parts = its
        self.recovery = recovery.Recovery(its.document, its.run_control, its.notices, wait=10, again=40, epochs=10)
        self.complaints: list[object] = []
        its.notices.changed.connect(self._look)
        self.edits = 0

    def edit(self) -> None:
        self.edits += 1
        self.parts.set_recipe(epochs=50 + self.edits)

    @property
    def kept(self) -> bool:
        """Whether the next start would find the document as it is now."""
        found = journals(recovery.folder())
        return len(found) == 1 and found[0].read()[0].design == self.parts.document.project.design

    @property
    def shown(self) -> list[str]:
        return [notice.text for notice in self.parts.notices.current]

    def _look(self) -> None:
        found = [notice for notice in self.parts.notices.current if "save often" in notice.text]
        self.complaints += [notice for notice in found if notice not in self.complaints]


@pytest.fixture
def keeping(quick, unloaded) -> Iterator[Keeping]:  # noqa: F811
    made = Keeping(unloaded)
    yield made
    made.recovery.close()
    assert journals(recovery.folder()) == []


def test_what_a_run_learns_is_kept_though_nothing_is_edited_at_the_ends_of_epochs_and_where_it_is_held(
    keeping, qtbot
) -> None:
    its = keeping.parts
    its.data.load()
    its.set_recipe(epochs=LONG)
    its.document.open(its.project, None)

    def kept() -> tuple[int, int]:
        """Whole epochs and steps of the run that the next start would find."""
        with contextlib.suppress(FileFormatError):  # it is being written
            for journal in journals(recovery.folder()):
                run = journal.read()[0].run
                return (run.place.epoch, run.step) if run is not None else (0, 0)
        return 0, 0

    its.run_control.train()
    qtbot.waitUntil(lambda: kept()[0] >= 2)
    assert its.session.state == "running" and not its.document.history.count()
    for until, where in ((ONE_EPOCH, "after epoch {}"), (ONE_BATCH, "within epoch {}")):
        with qtbot.waitSignal(its.session.state_changed, check_params_cb=lambda state: state == "paused"):
            its.session.resume(until)
        held_at = its.session.status.value
        qtbot.waitUntil(lambda step=held_at.step: kept()[1] == step)
        assert left_behind.how_far(its.project.run) == f", {where.format(held_at.epoch)} of its training"


def tries(keeping: Keeping, caplog) -> int:
    return sum("cannot be kept" in record.message for record in caplog.records)


@pytest.mark.parametrize("kept_before", [False, True], ids=["from the start", "later"])
def test_a_folder_that_cannot_be_written_is_told_once_and_tried_again_until_it_is_mended(
    keeping, qtbot, caplog, kept_before
) -> None:
    folder = recovery.folder()
    if kept_before:
        keeping.edit()
        qtbot.waitUntil(lambda: keeping.kept)
        shutil.rmtree(folder)
    folder.write_bytes(b"a file where the folder was")
    for _ in range(3):  # edits
        before = tries(keeping, caplog)
        keeping.edit()
        qtbot.waitUntil(lambda before=before: tries(keeping, caplog) > before)
    before = tries(keeping, caplog)
    qtbot.waitUntil(lambda: tries(keeping, caplog) > before + 1)  # and without
    assert len(keeping.complaints) == 1 and len(keeping.shown) == 1 and "recovery" in keeping.shown[0]

    folder.unlink()
    qtbot.waitUntil(lambda: folder.is_dir() and keeping.kept)
    qtbot.waitUntil(lambda: keeping.shown == [])
    (journal,) = journals(folder)
    assert not recovery.lock_of(journal).tryLock(0), "another start would take it for that of a process that died"
    done = tries(keeping, caplog)
    shutil.rmtree(folder)
    folder.write_bytes(b"once more")
    keeping.edit()
    qtbot.waitUntil(lambda: len(keeping.complaints) == 2)
    assert tries(keeping, caplog) > done
    folder.unlink()
    qtbot.waitUntil(lambda: folder.is_dir() and keeping.kept and keeping.shown == [])


def test_what_nobody_foresaw_is_told_logged_and_tried_again(keeping, qtbot, caplog, monkeypatch) -> None:
    def breaks(_file: int) -> None:
        raise RuntimeError("no disk ever said so")

    failed = "Keeping a copy of the changes failed"
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", breaks)
        keeping.edit()
        qtbot.waitUntil(lambda: len(keeping.complaints) == 1)
        keeping.edit()
        qtbot.waitUntil(lambda: sum(failed in record.message for record in caplog.records) > 3)
        assert len(keeping.complaints) == 1 and f"{failed}: no disk ever said so" in keeping.shown[0]
        assert "Traceback" in keeping.complaints[0].details
    qtbot.waitUntil(lambda: keeping.kept and keeping.shown == [])


def test_without_an_edit_it_is_tried_ever_less_often(keeping, qtbot, caplog) -> None:
    recovery.folder().write_bytes(b"a file where the folder should be")
    keeping.edit()
    qtbot.waitUntil(lambda: tries(keeping, caplog) == 4)
    times = [record.created for record in caplog.records if "cannot be kept" in record.message]
    assert times[1] - times[0] >= 0.03 and times[2] - times[1] >= 0.07 and times[3] - times[2] >= 0.14
    recovery.folder().unlink()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only the administrator mounts a disk")
def test_a_full_disk_is_told_and_room_brings_the_copy(keeping, qtbot) -> None:
    folder = recovery.folder()
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder], capture_output=True).returncode:
        pytest.skip("no disk can be mounted here")
    try:
        keeping.edit()
        qtbot.waitUntil(lambda: keeping.kept)
        with contextlib.suppress(OSError), (folder / "filling").open("wb", buffering=0) as file:
            while True:
                file.write(bytes(4096))
        keeping.edit()
        qtbot.waitUntil(lambda: len(keeping.complaints) == 1)
        assert keeping.shown[0].endswith(f"save often. {os.strerror(errno.ENOSPC)}.")
        (folder / "filling").unlink()
        qtbot.waitUntil(lambda: keeping.kept and keeping.shown == [])
    finally:
        keeping.recovery.close()
        subprocess.run(["umount", folder], check=True)


def test_the_file_that_was_opened_again_takes_its_recovered_changes_in(quick, window, qtbot, tmp_path) -> None:
    path = tmp_path / "mine.cnn"
    save_project(untrained(template("first_conv")), path)
    window.files.open_path(path)
    qtbot.waitUntil(lambda: not window.files.opening)
    left = Journal(recovery.folder(), "1-abc")
    left.write(untrained(template("vgg_digits")), About("mine.cnn", path, 5.0, stamp(path)))
    save_project(untrained(template("lenet5")), path)  # by somebody else, after the process died
    assert left_behind.offer(window)
    qtbot.waitUntil(lambda: bool(window.notices.current))
    (told,) = window.notices.current
    assert re.search(r"“mine.cnn” \(\d\d:\d\d, (1 January|31 December)\)", told.text), told.text
    told.action()
    assert windows.opened == [] and window.document.path == path and window.document.modified
    assert window.document.project.design == template("vgg_digits")
    window.files.save()
    assert window.findChildren(QMessageBox, "changed elsewhere") and window.document.modified
    window.discard()
    assert journals(recovery.folder()) == []


def test_a_run_comes_back_as_far_as_its_folder_has_it_and_is_offered_to_go_on(quick, window, qtbot) -> None:
    qtbot.waitUntil(lambda: window.data.dataset is not None)
    for _ in range(2):
        before = window.document.project
        with qtbot.waitSignal(window.session.state_changed, check_params_cb=lambda state: state == "paused"):
            window.run_control.train(ONE_BATCH)
        with qtbot.waitSignal(window.session.recorded):
            window.session.checkpoint()
    window.run_control.stop()
    qtbot.waitUntil(lambda: not window.session.active)
    ended = window.document.project
    assert (before.run.step, ended.run.step) == (1, 2)
    summary = runs_folder() / ended.run.id / SUMMARY
    summary.write_text(json.dumps(json.loads(summary.read_text()) | {"ended": False}))  # as if it had been killed
    window.document.open(untrained(template("lenet5")), None)
    Journal(recovery.folder(), "1-abc").write(before, About("Lost", None, 5.0))
    assert left_behind.offer(window)
    qtbot.waitUntil(lambda: bool(window.notices.current))
    window.notices.current[-1].action()
    assert window.document.project.run.step == 2 and window.document.project.weights.same(ended.weights)
    (told,) = (notice for notice in window.notices.current if notice.action_title == "Go on training")
    told.action()
    qtbot.waitUntil(lambda: window.session.status.value is not None and window.session.status.value.step > 2)
    assert window.session.run.id == ended.run.id


def test_a_damaged_journal_is_kept_aside_and_named(quick, window, qtbot, tmp_path) -> None:
    damaged = Journal(recovery.folder(), "1-abc")
    damaged.folder.mkdir()
    damaged.file.write_bytes(b"PK and no more")
    left_behind.offer(window)
    qtbot.waitUntil(lambda: bool(window.notices.current))
    window.notices.current[-1].action()
    qtbot.waitUntil(lambda: any("1-abc.cnn.bad" in notice.text for notice in window.notices.current))
    assert (damaged.folder / "1-abc.cnn.bad").read_bytes() == b"PK and no more"


def kept_journal(name: str) -> Journal:
    journal = Journal(recovery.folder(), name)
    journal.write(untrained(template("first_conv")), About(f"{name}.cnn", None, 5.0))
    return journal


def offered(window, qtbot) -> str:
    """What a start says of the journals that it finds."""
    for notice in window.notices.current:
        window.notices.dismiss(notice)
    assert left_behind.offer(window)
    qtbot.waitUntil(lambda: bool(window.notices.current))
    return window.notices.current[-1].text


LOCKS = {
    "empty": b"",
    "of another machine": b"1\ncnnstudio\nelsewhere\n\nboot-id\n",
    "of a process that died": b"4194305\ncnnstudio\nhere\n",
    "no text": b"\xff\0\xfe" * 9,
}


@pytest.mark.parametrize("data", LOCKS.values(), ids=LOCKS.keys())
def test_a_lock_that_nobody_holds_hides_no_journal(quick, window, qtbot, data) -> None:
    journal = kept_journal("1-abc")
    journal.lock.write_bytes(data)
    assert "1-abc.cnn" in offered(window, qtbot)
    assert recovery.taken(journal) is None, "this process has it now"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names are Unix")
def test_a_lock_that_is_no_file_keeps_nobody_waiting(quick, window, qtbot) -> None:
    for name in ("1-abc", "2-def"):
        kept_journal(name)
    os.mkfifo(recovery.folder() / "1-abc.lock")
    (recovery.folder() / "2-def.lock").mkdir()
    said = offered(window, qtbot)
    assert "1-abc.cnn" in said and "2-def.cnn" in said


@pytest.mark.skipif(os.name != "posix", reason="a kill is Unix")
def test_the_journal_of_a_process_that_lives_is_not_offered_and_after_its_kill_it_is(quick, window, qtbot) -> None:
    """Its lock may say what it wants: whether somebody holds it, the system knows."""
    journal = kept_journal("1-abc")
    hold = """
import sys, time
from PySide6.QtCore import QLockFile
lock = QLockFile(sys.argv[1])
lock.setStaleLockTime(0)
assert lock.tryLock(0)
print("held", flush=True)
time.sleep(600)
"""
    holder = subprocess.Popen([sys.executable, "-c", hold, str(journal.lock)], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout.readline() == "held\n"
        assert not left_behind.offer(window)
        with journal.lock.open("r+b") as lock:
            lock.truncate()
        assert not left_behind.offer(window), "its process lives"
    finally:
        holder.kill()
        holder.communicate()
    assert "1-abc.cnn" in offered(window, qtbot)


def test_one_bad_journal_hides_no_other(quick, window, qtbot, tmp_path) -> None:
    folder = recovery.folder()
    good = kept_journal("5-good")
    for name, about in (
        ("1-time", {"time": 1e18}),
        ("2-nul", {"path": "/tmp/a\0b"}),
        ("3-device", {"path": "/dev/zero"}),
    ):
        kept_journal(name)
        whole = {"name": f"{name}.cnn", "path": "", "time": 1} | about
        (folder / f"{name}.json").write_text(json.dumps(whole))
    (folder / "4-folder.cnn").mkdir()
    (folder / "6-nothing.cnn").write_bytes(b"")
    said = offered(window, qtbot)
    assert said.count("Untitled") + said.count("device") == 4 or "5 designs" in said
    assert "5 designs" in said
    recovered = [notice for notice in window.notices.current if notice.action_title == "Recover all"]
    recovered[-1].action()
    shown = [window, *windows.opened]
    qtbot.waitUntil(lambda: any("6-nothing.cnn.bad" in n.text for w in shown for n in w.notices.current))
    assert len(windows.opened) >= 2 and good.file.exists()
    for other in list(windows.opened):
        other.discard()


@pytest.mark.parametrize("how", ["Esc", "Later"])
def test_what_is_not_answered_is_kept_for_the_next_start_and_that_is_said(quick, window, qtbot, how: str) -> None:
    journal = kept_journal("1-abc")
    offered(window, qtbot)
    if how == "Esc":
        qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Escape)
    else:
        (later,) = (button for button in window.strip.findChildren(QPushButton) if button.text() == how)
        qtbot.mouseClick(later, Qt.MouseButton.LeftButton)
    assert [notice.text for notice in window.notices.current] == ["“1-abc.cnn” is kept for the next start."]
    assert journal.file.exists() and journal.read()[0].design == template("first_conv")
    kept_journal("2-def")
    assert "2 designs" in offered(window, qtbot), "the next start offers it"
    window.notices.close(window.notices.current[-1])
    qtbot.waitUntil(lambda: [n.text for n in window.notices.current] == ["2 designs are kept for the next start."])


def test_nothing_is_asked_where_a_process_died_after_its_save(quick, window, qtbot, tmp_path) -> None:
    window.recovery.soon.setInterval(10)
    before = window.document.project
    change(window)
    window.document.saved(before, tmp_path / "mine.cnn")  # another than is shown now
    journal = keep(window, qtbot)
    save_project(window.document.project, tmp_path / "mine.cnn")
    left = Journal(journal.folder, "1-abc")
    left.folder.mkdir(exist_ok=True)
    left.file.write_bytes(journal.file.read_bytes())
    left.about_file.write_bytes(journal.about_file.read_bytes())
    left_behind.offer(window)
    assert window.notices.current == () and not left.file.exists() and journal.file.exists()


def test_the_design_is_kept_where_the_weights_are_no_numbers(tmp_path) -> None:
    project = untrained(template("lenet5"))
    spoilt = project.weights.parameters.copy()
    spoilt.vector[0] = float("nan")
    journal = Journal(tmp_path / "new", "1-abc")
    about = About("Mine", None, 5.0)
    journal.write(project.with_changes(weights=Snapshot(spoilt)), about)
    found, named = journal.read()
    assert found.design == project.design and named == about


@pytest.mark.skipif(os.name != "posix", reason="names of files are Unicode here")
def test_a_file_whose_name_is_no_unicode_is_kept_too(tmp_path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9.cnn")
    journal, project = Journal(tmp_path / "new", "1-abc"), untrained(template("lenet5"))
    journal.write(project, About(path.name, path, 5.0))
    found, about = journal.read()
    assert found.design == project.design and about == About("caf?.cnn", None, 5.0)


def test_a_run_goes_on_from_the_journal_exactly(quick, parts, qtbot) -> None:  # noqa: F811
    kept = recovery.Recovery(parts.document, parts.run_control, parts.notices, wait=10)
    parts.set_recipe(epochs=LONG)
    parts.run_control.train()
    qtbot.waitUntil(lambda: parts.session.status.value is not None and parts.session.status.value.step > 2)
    kept.take_checkpoint()
    qtbot.waitUntil(lambda: bool(journals(recovery.folder())))
    (journal,) = journals(recovery.folder())
    read = []

    def kept_with_its_run() -> bool:
        try:
            read.append(journal.read()[0])
        except FileFormatError:  # it is being written anew at the end of an epoch; only one whose window died is read
            return False
        return read[-1].run is not None

    qtbot.waitUntil(kept_with_its_run)
    found = read[-1]
    assert why_not_resumable(found.run, found.design, found.weights, parts.data.dataset.fingerprint) is None
    assert found.run.step > 2
    parts.run_control.stop()
    qtbot.waitUntil(lambda: not parts.session.active)
    kept.close()
    assert journals(recovery.folder()) == []
