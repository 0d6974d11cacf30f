"""The words on a card: the last of them, which is what is unusual, is not the one that is cut."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from cnnstudio.nn.layers.convolution.conv2d import Conv2D
from cnnstudio.nn.layers.convolution.conv_transpose2d import ConvTranspose2D
from cnnstudio.ui.canvas.items.card_texts import card_texts


def test_settings_that_have_no_room_are_said_in_fewer_signs(qtbot: QtBot) -> None:
    for layer in (Conv2D(16, (3, 3), padding="same"), ConvTranspose2D(128, (3, 3), stride=(1, 1), padding="same")):
        said = card_texts(layer, "Conv 2D", None, 100.0).summary
        assert said.endswith(", same") and str(layer.filters) in said and "3×3" in said
    assert card_texts(Conv2D(6, (5, 5)), "Conv 2D", None, 100.0).summary == "6 filters 5×5", "where there is room"
