"""How good it is, honestly: the accuracy with its interval, class by class, and what the other scores say."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSpinBox, QVBoxLayout, QWidget

from cnnstudio.nn.arrays import thousands
from cnnstudio.nn.telling.phrases import amount, percent
from cnnstudio.nn.training.scores import among_first, by_class, interval, log_loss
from cnnstudio.ui.evaluate.class_table import ClassTable
from cnnstudio.ui.evaluate.interval_bar import IntervalBar
from cnnstudio.ui.look import dressing, theme
from cnnstudio.ui.look.labels import label, plain_tip
from cnnstudio.ui.look.numbers import number_text
from cnnstudio.ui.run.evaluation import EvaluationResult

#: so many first answers are counted before others are asked for, where there are more classes than that
FIRST = 3


class HowGood(QWidget):
    """Shows a result; its table says which class is chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.share, self.of = label("", "lesson-title"), label("", "soft", wrap=True)
        self.interval, self.meaning = IntervalBar(), label("", "secondary", wrap=True)
        self.classes = ClassTable()
        self.facts = [label("", "secondary", wrap=True) for _ in range(3)]
        self.first = self._among_first()
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.share, 0, Qt.AlignmentFlag.AlignBottom)
        line.addWidget(self.of, 1, Qt.AlignmentFlag.AlignBottom)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 10, 12, 10)
        column.setSpacing(4)
        column.addLayout(line)
        column.addWidget(self.interval)
        column.addWidget(self.meaning)
        column.addSpacing(4)
        column.addWidget(self.classes, 1)
        column.addSpacing(2)
        column.addWidget(self.first)
        for fact in self.facts:
            column.addWidget(fact)
        column.addStretch(0)
        self._grow()
        dressing.follow(self, self._grow)
        self._result: EvaluationResult | None = None
        self._order: tuple[int, ...] = ()

    def _among_first(self) -> QWidget:
        """So many answers may be wrong before the right one: as many as are asked for."""
        made = QWidget()
        made.setToolTip(plain_tip("Top-k accuracy: how often the right class is among the likeliest answers"))
        self.many, self.among = QSpinBox(), label("", "secondary")
        self.many.setRange(2, FIRST)
        self.many.setValue(FIRST)
        self.many.setAccessibleName("How many of the first answers count")
        self.many.valueChanged.connect(self._show_first)
        line = QHBoxLayout(made)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        line.addWidget(label("Among the first", "secondary"))
        line.addWidget(self.many)
        line.addWidget(self.among, 1)
        return made

    def _show_first(self) -> None:
        if self._result is not None:
            found = self._result.confusion.evaluation
            share = among_first(found.probabilities, found.labels, self.many.value())
            self.among.setText(f"answers: {percent(share)}")

    def _grow(self) -> None:
        """Room for the table, in whatever size text is."""
        self.setMinimumWidth(theme.scaled(284))

    def show_result(self, result: EvaluationResult, order: tuple[int, ...]) -> None:
        """Show another result, its classes in this order."""
        if result is self._result and order == self._order:
            return
        self._result, self._order = result, order
        confusion = result.confusion
        found, images = confusion.evaluation, len(confusion.labels)
        low, high = interval(confusion.right, images)
        guess = float(confusion.counts.sum(1).max()) / max(1, images)
        self.share.setText(percent(found.accuracy))
        self.of.setText(f"of {amount(images, 'test picture')} right")
        self.of.setToolTip(plain_tip(f"Right: {thousands(confusion.right)} of {thousands(images)}"))
        between = f"On new pictures of this kind between {percent(low)} and {percent(high)}, 95 times in 100."
        guessing = f"Always naming the commonest class gets {percent(guess)}."
        self.interval.show_share(found.accuracy, (low, high), guess, f"{between} {guessing}")
        self.meaning.setText("On new pictures of this kind: between these, 95 times in 100.")
        self.meaning.setToolTip(
            plain_tip(f"{between} {guessing} The range is Wilson’s interval: it is wide where there are few pictures.")
        )
        self._show_facts(result)
        self.classes.show_scores(by_class(confusion.counts), result.data.classes, order)

    def _show_facts(self, result: EvaluationResult) -> None:
        confusion, found = result.confusion, result.confusion.evaluation
        classes = found.probabilities.shape[1]
        balanced = f"Every class counting alike: {percent(confusion.balanced_accuracy)}."
        lost, guessing = log_loss(found.probabilities, found.labels), math.log(classes)
        loss = f"Log loss {number_text(lost)} (0 is best, guessing has {number_text(guessing)})."
        self.first.setVisible(classes > FIRST)
        self.many.setMaximum(max(FIRST, classes - 1))
        self._show_first()
        drawn = result.of.snapshot.drawn
        facts = (
            ("Said with its first weights, drawn at random, before any training." if drawn else "", ""),
            (
                balanced,
                "Balanced accuracy: the mean of all recalls, in which a rare class counts as much as a common one",
            ),
            (
                loss,
                "The mean of −log of what the right class gets: large where it is sure and wrong",
            ),
        )
        for fact, (words, tip) in zip(self.facts, facts, strict=True):
            fact.setText(words)
            fact.setVisible(bool(words))
            fact.setToolTip(plain_tip(tip))
