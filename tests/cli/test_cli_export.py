"""export: either view of a design as SVG."""

import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest
from programs import Said

from cnnstudio.design.templates import template
from cnnstudio.export.embedding import read_figure
from cnnstudio.project.file import save_project
from cnnstudio.project.project import untrained

Run = Callable[..., Said]


@pytest.mark.parametrize("view", ["volumes", "cards"])
def test_a_figure_of_either_view_opens_as_its_design(cnnstudio: Run, tmp_path: Path, view: str) -> None:
    save_project(untrained(template("resnet_mini")), tmp_path / "mine.cnn")
    out = tmp_path / "figure.svg"
    said = cnnstudio("export", tmp_path / "mine.cnn", out, "--view", view, "--colours", "dark")
    assert (said.code, said.err) == (0, "")
    assert "px" in said.out
    assert read_figure(out) == template("resnet_mini")


def test_a_figure_stands_wherever_a_design_does(cnnstudio: Run, tmp_path: Path) -> None:
    out, again = tmp_path / "a.svg", tmp_path / "b.svg"
    assert cnnstudio("export", "lenet5", out).code == 0
    assert cnnstudio("compare", "lenet5", out).out.splitlines()[-1] == "The two are equal."
    assert cnnstudio("export", out, again, "--scale", "2").code == 0
    widths = [float(ET.parse(path).getroot().attrib["width"]) for path in (out, again)]
    assert widths[1] == pytest.approx(2 * widths[0], abs=0.02)


@pytest.mark.parametrize(
    ("out", "options", "words"),
    [
        ("a.pdf", (), "written by the window"),
        ("a.png", (), "written by the window"),
        ("a.txt", (), "ends in .svg"),
        ("a.svg", ("--scale", "0"), "--scale"),
        ("a.svg", ("--scale", "nan"), "--scale"),
        ("a.svg", ("--view", "nothing"), "--view"),
    ],
)
def test_what_it_cannot_do_is_one_sentence(cnnstudio: Run, tmp_path: Path, out: str, options, words: str) -> None:
    said = cnnstudio("export", "lenet5", tmp_path / out, *options)
    assert said.code == 2
    assert words in said.err and said.err.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_not_there(cnnstudio: Run, tmp_path: Path) -> None:
    said = cnnstudio("export", "lenet5", tmp_path / "nowhere" / "a.svg")
    assert said.code == 1
    assert "could not be written" in said.err
