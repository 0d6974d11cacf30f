"""The words on a card: none of its settings is cut off, whatever they are."""

from __future__ import annotations

import itertools

import pytest
from pytestqt.qtbot import QtBot

from cnnstudio.export.card_figure import INSET, SMALL, WIDTH
from cnnstudio.export.lettering import fitted_lines, text_width
from cnnstudio.nn.arrays import shape_text, ways_to_count
from cnnstudio.nn.graph.layer import Layer, layer_kinds
from cnnstudio.nn.layers.convolution.conv2d import Conv2D
from cnnstudio.nn.layers.convolution.conv_transpose2d import ConvTranspose2D
from cnnstudio.nn.settings import SettingError
from cnnstudio.nn.telling.told import worded
from cnnstudio.ui.canvas import measures as m
from cnnstudio.ui.canvas.items.card_texts import card_texts, fitted_texts

#: for every setting that a card speaks of, the usual and the longest
VALUES: dict[str, tuple[object, ...]] = {
    "filters": (6, 512), "units": (10, 4096), "kernel": ((3, 3), (11, 11)), "stride": ((1, 1), (2, 2), (2, 1)),
    "padding": ("valid", "same", (1, 1, 1, 1)), "dilation": ((1, 1), (64, 64)), "groups": (1, 32),
    "bias": (True, False), "multiplier": (1, 4), "round_up": (False, True), "count_padding": (True, False),
}  # fmt: skip


def settings_of(kind: str) -> list[Layer]:
    """The layer with these values in every combination that there is."""
    made, cls = [], layer_kinds()[kind]
    names = [about.name for about in cls.settings() if about.name in VALUES]
    for values in itertools.product(*(VALUES[name] for name in names)):
        try:
            made.append(cls(**dict(zip(names, values, strict=True))))
        except SettingError:
            continue
    return made


@pytest.mark.parametrize("kind", layer_kinds())
def test_no_word_of_a_card_is_cut_on_the_canvas_or_in_a_figure(qtbot: QtBot, kind: str) -> None:
    layers = settings_of(kind)
    assert layers
    for layer in layers:
        full, brief = worded(layer.summary()), worded(layer.brief())
        drawn = card_texts(layer, "layer", None, m.CARD_WIDTH).summary
        printed = fitted_lines(full, brief, lambda text: text_width(text, SMALL - 1) <= WIDTH - 2 * INSET)
        for lines in (drawn, printed):
            assert " ".join(lines) in (full, brief), lines
            assert len(lines) <= 4
        assert max(map(m.metrics(m.narrow_font).horizontalAdvance, drawn)) <= m.CARD_WIDTH - 2 * m.INSET, drawn
        assert max(text_width(line, SMALL - 1) for line in printed) <= WIDTH - 2 * INSET, printed


def test_a_name_has_the_room_there_is(qtbot: QtBot) -> None:
    for kind in layer_kinds().values():
        assert card_texts(kind(), kind.title, None, 102.0).title == kind.title
    assert card_texts(Conv2D(), "Conv 2D", None, 102.0).title_font is m.title_font


def test_settings_that_have_no_room_are_said_in_fewer_signs(qtbot: QtBot) -> None:
    for layer in (Conv2D(16, (3, 3), padding="same"), ConvTranspose2D(128, (3, 3), stride=(1, 1), padding="same")):
        said = " ".join(card_texts(layer, "Conv 2D", None, 100.0).summary)
        assert said.endswith(", same") and str(layer.filters) in said and "3×3" in said
    assert " ".join(card_texts(Conv2D(6, (5, 5)), "Conv 2D", None, 100.0).summary) == "6 filters 5×5", "there is room"
    said = " ".join(card_texts(Conv2D(128, (3, 3), (2, 2), "same"), "Conv 2D", None, 100.0).summary)
    assert said in ("128 × 3×3, /2, same", "128 filters 3×3, stride 2, same"), "the latter in two lines of wide letters"


@pytest.mark.parametrize("shape", [(14, 14, 128), (112, 112, 64), (224, 224, 1024), (16384,)])
def test_a_shape_is_whole_whatever_stands_beside_it(qtbot: QtBot, shape: tuple[int, ...]) -> None:
    for parameters in (0, 160, 18_560, 2_359_808, 102_764_544):
        said = fitted_texts("layer", "", shape_text(shape), parameters, 100.0)
        assert said.shape == shape_text(shape)
        font = m.narrow_shape_font if said.narrow_shape else m.shape_font
        wide = m.metrics(font).horizontalAdvance(said.shape) + m.metrics(m.line_font).horizontalAdvance(said.parameters)
        assert wide <= m.CARD_WIDTH - 2 * m.INSET
    assert fitted_texts("layer", "", "10", 18_560, 100.0).parameters == "18\u202f560", "where there is room"


def test_a_count_has_three_digits_where_not_all_have_room() -> None:
    counts = {
        0: "0",
        999: "999",
        18_560: "18.6\u202fk",
        999_600: "1\u202fM",
        2_359_808: "2.36\u202fM",
        102_764_544: "103\u202fM",
    }
    assert {number: ways_to_count(number)[-2] for number in counts} == counts


def test_names_that_differ_in_their_number_alone_are_told_apart(qtbot: QtBot) -> None:
    names = ["Global average pooling 2", "Global average pooling 13", "Global average pooling"]
    titles = [card_texts(layer_kinds()["global_average_pool"](), name, None, 70.0).title for name in names]
    assert len(set(titles)) == 3 and titles[0].endswith("… 2") and titles[1].endswith("… 13")
