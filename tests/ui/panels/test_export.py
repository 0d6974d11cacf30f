"""The export page: what it shows is what is written, every button does what it says, and a proof can be stopped."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from cnnstudio.cli.main import main
from cnnstudio.exchange.targets import TARGETS
from cnnstudio.ui.panels.export.certificate_card import rows_of
from cnnstudio.ui.panels.export.declaration import MODEL_EXPORT
from cnnstudio.ui.panels.export.export_page import ABOUT, ExportPage
from cnnstudio.ui.panels.export.exporting import ModelExport
from tests.ui.face import Face


@pytest.fixture
def window(same_window):
    return same_window()


@pytest.fixture
def exporting(window: Face, qtbot, tmp_path: Path) -> ModelExport:
    """The page, with a NumPy file to be written."""
    window.studio.commands.run("export model")
    found = window.studio.get(MODEL_EXPORT)
    page = page_of(found)
    page.buttons["numpy"].click()
    page.place.setText(str(tmp_path / "net.py"))
    qtbot.waitUntil(lambda: page.code.tabs is not None and list(page.code.tabs.buttons) == ["net.py"])
    return found


def page_of(exporting: ModelExport) -> ExportPage:
    assert exporting.page is not None
    return exporting.page


def titles(page: ExportPage) -> str:
    return page.card._title.text()


def test_return_writes_what_is_shown_and_proves_it(exporting: ModelExport, qtbot, tmp_path: Path) -> None:
    page = page_of(exporting)
    qtbot.waitUntil(lambda: 'CLASSES = ("0", "1"' in page.code.text.toPlainText())  # once the data are there
    shown = page.code.text.toPlainText()
    assert not list(tmp_path.iterdir()), "nothing is written before it is asked for"
    QTest.keyClick(page, Qt.Key.Key_Return)
    assert not page.button.isEnabled() and page.card.stop.isVisible()
    qtbot.waitUntil(lambda: exporting.certificate is not None)
    assert (tmp_path / "net.py").read_text() == shown
    certificate = exporting.certificate
    assert certificate is not None and certificate.holds
    assert titles(page) == "The copy computes the same"
    assert ("Same answer", "256 of 256", "") in rows_of(certificate)
    assert page.button.text() == "Export again" and page.button.isEnabled()
    assert "replacing what is there" in page._files.text()


def test_it_is_checked_again_here_and_by_the_command_that_is_copied(
    exporting: ModelExport, qtbot, tmp_path: Path
) -> None:
    page = page_of(exporting)
    page.button.click()
    qtbot.waitUntil(lambda: exporting.certificate is not None)
    first = exporting.certificate
    page.card.copy.click()
    program, *arguments = QGuiApplication.clipboard().text().split()
    assert program == "cnnstudio" and main(arguments) == 0
    page.card.check.click()
    qtbot.waitUntil(lambda: exporting.certificate is not first)
    assert titles(page) == "The copy computes the same"
    (tmp_path / "net.py").write_text("1 / 0")
    page.card.check.click()
    qtbot.waitUntil(lambda: titles(page) == "Nothing is proven")
    assert "changed after it was exported" in page.card._words.text()


@pytest.mark.parametrize("way", ["stop", "leave"])
@pytest.mark.parametrize("target", ["numpy", "onnx"])
def test_an_export_that_is_stopped_or_left_writes_nothing(
    window: Face, exporting: ModelExport, qtbot, tmp_path: Path, target: str, way: str
) -> None:
    page = page_of(exporting)
    page.buttons[target].click()
    page.place.setText(str(tmp_path / f"net{TARGETS[target].ending}"))
    qtbot.waitUntil(page.button.isEnabled)
    qtbot.waitUntil(lambda: not window.jobs.queue)  # the page asks first whether it can be written
    page.button.click()
    (job,) = window.jobs.queue
    qtbot.waitUntil(lambda: job.progress.value is not None)
    if way == "stop":
        QTest.keyClick(page, Qt.Key.Key_Escape)
        qtbot.waitUntil(lambda: titles(page) == "Stopped")
        assert page.card._words.text() == "Nothing was written."
    else:
        page.close_button.click()
    qtbot.waitUntil(lambda: job.over)
    assert job.state == "cancelled" and not list(tmp_path.iterdir())


def test_after_stop_the_page_can_be_used_or_left(exporting: ModelExport, qtbot) -> None:
    page = page_of(exporting)
    page.button.click()
    page.card.stop.click()
    qtbot.waitUntil(lambda: titles(page) == "Stopped")
    assert exporting.certificate is None and page.button.isEnabled()
    QTest.keyClick(page, Qt.Key.Key_Escape)
    assert exporting.page is None


def test_without_the_tick_it_is_written_and_can_be_checked_afterwards(
    exporting: ModelExport, qtbot, tmp_path: Path
) -> None:
    page = page_of(exporting)
    page.checks.click()
    page.button.click()
    qtbot.waitUntil(lambda: titles(page) == "Written, not checked")
    assert (tmp_path / "net.certificate.json").exists()
    page.card.check.click()
    qtbot.waitUntil(lambda: titles(page) == "The copy computes the same")


@pytest.mark.parametrize(
    ("name", "missing", "title", "says"),
    [
        ("onnx", "onnx", "It can be neither written nor checked here", 'pip install "cnnstudio[onnx]"'),
        ("pytorch", "torch", "Not checked yet", "PyTorch is not installed here"),
    ],
)
def test_what_cannot_be_checked_here_is_not_ticked_and_says_why(
    window: Face, qtbot, monkeypatch: pytest.MonkeyPatch, name: str, missing: str, title: str, says: str
) -> None:
    monkeypatch.setitem(sys.modules, missing, None)  # Python then says that there is none
    window.studio.commands.run("export model")
    page = page_of(window.studio.get(MODEL_EXPORT))
    page.buttons[name].click()
    assert titles(page) == title and says in page.card._words.text()
    assert not page.checks.isEnabled() and not page.checks.isChecked() and says in page.checks.toolTip()
    page.buttons["numpy"].click()
    assert page.checks.isEnabled() and page.checks.isChecked(), "the wish is kept"
    assert "pictures" in page.checks.toolTip()


def test_a_file_that_holds_its_proof_is_always_checked(exporting: ModelExport) -> None:
    page = page_of(exporting)
    page.checks.click()
    page.buttons["onnx"].click()
    assert page.checks.isChecked() and not page.checks.isEnabled() and "always" in page.checks.toolTip()
    page.buttons["numpy"].click()
    assert not page.checks.isChecked() and page.checks.isEnabled()


def test_the_hint_names_the_extra_that_there_is() -> None:
    root = Path(__file__).parents[3]
    extras = tomllib.loads((root / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    hint = 'pip install "cnnstudio[onnx]"'
    assert "onnx" in extras and hint in (root / "README.md").read_text()
    with pytest.MonkeyPatch.context() as patched:
        patched.setitem(sys.modules, "onnx", None)
        assert str(TARGETS["onnx"].why_not()).endswith(hint)


def test_what_stands_in_the_way_is_said_beside_the_button(window: Face, exporting: ModelExport, qtbot) -> None:
    page = page_of(exporting)
    for place, why in (("/nowhere/net.py", "There is no folder"), ("net.txt", "must end in .py"), ("", "Name a file")):
        page.place.setText(place)
        assert why in page.why_not.text() and not page.button.isEnabled()
    page.place.setText(str(Path.home() / "net.py"))
    assert page.button.isEnabled()
    window.studio.document.select(["softmax_1"])
    page.dismiss()


def test_a_network_that_is_no_classifier_says_so(same_window, qtbot) -> None:
    window = same_window("first_conv")
    window.studio.commands.run("export model")
    exporting = window.studio.get(MODEL_EXPORT)
    page = page_of(exporting)
    qtbot.waitUntil(lambda: "Softmax" in page.why_not.text())
    assert not page.button.isEnabled()


def test_each_target_has_its_place_and_its_text(exporting: ModelExport, qtbot) -> None:
    page = page_of(exporting)
    assert ABOUT.keys() == TARGETS.keys() == page.buttons.keys()
    page.buttons["pytorch"].click()
    qtbot.waitUntil(lambda: page.code.tabs is not None and len(page.code.tabs.buttons) == 3)
    assert page.place.text().endswith("_pytorch")
    assert page.code.tabs is not None
    page.code.tabs.buttons["train.py"].click()
    assert "--data FILE.npz" in page.code.text.toPlainText()
    page.code.copy.click()
    assert "def step_on" in QGuiApplication.clipboard().text()
    page.buttons["onnx"].click()
    qtbot.waitUntil(lambda: page.code.tabs is None)
    assert page.place.text().endswith(".onnx")


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="there is no folder that nobody can write into")
def test_what_cannot_be_written_says_that_nothing_is(exporting: ModelExport, qtbot) -> None:
    page = page_of(exporting)
    page.place.setText("/proc/net.py")
    qtbot.waitUntil(page.button.isEnabled)
    page.button.click()
    qtbot.waitUntil(lambda: titles(page) == "Nothing is written")
