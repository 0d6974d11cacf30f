"""A lesson played with the keyboard alone, and what a screen reader is told."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QWidget

from cnnstudio.lessons.glossary import glossary
from cnnstudio.nn.telling.phrases import number_text
from cnnstudio.nn.telling.told import worded
from cnnstudio.ui.learn.cards.choice_card import ChoiceCard
from cnnstudio.ui.shell.sheets.glossary_sheet import GlossaryBook
from cnnstudio.ui.studio.intents import ShowTerm
from cnnstudio.ui.studio.keyboard import stops_of

Key = Qt.Key


class Hands:
    """Keys that go to whatever has the focus."""

    def __init__(self, window, qtbot) -> None:
        self.window, self._qtbot = window, qtbot

    def press(self, key, times: int = 1, modifier=Qt.KeyboardModifier.NoModifier) -> None:
        for _ in range(times):
            self._qtbot.keyClick(self.window.focusWidget(), key, modifier)
            QApplication.processEvents()

    def write(self, text: str) -> None:
        self._qtbot.keyClicks(self.window.focusWidget(), text)

    def panel(self, wanted: QWidget) -> None:
        """F6 until the keyboard is in a panel."""
        for _ in stops_of(self.window.studio):
            if wanted.isAncestorOf(self.window.focusWidget()) or wanted is self.window.focusWidget():
                return
            self.press(Key.Key_F6)
        raise AssertionError("F6 never comes to this panel")

    def tab_to(self, wanted: QWidget, most: int = 40) -> None:
        for _ in range(most):
            if self.window.focusWidget() is wanted:
                return
            self.press(Key.Key_Tab)
        raise AssertionError(f"Tab never comes to {wanted.accessibleName() or wanted}")


def test_a_lesson_is_played_with_the_keyboard_alone(window, qtbot):
    hands = Hands(window, qtbot)
    window.canvas.setFocus()
    hands.press(Key.Key_6, modifier=Qt.KeyboardModifier.ControlModifier)
    learn = window.learn
    assert learn.isVisible()
    hands.panel(learn.list)
    names = list(learn.list.buttons)
    hands.tab_to(learn.list.buttons[names[0]])
    hands.press(Key.Key_Down, times=names.index("zero_padding"))
    assert learn.list.buttons["zero_padding"].hasFocus()
    hands.press(Key.Key_Space)
    page = learn.current
    assert page.lesson.id == "zero_padding"

    hands.panel(learn.views)
    hands.tab_to(page.live[0].boxes["padding"])
    hands.press(Key.Key_Up, times=2)
    assert learn.progress.has(page.lesson, "bench")

    hands.panel(learn.texts)
    for card in page.questions.values():
        hands.tab_to(card.field)
        assert str(card.drawn.numbers["n"]) in card.field.accessibleDescription()
        hands.write(number_text(card.drawn.wrong[0][0]))
        hands.press(Key.Key_Return)
        assert card.reply.words == worded(card.drawn.wrong[0][1])
        hands.write(number_text(card.drawn.answer))  # over the wrong one, which is selected
        hands.press(Key.Key_Return)
        assert learn.progress.has(page.lesson, card.question.id)

    for card in (card for name, card in page.asking.items() if name not in page.questions):
        assert isinstance(card, ChoiceCard)
        hands.tab_to(card.options[card.offered.right])
        hands.press(Key.Key_Return)
        assert learn.progress.has(page.lesson, card.question.id)

    left = window.focusWidget()
    hands.panel(window.canvas)
    for _ in range(8):
        if window.document.selection == {"conv2d_1"}:
            break
        hands.press(Key.Key_Right, modifier=Qt.KeyboardModifier.ControlModifier)
    assert window.document.selection == {"conv2d_1"}
    hands.press(Key.Key_Return)  # the settings
    named = (w for w in window.inspector.findChildren(QWidget) if w.accessibleName() == "Padding")
    padding = next(w for w in named if w.isVisible())
    hands.tab_to(padding)
    hands.press(Key.Key_Down)
    QApplication.processEvents()
    assert window.document.project.design.graph["conv2d_1"].layer.padding == "same"
    assert learn.progress.whole(page.lesson)

    hands.panel(learn.texts)
    assert window.focusWidget() is left, "whoever has done a task reads on there"
    hands.tab_to(page.next)
    hands.press(Key.Key_Space)
    assert learn.current.lesson.id == "pooling"


class Shown(QObject):
    """Collects the windows that are shown."""

    def __init__(self) -> None:
        super().__init__()
        self.windows: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.windows.append(type(watched).__name__)
        return False


def test_layers_are_put_into_a_wire_as_the_hint_says(window, qtbot):
    """“Go to Conv 2D on the canvas with Ctrl and the arrow keys, press Tab, type “relu” and press Enter; then Tab again
    for Conv 2D.”"""
    hands = Hands(window, qtbot)
    window.canvas.setFocus()
    hands.press(Key.Key_6, modifier=Qt.KeyboardModifier.ControlModifier)
    window.learn.show_lesson("in_sequence")
    page = window.learn.current
    hands.panel(window.canvas)
    hands.press(Key.Key_Right, times=2, modifier=Qt.KeyboardModifier.ControlModifier)
    assert window.document.selection == {"conv2d_1"}
    for name in ("relu", "conv 2d"):
        hands.press(Key.Key_Tab)
        hands.write(name)
        hands.press(Key.Key_Return)
    assert window.learn.progress.has(page.lesson, "second")


def test_no_lesson_and_no_page_shows_a_window_of_its_own(learning, qtbot):
    """A part that is shown before it has its place flashes up as a window and takes the keyboard away."""
    shown = Shown()
    QApplication.instance().installEventFilter(shown)
    for name in learning.learn.list.buttons:
        learning.learn.show_lesson(name)
        QApplication.processEvents()
    learning.studio.intents.ask(ShowTerm("filter"))
    for known in glossary():
        learning.findChild(GlossaryBook).open_term(known.name)
    QApplication.instance().removeEventFilter(shown)
    assert shown.windows == []
    assert learning.isActiveWindow()


def test_whatever_takes_the_keyboard_has_a_name(learning):
    learn = learning.learn
    for name in learn.list.buttons:
        learn.show_lesson(name)
        for number in range(len(learn.current.live)):
            learn.current.show_view(number)
            QApplication.processEvents()
            nameless = [
                type(widget).__name__
                for part in (learn.texts, learn.views, learn.list)
                for widget in part.findChildren(QWidget)
                if widget.isVisible()
                and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
                and not (widget.accessibleName() or getattr(widget, "text", str)())
                and not widget.objectName().startswith("qt_")
            ]
            assert nameless == [], name


def test_f6_leads_to_what_the_arrow_keys_move(learning, qtbot):
    hands = Hands(learning, qtbot)
    for name in ("volumes", "one_filter", "why_28", "sharing", "typical"):
        learning.learn.show_lesson(name)
        page = learning.learn.current
        for number, view in enumerate(page.live):
            page.show_view(number)
            QApplication.processEvents()
            if view.first is None or not view.first.isVisible():
                continue
            learning.learn.list.setFocus()
            hands.panel(learning.learn.views)
            assert learning.focusWidget() is view.first, (name, number)
