"""Published sets are fetched from the menu, from a server on this computer, and learned from once they are here."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from loopback import Server, letters, serving

from cnnstudio.data.downloads.published import PUBLISHED
from cnnstudio.ui.panels.bars.declaration import DATA as CHIP
from cnnstudio.ui.panels.importing.declaration import FETCHING
from tests.ui.face import Face


@pytest.fixture
def server(drawn_digits: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("CNNSTUDIO_CACHE", str(tmp_path / "cache"))
    with serving() as found:
        monkeypatch.setitem(PUBLISHED, "kmnist", letters(found, "kmnist"))
        yield found


def press(window: Face, title: str) -> None:
    """The entry of the menu that begins so."""
    (downloads,) = [
        action.menu() for action in window.studio.get(CHIP).menu.menu.actions() if action.text() == "Download"
    ]
    window.studio.get(CHIP).menu.menu.aboutToShow.emit()
    (entry,) = [action for action in downloads.actions() if action.text().startswith(title)]
    entry.trigger()


def test_a_set_is_stopped_gone_on_with_and_learned_from(window: Face, qtbot, server: Server) -> None:
    server.holds = holds = threading.Event()
    press(window, "Letters (")
    fetching = window.studio.get(FETCHING)
    assert fetching.job is not None
    (notice,) = [each for each in window.notices.current if each.action_title == "Stop"]
    qtbot.waitUntil(lambda: fetching.job is not None and fetching.job.state == "parked" and bool(server.asked))
    assert notice.action is not None
    notice.action()
    qtbot.waitUntil(lambda: fetching.job is None)
    (notice,) = [each for each in window.notices.current if each.action_title == "Go on"]
    holds.set()
    server.holds = None
    assert notice.action is not None and PUBLISHED["kmnist"].is_here is False
    notice.action()
    qtbot.waitUntil(lambda: window.data.dataset is not None and window.data.source == "kmnist")
    assert window.data.title == "Letters" and window.data.classes == tuple("abcdefghij")
    assert window.document.project.design.recipe.data.source == "kmnist"
    for file in PUBLISHED["kmnist"].folder.iterdir():
        file.unlink()
    window.data.choose("digits")
    qtbot.waitUntil(lambda: window.data.source == "digits")
    server.files.clear()
    press(window, "Letters (")
    qtbot.waitUntil(lambda: any("cannot be fetched" in each.text for each in window.notices.current))
    assert window.data.source == "digits"


def test_a_design_whose_set_is_not_here_offers_to_fetch_it(window: Face, qtbot, server: Server) -> None:
    design = window.document.project.design
    data = design.recipe.data.taken_from("kmnist")
    window.document.edit("Choose data", design.with_changes(recipe=design.recipe.replace(data=data)))
    qtbot.waitUntil(lambda: any(each.action_title.startswith("Fetch it") for each in window.notices.current))
    (notice,) = [each for each in window.notices.current if each.action_title.startswith("Fetch it")]
    assert "Letters, which is not on this computer yet" in notice.text and notice.action is not None
    notice.action()
    qtbot.waitUntil(lambda: window.data.dataset is not None and window.data.source == "kmnist")
