"""What is kept of an import tells by codes and values; what has no words is not believed."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from painted import classes_of, write_files
from PIL import Image

from cnnstudio.data.dataset import DataSet
from cnnstudio.data.importing import stored
from cnnstudio.data.library import open_data
from cnnstudio.data.wording.found import LAYOUTS, REMARKS, layout_words, notice_words
from cnnstudio.data.wording.left_out import LEFT_OUT


def odd_pets(folder: Path) -> Path:
    """Pictures with something to be said of them: a layout, remarks, and reasons with and without values."""
    (folder / "fox").mkdir(parents=True)
    Image.new("I;16", (8, 6), 700).save(folder.parent / "deep.png")
    odd = {"cat/bad.png": b"", "cat/a.heic": b"x", "dog/notes.txt": b"about", "loose.png": b"x"}
    return write_files(
        folder, classes_of("cat", "dog") | odd | {"cat/d.png": (folder.parent / "deep.png").read_bytes()}
    )


def kept(cache: Path) -> Path:
    (note,) = cache.rglob("*.json")
    return note


def rewritten(note: Path, change: dict[str, Any]) -> None:
    """A note with other values, under a checksum that holds."""
    found = json.loads(note.read_bytes().partition(b"\n")[2])
    text = json.dumps(found | change).encode()
    note.write_bytes(hashlib.sha256(text).hexdigest().encode() + b"\n" + text)


def told_by(data: DataSet) -> tuple[object, ...]:
    return data.layout, data.left_out, data.remarks


def test_no_sentence_is_kept_and_what_is_kept_is_told_in_the_same_words(tmp_path: Path, empty_cache: Path) -> None:
    folder = odd_pets(tmp_path / "in")
    first = open_data(folder)
    text = kept(empty_cache).read_text()
    for table in (LEFT_OUT, REMARKS, LAYOUTS):
        for phrase in table.values():
            words = phrase[0] if isinstance(phrase, tuple) else phrase
            assert not isinstance(words, str) or words not in text
    again = stored.load(kept(empty_cache).stem)
    assert again is not None and told_by(again) == told_by(first)
    assert {each.why.code for each in first.left_out} == {
        "nothing-in-it", "unread-ending", "no-picture", "beside-the-classes"
    }  # fmt: skip
    assert {each.code for each in first.remarks} == {"without-pictures", "deep-pictures"}
    assert notice_words(again) == notice_words(first) != ""


def test_an_import_of_the_version_before_is_made_anew_without_a_word(tmp_path: Path, empty_cache: Path) -> None:
    """That version kept finished sentences. Its key was another; here it even lies where this one looks."""
    folder = odd_pets(tmp_path / "in")
    first = open_data(folder)
    note = kept(empty_cache)
    sentences = {
        "layout": "a folder for each class",
        "left_out": [{"file": "cat/bad.png", "reason": "It is empty, no picture.", "remedy": ""}],
        "remarks": ["No picture is of class “fox”."],
    }
    for old in ({name: words} for name, words in sentences.items()):
        rewritten(note, old)
        assert stored.load(note.stem) is None
        assert told_by(open_data(folder)) == told_by(first)
        assert stored.load(note.stem) is not None, "made anew where the old one lay"
    rewritten(note, sentences)
    note.rename(note.with_name("0123456789abcdef.json"))
    again = open_data(folder)
    assert told_by(again) == told_by(first) and again.fingerprint == first.fingerprint
    assert layout_words(again.layout) == "a folder for each class"


BARE = {"code": "no-picture", "values": []}


@pytest.mark.parametrize(
    "change",
    [
        {"layout": None},
        {"layout": {"code": "no-such-layout", "values": []}},
        {"layout": {"code": "class-folders", "values": []}},
        {"layout": {"code": "class-folders", "values": [["parts", ["train", "elsewhere"]]]}},
        {"layout": {"code": "class-folders", "values": [["parts"]]}},
        {"remarks": [{"code": "deep-pictures", "values": [["deep", "many"]]}]},
        {"remarks": [{"code": "deep-pictures", "values": [["deep", {}]]}]},
        {"remarks": [{"code": "many-sizes", "values": [["size", 7]]}]},
        {"remarks": [{"code": "no-picture", "values": []}]},
        {"left_out": [{"file": 1, "why": BARE}]},
        {"left_out": [{"file": "a"}]},
        {"left_out": [{"file": "a", "why": BARE, "reason": "It is no picture."}]},
        {"left_out": [{"file": "a", "why": {"code": ["no-picture"], "values": []}}]},
        {"left_out": [{"file": "a", "why": {"code": "too-many-pixels", "values": [["size", ["a", "b"]]]}}]},
        {"left_out": {}},
        {"labels": {"train": [0, 2], "test": [0]}},
        {"labels": {"train": [0, 0.5], "test": [0]}},
        {"labels": {"train": [0, [1]], "test": [0]}},
        {"labels": {"train": [0], "others": [0]}},
        {"labels": {"train": [0]}},
        {"shape": [6, 8]},
        {"sizes": [[6, 8, -1]]},
        {"name": ["in"]},
        {"classes": "ab"},
        {"files": {"train": [1]}},
        {"more": 1},
    ],
    ids=json.dumps,
)
def test_a_note_that_is_no_note_is_not_believed_though_its_sum_holds(
    tmp_path: Path, empty_cache: Path, change: dict[str, Any]
) -> None:
    folder = write_files(tmp_path / "in", classes_of("cat", "dog"))
    first = open_data(folder)
    rewritten(kept(empty_cache), change)
    assert stored.load(kept(empty_cache).stem) is None
    assert open_data(folder).fingerprint == first.fingerprint
