"""Exporting from the window, and opening what was exported."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from cnnstudio.design.templates import template, template_names
from cnnstudio.design.value.design import Card, Design
from cnnstudio.export.embedding import packed, read_figure, with_design
from cnnstudio.export.figure import Figure, Picture
from cnnstudio.export.writing import ExportError, figure_of
from cnnstudio.nn.graph.graph import chain
from cnnstudio.nn.layers.activation.relu import ReLU
from cnnstudio.nn.layers.input import Input
from cnnstudio.project.project import untrained
from cnnstudio.ui.panels.volumes.rendering import PDF, PNG, SVG, file_of
from cnnstudio.ui.telling.notices import Notice


@pytest.fixture
def window(same_window):
    return same_window()


def figure_in(sheet, qtbot) -> Figure:
    """What the sheet shows once it is drawn."""
    qtbot.waitUntil(lambda: sheet.figure is not None)
    return sheet.figure


@pytest.fixture
def sheet(window, qtbot):
    window.commands.action("export").trigger()
    figure_in(window.exporting.sheet, qtbot)
    yield window.exporting.sheet
    if window.exporting.overlay is not None:
        window.exporting.overlay.dismiss()


def test_what_is_exported_is_said_wherever_it_is_offered(window, sheet) -> None:
    """A figure and the network are two things; no two commands have one name."""
    texts = [command.text for command in window.commands.all]
    assert len(set(texts)) == len(texts)
    figure, network = (window.action(name).text() for name in ("export", "export model"))
    assert (figure, network) == ("Export figure…", "Export network…")
    exporting = {button.text() for button in window.findChildren(QPushButton) if "xport" in button.text()}
    assert window.volumes.export.text() == figure
    assert exporting <= {figure, network}, "nowhere is it left open what is exported"


@pytest.mark.parametrize("view", ["Volumes", "Cards"])
@pytest.mark.parametrize("ending", [SVG, PDF, PNG])
def test_each_view_in_each_format(window, sheet, qtbot, tmp_path: Path, view: str, ending: str) -> None:
    sheet.view.buttons[view].click()
    sheet.format.buttons[ending].click()
    path = tmp_path / f"figure.{ending.lower()}"
    figure_in(sheet, qtbot)
    sheet.export(path)
    qtbot.waitUntil(lambda: window.exporting.sheet is None)  # it closes when it is done
    data = path.read_bytes()
    if ending == PDF:
        assert data.startswith(b"%PDF") and b"/Font" in data
    else:
        assert read_figure(path) == window.document.project.design


@pytest.mark.parametrize("name", template_names())
def test_an_exported_png_opens_as_its_design(qapp, tmp_path: Path, name: str) -> None:
    design, path = template(name), tmp_path / "figure.png"
    figure = figure_of(design, "volumes", "light")
    path.write_bytes(file_of(design, figure, PNG, 2.0))
    assert round(QImage(str(path)).dotsPerMeterX() * 0.0254) == 192, "as large on paper as the PDF"
    assert read_figure(path) == design
    image = QImage(str(path))
    assert (image.width(), image.height()) == (round(2 * figure.width), round(2 * figure.height))


def test_size_and_words_follow_the_choices(sheet, qtbot) -> None:
    sheet.format.buttons[PNG].click()
    figure_in(sheet, qtbot)  # it is drawn anew where the images have come meanwhile
    first = sheet.size_text.text()
    sheet.scale.setValue(sheet.scale.maximum())
    assert sheet.size_text.text() != first and sheet.size_text.text().startswith("400")
    sheet.format.buttons[PDF].click()
    assert "mm" in sheet.size_text.text() and "cannot be opened" in sheet.holds.text()
    sheet.colours.buttons["Dark"].click()
    assert figure_in(sheet, qtbot).background != "#ffffff"


def test_it_shows_the_volumes_as_they_are_turned_and_without_the_selection(window, sheet, qtbot) -> None:
    sheet.view.buttons["Volumes"].click()
    before = figure_in(sheet, qtbot)
    window.document.select([window.document.project.design.graph.nodes[1].id])
    assert figure_in(sheet, qtbot) == before
    window.volumes.view.camera = window.volumes.view.camera.turned(-60, 0)
    sheet.refresh()
    assert figure_in(sheet, qtbot) != before


def test_cards_show_the_feature_maps_of_this_moment(window, sheet, qtbot, tmp_path: Path) -> None:
    qtbot.waitUntil(lambda: len(window.inspection.maps) > 5)
    sheet.view.buttons["Cards"].click()
    assert sheet.shows.isEnabled()
    shown = [mark.node for mark in figure_in(sheet, qtbot).marks if isinstance(mark, Picture)]
    graph = window.document.project.design.graph
    assert set(shown) == {node.id for node in graph if node.layer.category != "output"}
    sheet.shows.buttons["Volumes"].click()
    assert not [mark for mark in figure_in(sheet, qtbot).marks if isinstance(mark, Picture)]
    sheet.shows.buttons["Feature maps"].click()
    for name in ("a.svg", "a.png"):
        sheet.format.buttons[name[-3:].upper()].click()
        data = file_of(window.document.project.design, figure_in(sheet, qtbot), name[-3:].upper(), 1.0)
        (tmp_path / name).write_bytes(data)
        assert read_figure(tmp_path / name) == window.document.project.design


def test_escape_closes_it_and_it_opens_again(window, sheet) -> None:
    QTest.keyClick(window.exporting.overlay, Qt.Key.Key_Escape)
    assert window.exporting.sheet is None
    window.volumes.export.click()
    assert window.exporting.sheet is not None


def heard(window) -> list[Notice]:
    """The notices that are shown from now on."""
    told: list[Notice] = []
    window.notices.changed.connect(lambda: told.extend(n for n in window.notices.current if n not in told))
    return told


def test_what_cannot_be_written_is_told_and_the_sheet_stays(window, sheet, qtbot, tmp_path: Path) -> None:
    told = heard(window)
    figure_in(sheet, qtbot)  # it is drawn anew where the images have come meanwhile
    sheet.export(tmp_path / "nowhere" / "figure.svg")
    qtbot.waitUntil(lambda: bool(told))
    qtbot.waitUntil(sheet.button.isEnabled)
    assert [notice.kind for notice in told] == ["error"] and "could not be written" in told[0].text
    assert window.exporting.sheet is sheet


def test_whoever_closes_the_sheet_gives_the_file_up(window, qtbot, tmp_path: Path) -> None:
    graph = chain(("input", Input(28, 28, 1)), *((f"relu_{i}", ReLU()) for i in range(1000)))
    cards = {node.id: Card(node.id, 150.0 * place, 0.0) for place, node in enumerate(graph)}
    window.document.open(untrained(Design(graph, cards)), None)
    window.exporting.open()
    figure_in(window.exporting.sheet, qtbot)
    told, path = heard(window), tmp_path / "large.svg"
    window.exporting.sheet.export(path)
    assert window.exporting.sheet.button.text() == "Writing…" and not window.exporting.sheet.button.isEnabled()
    window.exporting.overlay.dismiss()
    window.exporting.open()  # what is asked next is answered after what was given up
    window.exporting.sheet.colours.buttons["Dark"].click()
    figure_in(window.exporting.sheet, qtbot)
    other = tmp_path / "other.svg"
    window.exporting.sheet.export(other)
    qtbot.waitUntil(lambda: bool(told))
    assert [notice.text for notice in told] == ["other.svg is written."]
    assert other.exists() and not path.exists()


def test_a_png_has_a_limit(qapp) -> None:
    design = template("resnet_mini")
    with pytest.raises(ExportError, match="million pixels"):
        file_of(design, figure_of(design, "volumes", "print"), PNG, 50.0)


@pytest.mark.parametrize("ending", [".svg", ".png"])
def test_a_dropped_figure_opens_as_a_design_of_its_own(window, qtbot, tmp_path: Path, ending: str) -> None:
    design, path = template("vgg_mini"), tmp_path / f"paper{ending}"
    format_name = ending[1:].upper()
    path.write_bytes(file_of(design, figure_of(design, "cards", "print"), format_name, 1.0))
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDropEvent(
        QPointF(QPoint(400, 300)), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    window.dropEvent(event)
    qtbot.waitUntil(lambda: not window.files.opening)
    assert window.document.project.design == design
    assert window.document.path is None  # saving asks for a file and never overwrites the figure


def drop(window, path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDropEvent(
        QPointF(QPoint(400, 300)), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    window.dropEvent(event)


def test_a_dropped_picture_is_shown_to_the_network_and_classified(window, tmp_path: Path, qtbot) -> None:
    qtbot.waitUntil(lambda: window.data.sample is not None)
    told = heard(window)
    image = QImage(60, 60, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFF)
    path = tmp_path / "cat.png"
    assert image.save(str(path))
    before = window.document.project
    drop(window, path)
    assert (
        window.inspection.image.shape == (28, 28, 1) and window.inspection.image.max() == 0
    )  # inverted: digits are light
    assert window.inspection.label == "“cat.png”" and window.samples.label == -1
    qtbot.waitUntil(lambda: bool(told))
    assert [notice.kind for notice in told] == ["info"]
    assert "cat.png, taken as 28×28×1 and inverted: the network says digit" in told[0].text
    assert "only a guess" in told[0].text
    assert window.document.project is before
    window.samples.step(1)
    assert window.samples.label >= 0 and "cat" not in window.inspection.label


def test_a_picture_without_a_design_opens_as_none(window, tmp_path: Path, qtbot) -> None:
    told = heard(window)
    image = QImage(4, 4, QImage.Format.Format_RGB32)
    image.fill(0)
    path = tmp_path / "cat.png"
    assert image.save(str(path))
    before = window.document.project
    window.files.open_path(path)
    qtbot.waitUntil(lambda: not window.files.opening)
    assert window.document.project is before
    assert [notice.kind for notice in told] == ["error"] and "holds no design" in told[0].text
    path.write_bytes(with_design(path.read_bytes(), packed(template("lenet5"))))
    assert read_figure(path) == template("lenet5")
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"no picture")
    drop(window, broken)
    assert told[-1].kind == "error" and "broken.jpg" in told[-1].text
