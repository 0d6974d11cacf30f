"""Pipes, devices and sockets keep nobody waiting, wherever a file is expected: every reader answers within seconds."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from odd_files import KINDS, READERS, put

from cnnstudio import opening
from cnnstudio.data import cache
from cnnstudio.data.dataset import DataError
from cnnstudio.design.format.strict import FileFormatError
from cnnstudio.design.kept_blocks import own_blocks
from cnnstudio.design.templates import template
from cnnstudio.export.embedding import holds_design
from cnnstudio.files.plain import NotAFile, exists, expanded, is_folder, is_plain, open_plain, read_plain
from cnnstudio.lessons.progress import open_progress
from cnnstudio.lessons.reading.reader import seems_a_course
from cnnstudio.nn.network.plan import default_plan
from cnnstudio.nn.telling.told import worded
from cnnstudio.runs import plans

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names are Unix")


@pytest.fixture(autouse=True)
def _in_time() -> Iterator[None]:
    """Whoever waits is woken, and has failed."""

    def wake(*_: object) -> None:
        raise TimeoutError("it waits")

    before = signal.signal(signal.SIGALRM, wake)
    signal.alarm(60)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("name", "read"), READERS.values(), ids=READERS.keys())
def test_every_reader_refuses_it_with_its_own_error(
    tmp_path: Path, name: str, read: Callable[[Path], object], kind: str
) -> None:
    with pytest.raises((FileFormatError, DataError)) as refused:
        read(put(tmp_path / name, kind))
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_opened_to_see_what_it_is(tmp_path: Path, kind: str) -> None:
    path = put(tmp_path / "a.cnn", kind)
    assert opening.what_is(path).kind == "none" and exists(path) and not is_plain(path) and not is_folder(path)
    put(tmp_path / "a.png", kind)
    assert opening.what_is(tmp_path / "a.png").kind == "none" and holds_design(tmp_path / "a.png")
    put(tmp_path / "b.json", kind)
    assert not seems_a_course(tmp_path)
    for read in (open_plain, lambda path: read_plain(path, 9)):
        with pytest.raises(NotAFile, match="it is no file"):
            read(path)


@pytest.mark.parametrize("kind", KINDS)
def test_blocks_progress_plans_and_cache_go_on_without_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    put(tmp_path / "block.json", kind)
    blocks, complaints = own_blocks(tmp_path)
    assert blocks == () and len(complaints) == 1
    put(tmp_path / "lessons", kind)
    assert "could not be read" in worded(open_progress(tmp_path / "lessons")[1])
    monkeypatch.setenv("CNNSTUDIO_CACHE", str(tmp_path / "cache"))
    (tmp_path / "cache" / "plans").mkdir(parents=True)
    graph = template("first_conv").graph
    put(tmp_path / "cache" / "plans" / f"{plans._key(graph, 2, 1)}.json", kind)
    monkeypatch.setattr(plans, "tuned_plan", lambda graph, *_: default_plan(graph))
    assert plans.remembered_plan(graph, 2, 1) is None and plans.plan_for(graph, 2, 1).threads == 1
    put(tmp_path / "cache" / "tiny-v1-0.npy", kind)
    assert cache.load("tiny", 1, (1, 1, 1, 1), lambda _pixels: pytest.fail("nothing was read")) is None


def test_a_pipe_that_comes_after_the_look_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a"
    path.touch()
    real = os.open

    def swapped(name: object, how: int) -> int:
        path.unlink()
        os.mkfifo(path)
        return real(path, how)

    monkeypatch.setattr("cnnstudio.files.plain.os.open", swapped)
    with pytest.raises(NotAFile):
        open_plain(path)


@pytest.mark.slow
def test_the_command_line_says_so_at_once(tmp_path: Path) -> None:
    pipe = put(tmp_path / "a.cnn", "pipe")
    for words in (
        ["check", pipe],
        ["train", "lenet5", "--out", pipe],
        ["new", "lenet5", pipe],
        ["export", pipe, "a.svg"],
    ):
        done = subprocess.run([sys.executable, "-m", "cnnstudio", *words], capture_output=True, text=True, timeout=60)
        assert done.returncode == 2 and done.stderr.count("\n") == 1 and str(pipe) in done.stderr
    assert pipe.is_fifo() and threading.active_count() >= 1


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["a" * 5000, "a/" * 2500, "~nobody-of-this-name/a.cnn"], ids=["long", "deep", "nobody"]
)
def test_paths_that_cannot_be_are_one_sentence_everywhere(name: str) -> None:
    assert not (exists(name) or is_plain(name) or is_folder(name)) and str(expanded(name))
    assert opening.what_is(Path(name)).kind == "none"
    commands = (
        [name], ["check", name], ["train", name], ["train", "lenet5", "--data", name],
        ["train", "lenet5", "--json", "--out", name],
        ["new", "lenet5", name], ["evaluate", name], ["compare", "lenet5", name], ["export", "lenet5", name + ".svg"],
    )  # fmt: skip
    script = """
import json, sys
from cnnstudio.cli.main import main
print(json.dumps([main(words) for words in json.loads(sys.stdin.read())]))
"""
    done = subprocess.run([sys.executable, "-c", script], input=json.dumps(commands), capture_output=True, text=True)
    codes = json.loads(done.stdout)
    assert all(code in (1, 2) for code in codes), codes
    assert done.stderr.count("\n") == len(commands) and "Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["a\0b.cnn", "a\ud800.cnn", "a\0b"])
def test_names_that_no_file_can_have_are_one_sentence_where_files_are_opened(name: str) -> None:
    assert "cannot be read (no file can have this name)" in worded(opening.what_is(Path(name)).sentence)
    with pytest.raises(FileFormatError, match="cannot be read"):
        opening.open_design(Path(name))
