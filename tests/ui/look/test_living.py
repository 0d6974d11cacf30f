"""Widgets are listed while garbage of windows lies around."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
LISTS = {"allWidgets", "topLevelWidgets"}

#: windows that only garbage refers to; Python is about to look for garbage after the first, the second … wrapper
GARBAGE = """
import gc
from PySide6.QtWidgets import QApplication, QTextEdit, QWidget
from cnnstudio.ui.look.living import living_widgets, living_windows

class Window(QWidget):
    def __init__(self):
        super().__init__()
        self.itself = self
        self.texts = [QTextEdit(self) and None for _ in range(6)]

app = QApplication([])
gc.freeze()
{name} = QApplication.{name}
for further in range(60):
    gc.disable()
    gc.collect()
    for _ in range(6):
        Window()
    gc.set_threshold(gc.get_count()[0] + 1 + further)
    gc.enable()
    found = {ask}()
    gc.disable()
    assert len([type(each).__name__ for each in found]) >= 6
"""


@pytest.mark.parametrize("ask", ["living_widgets", "living_windows"])
def test_garbage_waits_until_the_list_is_whole(ask: str) -> None:
    code = GARBAGE.format(name="allWidgets", ask=ask)
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_nobody_else_asks_qt_for_them() -> None:
    asking = set()
    for path in [*(ROOT / "cnnstudio").rglob("*.py"), *(ROOT / "tests").rglob("*.py")]:
        text = path.read_text(encoding="utf-8")
        if not any(name in text for name in LISTS):
            continue
        if any(isinstance(node, ast.Attribute) and node.attr in LISTS for node in ast.walk(ast.parse(text))):
            asking.add(path.relative_to(ROOT).as_posix())
    assert asking == {"cnnstudio/ui/look/living.py"}
