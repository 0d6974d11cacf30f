"""Tab goes as one reads, whenever things were made."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from cnnstudio.ui.widgets.layouts.reading_order import step


class Sheet(QWidget):
    def focusNextPrevChild(self, next: bool) -> bool:
        return step(self, next)


def put(around: QWidget, places: dict[str, tuple[int, int, int, int]]) -> None:
    for name, place in places.items():
        field = QLineEdit(name, around)
        field.setGeometry(QRect(*place))


def walked(sheet: QWidget, qtbot, *, forward: bool = True) -> str:
    qtbot.addWidget(sheet)
    sheet.show()
    sheet.activateWindow()
    qtbot.waitUntil(sheet.isActiveWindow)
    first = min(sheet.findChildren(QLineEdit), key=QLineEdit.text)
    first.setFocus()
    found = [first.text()]
    key = Qt.Key.Key_Tab if forward else Qt.Key.Key_Backtab
    while len(found) < 20:
        QTest.keyClick(QApplication.focusWidget(), key)
        if QApplication.focusWidget() is first:
            break
        found.append(QApplication.focusWidget().text())
    return "".join(found)


def test_rows_then_columns_whatever_was_made_first(qtbot) -> None:
    sheet = Sheet()
    sheet.resize(400, 300)
    put(sheet, {"f": (0, 250, 400, 30), "b": (100, 4, 60, 30), "a": (0, 0, 60, 38)})
    right, left = QWidget(sheet), QWidget(sheet)
    right.setGeometry(200, 50, 200, 190)
    left.setGeometry(0, 50, 190, 190)
    put(right, {"e": (0, 100, 50, 30), "d": (0, 0, 50, 30)})
    put(left, {"c": (0, 150, 50, 30)})
    assert walked(sheet, qtbot) == "abcdef"


def test_backwards_it_is_the_same_way(qtbot) -> None:
    sheet = Sheet()
    sheet.resize(400, 300)
    put(sheet, {"c": (0, 100, 40, 30), "b": (60, 0, 40, 30), "a": (0, 0, 40, 30)})
    assert walked(sheet, qtbot, forward=False) == "acb"


def test_what_lies_over_a_panel_comes_before_what_is_in_it(qtbot) -> None:
    sheet = Sheet()
    sheet.resize(400, 300)
    panel = QWidget(sheet)
    panel.setGeometry(0, 0, 400, 300)
    put(panel, {"b": (0, 0, 40, 30), "c": (0, 200, 40, 30)})
    put(sheet, {"a": (100, 10, 40, 30)})
    assert walked(sheet, qtbot) == "abc"


def test_what_is_hidden_or_cannot_be_used_is_passed_by(qtbot) -> None:
    sheet = Sheet()
    sheet.resize(400, 300)
    put(sheet, {"a": (0, 0, 40, 30), "x": (60, 0, 40, 30), "y": (120, 0, 40, 30), "b": (180, 0, 40, 30)})
    by_name = {field.text(): field for field in sheet.findChildren(QLineEdit)}
    by_name["x"].setEnabled(False)
    by_name["y"].hide()
    assert walked(sheet, qtbot) == "ab"


def test_alone_it_says_that_there_is_no_other(qtbot) -> None:
    sheet = Sheet()
    put(sheet, {"a": (0, 0, 40, 30)})
    assert walked(sheet, qtbot) == "a" and not step(sheet, True)
