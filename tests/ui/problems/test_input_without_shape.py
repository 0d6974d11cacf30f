"""An Input layer whose own settings contradict each other has no shape; every part of the window lives with it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtWidgets import QApplication

from cnnstudio.design.edits import edits


def test_a_mean_for_each_of_too_many_channels_is_a_problem_and_no_fault(window, qtbot, tmp_path: Path):
    qtbot.waitUntil(lambda: window.data.dataset is not None)
    design = window.document.project.design
    layer = design.graph["input_1"].layer.replace(mean=(0.1, 0.2))
    window.document.select([])
    window.document.edit("Change mean", edits.configure(design, "input_1", layer))
    assert "2 numbers" in window.run_control.why_not()
    assert not window.notices.current
    for name in ("Train", "Explain", "Learn", "Build"):
        window.workspaces.show(name)
        QApplication.processEvents()
    assert "2 numbers" in window.inspector.summary.advice

    Image.fromarray(np.zeros((28, 28), np.uint8)).save(tmp_path / "mine.png")
    window.open_any(tmp_path / "mine.png")
    qtbot.waitUntil(lambda: bool(window.notices.current))
    (notice,) = window.notices.current
    assert notice.kind == "warning" and notice.text.startswith("mine.png: Input: Its mean has 2 numbers")
    window.commands.run("undo")
    assert window.run_control.why_not() == ""
