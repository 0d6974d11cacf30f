"""What the window remembers: texts in a file that anybody may have spoilt."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from cnnstudio.ui.look import preferences


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the preferences are, in a folder of the test's own."""
    monkeypatch.setattr(preferences, "folder", lambda: tmp_path)
    yield tmp_path / "preferences.json"
    preferences._own.pop(tmp_path / "preferences.json", None)


def next_start(path: Path) -> None:
    preferences._own.pop(path, None)


def test_texts_come_back_at_the_next_start(path: Path) -> None:
    assert preferences.mend() == "" and preferences.text("theme", "system") == "system"
    preferences.remember("theme", "dark")
    preferences.remember("words", "“@Variant(…)” \n\t\0 ü")
    next_start(path)
    assert preferences.mend() == ""
    assert preferences.text("theme") == "dark" and preferences.text("words") == "“@Variant(…)” \n\t\0 ü"


def test_what_is_remembered_together_is_written_once_and_all_of_it(path: Path) -> None:
    def written() -> list[str]:
        return sorted(json.loads(path.read_bytes())) if path.exists() else []

    with pytest.raises(ZeroDivisionError), preferences.together():
        preferences.remember("a", "1")
        with preferences.together():
            preferences.remember("b", "2")
        assert preferences.text("b") == "2" and written() == []
        raise ZeroDivisionError
    assert written() == ["a", "b"]
    preferences.remember("c", "3")
    assert written() == ["a", "b", "c"]


def test_two_processes_keep_what_the_other_has_written(path: Path) -> None:
    preferences.remember("theme", "dark")
    path.write_text('{"theme": "light", "workspace": "train"}')
    assert preferences.text("theme") == "dark" and preferences.text("workspace") == "train"
    preferences.remember("geometry", "x")
    next_start(path)
    assert preferences.text("workspace") == "train" and preferences.text("geometry") == "x"


SPOILT = {
    "no JSON": b"[General]\ntheme=dark\n",
    "other types": b'{"theme": 3}',
    "a list": b"[]",
    "nothing": b"",
    "no text": b"\xff\xfe\0\0",
    "deep": b"[" * 100_000,
    "a long number": b'{"theme": ' + b"9" * 10_000 + b"}",
    "too large": b'{"theme": "' + b"x" * (9 << 20) + b'"}',
}


@pytest.mark.parametrize("data", SPOILT.values(), ids=SPOILT.keys())
def test_what_cannot_be_read_is_set_aside_and_said(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    assert preferences.text("theme", "system") == "system" and preferences.recent_files() == []
    said = preferences.mend()
    assert said.startswith("The preferences could not be read") and "preferences.json.bad" in said and "\n" not in said
    assert path.with_name("preferences.json.bad").read_bytes() == data and not path.exists()
    assert preferences.mend() == ""
    preferences.remember("theme", "dark")
    next_start(path)
    assert preferences.text("theme") == "dark"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names are Unix")
@pytest.mark.parametrize("what", ["pipe", "device", "folder"])
def test_what_is_no_file_keeps_nobody_waiting(path: Path, what: str) -> None:
    match what:
        case "pipe":
            os.mkfifo(path)
        case "device":
            path.symlink_to("/dev/zero")
        case _:
            path.mkdir()
    assert preferences.text("theme", "system") == "system" and preferences.recent_files() == []
    assert "it is no file" in preferences.mend()
    preferences.remember("theme", "dark")
    next_start(path)
    assert path.is_file() and preferences.text("theme") == "dark"


def test_where_nothing_can_be_written_it_is_remembered_until_the_end(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path.mkdir()
    (path.with_name("preferences.json.bad")).write_bytes(b"in the way of a folder")
    assert "nor set aside" in preferences.mend()
    preferences.remember("theme", "dark")
    assert preferences.text("theme") == "dark"
    assert any("cannot be written" in record.message for record in caplog.records)
    caplog.clear()


def test_names_that_no_file_can_have_are_no_recent_files(path: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine.cnn"
    mine.touch()
    for words in ('["/a\\u0000b"]', '["/' + "a" * 4000 + '"]', '["\\ud800"]', "[1]", "{}", "[" * 2000, "9" * 5000):
        preferences.remember("recent", words)
        assert preferences.recent_files() == []
    preferences.remember_file(mine)
    assert preferences.recent_files() == [mine]


@pytest.mark.skipif(os.name != "posix", reason="names of files are Unicode here")
def test_a_name_that_is_no_unicode_is_left_out(path: Path, tmp_path: Path) -> None:
    odd, mine = tmp_path / os.fsdecode(b"caf\xe9.cnn"), tmp_path / "mine.cnn"
    for file in (odd, mine):
        file.touch()
        preferences.remember_file(file)
    next_start(path)
    assert preferences.recent_files() == [mine]
