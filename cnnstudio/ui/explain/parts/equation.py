"""The line that closes an account: sum, bias, result, and the engine's own value beside it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy

from cnnstudio.nn.explaining.accounts import BIAS
from cnnstudio.nn.explaining.parts import BarsPart, LedgerPart, Part
from cnnstudio.nn.looking.probed import agree
from cnnstudio.nn.telling.told import worded
from cnnstudio.ui.explain.parts.sums import account
from cnnstudio.ui.explain.terms import TERMS
from cnnstudio.ui.look import dressing, theme
from cnnstudio.ui.look.labels import escaped, plain_tip
from cnnstudio.ui.look.numbers import number_text, probability_text


class Equation(QLabel):
    """Four significant digits on the page, or so many more that it adds up as it stands there; all of them in the
    tooltip."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.RichText)  # made from our own words and numbers, and escaped
        self.setWordWrap(True)
        theme.wear(self, "figures")
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self._said: tuple[Part, float, tuple[str, float] | None] | None = None
        dressing.follow(self, self._write)

    def show_part(self, part: Part, engine: float, after: tuple[str, float] | None) -> None:
        """``after`` is the activation that follows, by name, and what it makes of the number."""
        self._said = (part, engine, after)
        self._write()

    def _write(self) -> None:
        if self._said is None:
            return
        part, engine, after = self._said
        look = theme.current()
        written = probability_text if isinstance(part, BarsPart) else number_text
        pieces, digits, known = [], [], []
        equals, result = "=", written(part.result)
        if isinstance(part, LedgerPart):
            told = account(part)
            equals, result = told.sign, told.result
            for step, figure in zip(part.steps, told.figures, strict=True):
                sign = f"{step.operator} " if step.operator else ""
                name = sign + worded(step.name)
                if part.blocks:  # otherwise every step has a box of its own above
                    pieces.append(f"{_soft(name)} {_number(figure, look.accent.name())}")
                digits.append(f"{name}: {step.value!r}")
            if any(block.right is not None for block in part.blocks):
                known.append(TERMS["product"])
            if any(step.name == BIAS for step in part.steps):
                known.append(TERMS["bias"])
        pieces.append(f"{equals} {_number(result, look.good.name())}")
        fits = agree(part, engine)
        mark = f'<span style="color:{(look.good if fits else look.error).name()}">{"✓" if fits else "✗"}</span>'
        pieces.append(f"{_soft('the engine computes ' + written(engine))}&nbsp;{mark}")
        if after is not None:
            pieces.append(f"{_soft('→ after ' + after[0])} {_number(number_text(after[1]), look.text.name())}")
            digits.append(f"after {after[0]}: {after[1]!r}")
        self.setText(" &nbsp; ".join(pieces))
        closing = [*known, f"result: {part.result!r}", f"engine: {engine!r}", TERMS["engine"]]
        self.setToolTip(plain_tip("\n".join([*digits, *closing])))
        self.setAccessibleName(
            f"result {written(part.result)}, engine {written(engine)}, {'equal' if fits else 'different'}"
        )


def _soft(text: str) -> str:
    colour = theme.current().secondary.name()
    return f'<span style="color:{colour}">{escaped(text).replace(" ", "&nbsp;")}</span>'


def _number(figure: str, colour: str) -> str:
    return f'<span style="color:{colour}; font-weight:600">{escaped(figure)}</span>'
