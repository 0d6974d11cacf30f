"""One look says what lies at a path, by what it holds and not only by its name; it never waits."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from small_mnist import small_mnist

from cnnstudio.cli.main import main
from cnnstudio.design.format.design_format import write_design
from cnnstudio.design.format.strict import FileFormatError
from cnnstudio.design.templates import template
from cnnstudio.export.embedding import with_design
from cnnstudio.export.writing import figure_of, svg_of, write_figure
from cnnstudio.nn.telling.told import worded
from cnnstudio.opening import open_design, what_is
from cnnstudio.project.file import save_project
from cnnstudio.project.project import untrained
from cnnstudio.resources import resource

DESIGN = template("first_conv")


def _project(path: Path) -> None:
    save_project(untrained(DESIGN), path)


def _design(path: Path) -> None:
    path.write_bytes(write_design(DESIGN))


def _svg(path: Path) -> None:
    write_figure(path, svg_of(DESIGN, figure_of(DESIGN, "cards", "print"), 1.0), DESIGN)


def _picture(path: Path) -> None:
    Image.new("L", (4, 4)).save(path)


def _figure(path: Path) -> None:
    _picture(path)
    path.write_bytes(with_design(path.read_bytes(), write_design(DESIGN)))


def _data(path: Path) -> None:
    small_mnist(path.parent, name=path.name)


def _lessons(path: Path) -> None:
    path.mkdir()
    source = sorted(resource("lessons").glob("*.json"))[0]
    (path / "a.json").write_bytes(source.read_bytes())


def _text(path: Path) -> None:
    path.write_text("Dear reader")


@pytest.mark.parametrize(
    ("name", "make", "kind"),
    [
        ("a.cnn", _project, "project"),
        ("a.zip", _project, "project"),
        ("a.json", _design, "design"),
        ("a.cnn", _design, "design"),
        ("a.svg", _svg, "figure"),
        ("a.png", _figure, "figure"),
        ("a.png", _picture, "picture"),
        ("a.jpeg", _picture, "picture"),
        ("a", _data, "data"),
        ("a", _lessons, "lessons"),
        ("a.cnn", _text, "project"),
        ("a.txt", _text, "none"),
        ("a", lambda path: path.mkdir(), "none"),
        ("a", lambda path: None, "none"),
    ],
)
def test_every_kind_is_told_from_the_others(name: str, make: Callable[[Path], None], kind: str, tmp_path: Path) -> None:
    path = tmp_path / name
    make(path)
    found = what_is(path)
    assert found.kind == kind
    assert bool(found.sentence) == (kind == "none")
    assert kind != "none" or (path.name in worded(found.sentence) and worded(found.sentence).endswith("."))
    if make in (_project, _design, _svg, _figure):
        opened = open_design(path)
        assert opened.design == DESIGN
        assert (opened.project is not None) == (make is _project)
    else:
        with pytest.raises(FileFormatError, match=path.name):
            open_design(path)


def test_one_of_four_data_files_is_data(tmp_path: Path) -> None:
    assert {what_is(path).kind for path in small_mnist(tmp_path).iterdir()} == {"data"}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
@pytest.mark.parametrize("name", ["a.cnn", "a.json", "a.svg", "a.png", "a.jpg", "train-images-idx3-ubyte", "a"])
@pytest.mark.parametrize("link", [False, True])
def test_nobody_waits_for_a_pipe(name: str, link: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / name
    if link:
        os.mkfifo(tmp_path / "pipe")
        path.symlink_to(tmp_path / "pipe")
    else:
        os.mkfifo(path)
    assert what_is(path).kind == "none"
    assert "neither a file nor a folder" in worded(what_is(path).sentence)
    with pytest.raises(FileFormatError, match="It is not a file"):
        open_design(path)
    assert main(["check", str(path)]) == 2
    assert "It is not a file" in capsys.readouterr().err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_folder_with_pipes_in_it_keeps_nobody_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.json")
    os.mkfifo(tmp_path / "train-images-idx3-ubyte")
    assert what_is(tmp_path).kind == "none"


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="this system has no such sockets")
def test_sockets_and_devices_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # the name of a socket must be short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("a.cnn")
        assert what_is(Path("a.cnn")).kind == "none"
    if Path("/dev/zero").exists():
        assert what_is(Path("/dev/zero")).kind == "none"
