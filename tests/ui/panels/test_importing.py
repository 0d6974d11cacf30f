"""The import sheet: a drop shows what is there, Return takes it, and the network fits in one step of undo."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from painted import classes_of, painted, write_files
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from cnnstudio.data.importing import stored
from cnnstudio.data.importing.survey import READ
from cnnstudio.data.library import open_data
from cnnstudio.data.preparation.measured import brightness
from cnnstudio.design.facts.answers import answers
from cnnstudio.exchange.exportable import Exportable
from cnnstudio.exchange.onnx.exporting import exporting_onnx
from cnnstudio.exchange.proof import finished
from cnnstudio.nn.layers.input import Input
from cnnstudio.nn.telling.told import told, worded
from cnnstudio.opening import open_design
from cnnstudio.ui.panels.importing.declaration import IMPORTING
from cnnstudio.ui.panels.importing.import_page import ImportPage
from cnnstudio.ui.panels.importing.importing import Importing
from tests.ui.face import Face
from tests.ui.screen import drop

Wait = Callable[[Callable[[], object]], None]


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, drawn_digits: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored, "folder", lambda: tmp_path / "imports")


def dropped(window: Face, path: Path) -> Importing:
    """Let go of a file over the window."""
    drop(window, path)
    return window.studio.get(IMPORTING)


def page_of(importing: Importing) -> ImportPage:
    assert importing.page is not None
    return importing.page


def ready(importing: Importing) -> bool:
    """Whether all is looked at and what can be chosen is shown."""
    survey = importing.survey
    return (
        survey is not None
        and survey.complete
        and importing.preview is not None
        and page_of(importing).button.isEnabled()
    )


@pytest.mark.real_data
def test_a_zip_dropped_on_the_window_is_learned_from_by_return_and_undone_in_one_step(
    window: Face, qtbot, real_data: Path
) -> None:
    before = window.document.project.design
    steps = window.document.history.count()
    archive = real_data / "cifar10-small.zip"
    importing = dropped(window, archive)
    qtbot.waitUntil(lambda: ready(importing))
    page = page_of(importing)
    assert page.isVisible() and page.geometry() == window.studio.workspaces.widget.rect()
    assert page.button.text() == "Import 3\u202f000 pictures"
    assert {name: row.count for name, row in page.found.thumbs.items()} == dict.fromkeys(importing.survey.classes, 5)
    QTest.keyClick(page, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: importing.page is None)
    qtbot.waitUntil(lambda: window.data.dataset is not None and len(window.data.dataset.classes) == 10)
    design = window.document.project.design
    measured = brightness(window.data.dataset.train)
    entry = design.graph[design.graph.images[0]].layer
    assert entry == Input(32, 32, 3, measured.mean, measured.deviation)
    assert design.classes == window.data.dataset.classes
    assert design.recipe.data.source == os.path.realpath(archive)
    assert window.data.dataset.fingerprint == open_data(design.recipe.data).fingerprint
    assert window.document.history.count() == steps + 1
    assert worded(window.document.to_undo) == "Fit the network to cifar10-small.zip"
    window.document.history.undo()
    assert window.document.project.design == before


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    odd = {"cat/wide.png": painted(90, height=6, width=30), "cat/empty.png": b"", "dog/notes.txt": b"about"}
    return write_files(tmp_path / "pets", classes_of("cat", "dog") | odd)


def test_what_is_left_out_is_named_and_can_be_copied(window: Face, qtbot, pets: Path) -> None:
    importing = dropped(window, pets)
    qtbot.waitUntil(lambda: ready(importing))
    page = page_of(importing)
    assert page.button.text() == "Import 11 pictures"
    assert page.found.left_out_title.text() == "2 files are left out"
    QTest.mouseClick(page.found.copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text().splitlines() == [
        "cat/empty.png: It is empty, no picture.",
        "dog/notes.txt: It is no picture.",
    ]


def test_what_it_counts_is_what_is_imported_though_a_picture_breaks_off_in_the_middle(
    window: Face, qtbot, tmp_path: Path
) -> None:
    half = {f"cat/half {at}.png": painted(at)[: len(painted(at)) // 2] for at in range(50, 53)}
    importing = dropped(window, write_files(tmp_path / "pets", classes_of("cat", "dog") | half))
    qtbot.waitUntil(lambda: ready(importing))
    page = page_of(importing)
    assert page.found.left_out_title.text() == "3 files are left out"
    assert page.button.text() == "Import 10 pictures"
    QTest.mouseClick(page.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.data.dataset is not None and window.data.dataset.classes == ("cat", "dog"))
    data = window.data.dataset
    assert sum(len(part) for part in (data.train, data.validation, data.test) if part is not None) == 10


def test_while_it_still_reads_it_says_so_and_counts_no_more_than_up_to(window: Face, qtbot, tmp_path: Path) -> None:
    one = painted(0)
    files = {f"{name}/{at}.png": one for name in "ab" for at in range(READ)}
    importing = dropped(window, write_files(tmp_path / "in", files | {"a/half.png": one[: len(one) // 2]}))
    said: list[tuple[str, str]] = []

    def look() -> bool:
        page = page_of(importing)
        said.append((page.button.text(), page.found.sample_line.text() if page.found.sample_line.isVisible() else ""))
        return ready(importing)

    qtbot.waitUntil(look)
    assert page_of(importing).button.text() == "Import 1\u202f000 pictures"
    counted = [(button, line) for button, line in said if "pictures" in button]
    assert all(("up to" in button) == ("so far" in line) for button, line in counted)


@pytest.mark.parametrize("learned", [False, True])
def test_the_message_about_another_size_offers_what_is_likely_meant(
    open_window, qtbot, tmp_path: Path, learned: bool
) -> None:
    files = {f"{'cat' if at % 2 else 'dog'}/{at}.png": painted(at, height=32, width=32) for at in range(16)}
    pets = write_files(tmp_path / "pets", files)
    window = open_window()
    if learned:  # weights that come with a model
        model = tmp_path / "model.onnx"
        project = window.document.project
        network = Exportable(project.design, project.weights.parameters, answers(project.design, ()))
        finished(exporting_onnx(network, model))
        window.document.new(open_design(model).project)
    assert window.document.project.fresh != learned
    importing = dropped(window, pets)
    qtbot.waitUntil(lambda: ready(importing))
    page_of(importing).consequences.fits.setChecked(False)
    page_of(importing).button.click()
    said = "pets has images of 32×32×3, but the Input layer takes 28×28×1."
    qtbot.waitUntil(lambda: any(notice.text == said for notice in window.notices.current))
    (notice,) = (notice for notice in window.notices.current if notice.text == said)
    assert notice.action_title == ("Make every picture 28×28, grey" if learned else "Set Input to 32×32×3")
    (button,) = (b for b in window.strip.findChildren(QPushButton) if b.text() == notice.action_title)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    taken = (28, 28, 1) if learned else (32, 32, 3)
    qtbot.waitUntil(lambda: window.data.image_shape == taken)
    assert window.document.project.design.graph.shape("input_1") == taken
    assert notice not in window.notices.current


def test_a_repair_makes_the_pictures_as_large_as_the_network_takes_them(window: Face, qtbot, pets: Path) -> None:
    importing = dropped(window, pets)
    qtbot.waitUntil(lambda: ready(importing))
    page_of(importing).consequences.fits.setChecked(False)
    page_of(importing).button.click()
    qtbot.waitUntil(lambda: window.data.dataset is not None and window.data.image_shape == (6, 8, 3))
    graph, before = window.document.project.design.graph, window.data.dataset
    (problem,) = (found for found in window.findings.all if found.code == "image-size")
    repair = next(r for r in window.findings.repairs(problem) if r.what.code == "make-pictures")
    window.findings.apply(repair)
    assert "image-size" not in {found.code for found in window.findings.all}, "at once, though they are made yet"
    qtbot.waitUntil(lambda: window.data.dataset is not None and window.data.image_shape == (28, 28, 1))
    assert window.document.project.design.graph is graph
    assert len(window.data.dataset.train) == len(before.train)
    assert "image-size" not in {found.code for found in window.findings.all}
    window.document.history.undo()
    qtbot.waitUntil(lambda: window.data.image_shape == (6, 8, 3))
    assert "image-size" in {found.code for found in window.findings.all}


def test_a_choice_changes_the_pictures_and_what_follows_and_is_what_is_learned_from(
    window: Face, qtbot, pets: Path
) -> None:
    importing = dropped(window, pets)
    qtbot.waitUntil(lambda: ready(importing))
    page = page_of(importing)
    assert all(button.shows_picture for button in (*page.choosing.fits.values(), *page.choosing.colours.values()))
    first = importing.preview
    QTest.mouseClick(page.choosing.colours["grey"], Qt.MouseButton.LeftButton)
    QTest.mouseClick(page.choosing.fits["pad"], Qt.MouseButton.LeftButton)
    QTest.mouseClick(page.choosing.other_size, Qt.MouseButton.LeftButton)
    QTest.keyClicks(page.choosing.other_size, "12x10")
    page.setFocus()
    qtbot.waitUntil(lambda: importing.preview is not None and importing.preview is not first)
    assert importing.preview.target.shape == (12, 10, 1)
    assert importing.preview.examples["cat"].shape[1:] == (12, 10, 1)
    QTest.mouseClick(
        page.consequences.fits, Qt.MouseButton.LeftButton, pos=page.consequences.fits.rect().center() * 0.2
    )
    qtbot.waitUntil(lambda: not page.consequences.fits.isChecked())
    graph = window.document.project.design.graph
    QTest.mouseClick(page.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: importing.page is None)
    design = window.document.project.design
    assert design.graph == graph
    assert dict(design.recipe.data.choices) == {"size": (12, 10), "fit": "pad", "colour": "grey"}
    assert worded(window.document.to_undo) == "Learn from pets"
    qtbot.waitUntil(lambda: window.data.image_shape == (12, 10, 1))


def test_each_size_that_is_offered_can_be_taken_by_a_click(window: Face, qtbot, pets: Path) -> None:
    importing = dropped(window, pets)
    qtbot.waitUntil(lambda: ready(importing))
    choosing = page_of(importing).choosing
    commonest = importing.preview.target.shape
    for button in [button for button in choosing.sizes if not button.isHidden()][::-1]:
        height, width = map(int, button.text().split("×"))
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda size=(height, width): ready(importing) and importing.preview.target.shape[:2] == size)
    assert importing.preview.target.shape == commonest


def test_what_lies_there_is_seen_while_heavy_work_goes_on(window: Face, qtbot, pets: Path) -> None:
    going_on, enough = threading.Event(), threading.Event()

    def work(_job):
        going_on.set()
        enough.wait(60)
        yield None

    window.jobs.submit(told("testing-changed"), work)
    qtbot.waitUntil(going_on.is_set)
    try:
        importing = dropped(window, pets)
        qtbot.waitUntil(lambda: ready(importing))
    finally:
        enough.set()


def test_return_is_heard_before_all_is_looked_at_and_after_a_size_was_typed(window: Face, qtbot, pets: Path) -> None:
    importing = dropped(window, pets)
    qtbot.waitUntil(lambda: ready(importing))
    field = page_of(importing).choosing.other_size
    QTest.mouseClick(field, Qt.MouseButton.LeftButton)
    QTest.keyClicks(field, "28")
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: importing.page is None)
    assert window.document.project.design.graph.shape(window.document.project.design.graph.images[0]) == (28, 28, 3)
    importing = dropped(window, pets)
    QTest.keyClick(page_of(importing), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: importing.page is None)
    assert window.document.project.design.graph.shape(window.document.project.design.graph.images[0]) == (6, 8, 3)


def test_esc_leaves_everything_as_it_was(window: Face, qtbot, pets: Path) -> None:
    before = window.document.project
    importing = dropped(window, pets)
    qtbot.waitUntil(lambda: ready(importing))
    QTest.keyClick(page_of(importing), Qt.Key.Key_Escape)
    assert importing.page is None and window.document.project is before
    assert not stored.folder().exists()


def test_stop_leaves_nothing_behind_and_the_choices_stand(window: Face, qtbot, tmp_path: Path) -> None:
    pictures = [painted(at, height=96, width=96) for at in range(20)]
    many = {f"{name}/{at}.png": pictures[at % 20] for name in "ab" for at in range(1500)}
    importing = dropped(window, write_files(tmp_path / "many", many))
    qtbot.waitUntil(lambda: ready(importing))
    page = page_of(importing)
    before = window.document.project
    QTest.mouseClick(page.button, Qt.MouseButton.LeftButton)
    assert page.importing
    qtbot.waitUntil(lambda: stored.folder().exists() and any(stored.folder().iterdir()))
    QTest.mouseClick(page.stop, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not page.importing)
    assert page.isVisible() and page.choosing.isEnabled() and page.button.isEnabled()
    assert not any(stored.folder().iterdir())
    assert window.document.project is before


def test_what_does_not_fit_on_the_disk_is_said_before(window: Face, qtbot, pets: Path, monkeypatch) -> None:
    monkeypatch.setattr(stored, "BUDGET", 100)
    importing = dropped(window, pets)
    qtbot.waitUntil(lambda: importing.preview is not None)
    page = page_of(importing)
    assert not page.button.isEnabled() and "choose a smaller size" in page.why_not.text()
    QTest.keyClick(page, Qt.Key.Key_Return)
    assert not page.importing


def test_pictures_without_classes_are_refused_in_the_window(window: Face, qtbot, pets: Path) -> None:
    importing = dropped(window, pets / "cat")
    qtbot.waitUntil(lambda: importing.page is None)
    qtbot.waitUntil(lambda: any("nothing says of which class" in notice.text for notice in window.notices.current))
    (button,) = (b for b in window.strip.findChildren(QPushButton) if b.text() == "Ask the network about them")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: any("The network takes 6 pictures for" in each.text for each in window.notices.current))


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({f"{name}/{at}.png": b"nothing" for name in "ab" for at in range(2)}, "None of the pictures can be read."),
        ({f"{name}/1.png": painted(at) for at, name in enumerate("ab")}, "None is left for the test"),
    ],
)
def test_what_cannot_be_learned_from_is_said_before_it_is_tried(
    window: Face, qtbot, tmp_path: Path, files: dict[str, bytes], why: str
) -> None:
    importing = dropped(window, write_files(tmp_path / "pets", files))
    qtbot.waitUntil(
        lambda: importing.preview is not None and importing.survey is not None and importing.survey.complete
    )
    page = page_of(importing)
    qtbot.waitUntil(page.why_not.isVisible)
    assert why in page.why_not.text() and not page.button.isEnabled() and "−" not in page.choosing.shares.text()
    QTest.keyClick(page, Qt.Key.Key_Return)
    assert page.isVisible() and importing.page is page


def test_two_pictures_of_each_class_are_enough(window: Face, qtbot, tmp_path: Path) -> None:
    files = {f"{name}/{at}.png": painted(2 * at + place) for place, name in enumerate("ab") for at in range(2)}
    importing = dropped(window, write_files(tmp_path / "pets", files))
    qtbot.waitUntil(lambda: ready(importing))
    assert page_of(importing).choosing.shares.text().endswith("test 2")
    QTest.keyClick(page_of(importing), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.data.dataset is not None and len(window.data.dataset.test) == 2)
