"""Files made to hurt: each is refused with one sentence, at once, without much memory."""

import json
import os
import time
import tracemalloc
from pathlib import Path

import pytest
from hostile_projects import FILES, members, packed

from cnnstudio.nn.telling.told import worded
from cnnstudio.project.file import FileFormatError, load_project
from tests.one_line import is_one_line


def refusal(data: bytes, path: Path) -> FileFormatError:
    path.write_bytes(data)
    with pytest.raises(FileFormatError) as caught:
        load_project(path)
    return caught.value


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_is_refused_at_once_and_without_much_memory(tmp_path: Path, name: str) -> None:
    data = FILES[name]()
    path = tmp_path / "evil.cnn"
    path.write_bytes(data)
    tracemalloc.start()
    begun = time.process_time()
    try:
        with pytest.raises(FileFormatError) as caught:
            load_project(path)
    finally:
        elapsed = time.process_time() - begun
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 64e6
    assert elapsed < 2
    said = str(caught.value)
    assert said.startswith(str(path) + ": ")
    assert said.endswith(worded(caught.value.remedy))
    assert is_one_line(said)
    assert len(said) < len(str(path)) + 400
    assert path.read_bytes() == data


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("empty", "It is not a CNN Studio project."),
        ("another zip", "It is a zip, but not a CNN Studio project."),
        (
            "version 3",
            "format_version: It was made by a newer version of CNN Studio: its format is 3, this one reads up to 2",
        ),
        ("a wrong checksum", "design.json: It is damaged: it does not match its checksum. Open its backup"),
        ("no weights", "It holds no weights.safetensors, which this design needs."),
        ("not a number", "weights.safetensors: The array “conv2d_1.weights” holds a number that is not finite."),
        ("cut in the middle", "The file is damaged: its end is missing or does not fit."),
        ("encrypted", "manifest.json: It is encrypted."),
    ],
)
def test_the_sentence_says_what_is_wrong(tmp_path: Path, name: str, sentence: str) -> None:
    assert sentence in str(refusal(FILES[name](), tmp_path / "evil.cnn"))


def test_a_newer_file_is_refused_before_its_other_members_are_looked_at(tmp_path: Path) -> None:
    found = members()
    manifest = json.loads(found["manifest.json"])
    manifest.update(format_version=7, min_reader_version=5, novelty=True)
    data = packed({**found, "manifest.json": json.dumps(manifest).encode(), "thumbnail.png": b"new"})
    assert "its format is 7" in str(refusal(data, tmp_path / "new.cnn"))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names are Unix")
def test_a_pipe_does_not_hang_the_reader(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.cnn")
    with pytest.raises(FileFormatError, match="not a file"):
        load_project(tmp_path / "pipe.cnn")
