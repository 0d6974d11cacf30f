"""The line that closes a way back: the gradient by its account, by the engine, and by trying."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy

from cnnstudio.nn.looking.backward_pass import BackExplanation
from cnnstudio.ui.explain.terms import TERMS
from cnnstudio.ui.look import dressing, theme
from cnnstudio.ui.look.labels import escaped, plain_tip
from cnnstudio.ui.look.numbers import number_text


class Verdict(QLabel):
    """The gradient by the account, by the engine, and by trying."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.RichText)  # made from our own words and numbers, and escaped
        self.setWordWrap(True)
        theme.wear(self, "figures")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self._said: tuple[BackExplanation, str] | None = None
        dressing.follow(self, self._write)

    def show_found(self, found: BackExplanation, what: str) -> None:
        """``what`` names the gradient."""
        self._said = (found, what)
        self._write()

    def _write(self) -> None:
        if self._said is None:
            return
        found, what = self._said
        look = theme.current()
        soft, good, bad = look.secondary.name(), look.good.name(), look.error.name()
        fits = found.confirmed
        adds_up = found.part is None or bool(np.isclose(found.part.result, found.engine, rtol=1e-6, atol=1e-12))
        result = found.engine if found.part is None else found.part.result
        left, right = found.slopes
        tried = f"{number_text(left)} below, {number_text(right)} above" if found.corner else number_text(found.nearest)
        pieces = [
            f'<span style="color:{soft}">{escaped(what)} =</span> '
            f'<span style="color:{good}; font-weight:600">{number_text(result)}</span>',
            f'<span style="color:{soft}">the engine: {number_text(found.engine)}</span> {_mark(adds_up, good, bad)}',
            f'<span style="color:{soft}">moved a little and measured: {tried}</span> {_mark(fits, good, bad)}',
        ]
        self.setText(" &nbsp; ".join(pieces))
        tried_fully = f"{left!r} below, {right!r} above" if found.corner else repr(found.numeric)
        account = "" if found.part is None else f"account: {found.part.result!r}\n"
        words = "By trying: the number is moved a little up and down, and the loss computed again."
        if found.corner:
            words += (
                "\nThe loss has a corner here, such as a ReLU's at 0 or a maximum's between equal numbers: it has one "
                "slope below and another above, and a gradient between them is right."
            )
        self.setToolTip(
            plain_tip(f"{account}engine: {found.engine!r}\nby trying: {tried_fully}\n{words}\n{TERMS['gradient']}")
        )


def _mark(good: bool, yes: str, no: str) -> str:
    return f'<span style="color:{yes if good else no}">{"✓" if good else "✗"}</span>'
