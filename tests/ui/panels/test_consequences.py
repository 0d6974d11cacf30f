"""What fitting a network to pictures is said to do is what it does."""

from __future__ import annotations

import pytest

from cnnstudio.data.preparation.measured import Brightness
from cnnstudio.design.edits.edits import remove
from cnnstudio.design.edits.fitting import fitted
from cnnstudio.design.templates import template
from cnnstudio.design.wording.problems import why_not_trainable
from cnnstudio.ui.panels.importing.consequences import ConsequenceColumn

CLASSES, SHAPE = tuple("abcd"), (16, 16, 1)


@pytest.mark.parametrize("whole", [True, False])
def test_only_a_network_that_takes_the_pictures_once_fitted_is_said_to_take_them(qtbot, whole: bool) -> None:
    design = template("lenet5")
    if not whole:
        softmax = next(node.id for node in design.graph if node.layer.kind == "softmax")
        design = remove(design, [softmax])
    brightness = Brightness(0.2, 0.3)
    column = ConsequenceColumn(costs=False)
    qtbot.addWidget(column)
    column.show_fitting(design, SHAPE, CLASSES, brightness)
    why = why_not_trainable(fitted(design, SHAPE, CLASSES, brightness), SHAPE, len(CLASSES))
    assert column.enough is whole is not why
    assert ("then takes these pictures" in column.words.text()) is whole
    assert column.trouble.isHidden() is whole and (whole or column.trouble.text().endswith(why))
