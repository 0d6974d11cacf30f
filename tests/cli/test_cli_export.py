"""export: either view of a design as SVG, PDF or PNG."""

import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from programs import Said, program

from cnnstudio.design.templates import template
from cnnstudio.export.embedding import read_figure
from cnnstudio.project.file import save_project
from cnnstudio.project.project import untrained

SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
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
        ("a.pdf", (), "painted by the program"),
        ("a.txt", (), "ends in .svg, .pdf or .png"),
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


def nowhere() -> dict[str, str]:
    """The environment of a server: no display, and nothing that says how to do without one."""
    return {name: value for name, value in os.environ.items() if name not in SCREENS}


@pytest.mark.slow
def test_a_png_is_painted_without_a_display_and_opens_as_its_design(tmp_path: Path) -> None:
    out = tmp_path / "figure.png"
    said = program("export", "resnet_mini", out, "--view", "cards", "--scale", "0.5", env=nowhere())
    assert (said.code, said.err) == (0, "")
    with Image.open(out) as image:
        width, height = image.size
        assert len(image.convert("RGB").getcolors(1 << 20)) > 50  # words and boxes, not an empty sheet
    assert f"{width}×{height} px" in said.out
    assert read_figure(out) == template("resnet_mini")


@pytest.mark.slow
def test_a_pdf_is_as_large_as_it_says(tmp_path: Path) -> None:
    out = tmp_path / "figure.pdf"
    said = program("export", "lenet5", out, "--scale", "2", env=nowhere())
    assert (said.code, said.err) == (0, "")
    assert "opens as" not in said.out
    box = re.search(rb"/MediaBox \[0 0 ([0-9.]+) ([0-9.]+)\]", out.read_bytes())
    told = [int(number) for number in re.search(r"(\d+)×(\d+) mm", said.out).groups()]
    assert told == pytest.approx([float(points) * 25.4 / 72 for points in box.groups()], abs=1)


@pytest.mark.slow
def test_a_picture_that_is_too_large_is_one_sentence_and_leaves_no_file(tmp_path: Path) -> None:
    said = program("export", "article", tmp_path / "a.png", "--view", "cards", "--scale", "10", env=nowhere())
    assert said.code == 1
    assert "25 million pixels" in said.err and said.err.count("\n") == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
@pytest.mark.parametrize(("ending", "code"), [("png", 1), ("svg", 0)])
def test_without_qt_an_svg_is_written_and_a_png_says_what_is_missing(tmp_path: Path, ending: str, code: int) -> None:
    script = f"""
import sys
sys.modules["PySide6"] = None
from cnnstudio.__main__ import main
sys.argv = ["cnnstudio", "export", "lenet5", {str(tmp_path / f"a.{ending}")!r}]
sys.exit(main())
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, encoding="utf-8")
    assert done.returncode == code
    assert ("painted by Qt, which cannot be loaded here" in done.stderr) == (code == 1)
    assert done.stderr.count("\n") == code


def test_a_folder_that_is_not_there(cnnstudio: Run, tmp_path: Path) -> None:
    said = cnnstudio("export", "lenet5", tmp_path / "nowhere" / "a.svg")
    assert said.code == 1
    assert "could not be written" in said.err
