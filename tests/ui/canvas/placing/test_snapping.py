"""Where a moved card comes to lie, as geometry."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, QRectF

from cnnstudio.ui.canvas.placing.snapping import REACH, on_grid, snapped

STILL = QRectF(103, 207, 120, 148)


def place(x: float, y: float, others: list[QRectF], zoom: float = 1.0) -> QPointF:
    moving = QRectF(x, y, 120, 148)
    return moving.topLeft() + snapped(moving, others, zoom).by


def test_alone_it_lies_on_the_grid() -> None:
    assert place(14, -26, []) == QPointF(10, -30)
    assert on_grid(QPointF(14, -26)) == QPointF(10, -30)


@pytest.mark.parametrize("shift", [-6, -2, 0, 3, 6])
def test_near_an_edge_it_is_flush_with_it(shift: float) -> None:
    assert place(103 + shift, 900 + shift, [STILL]).x() == 103
    assert place(900 + shift, 207 + shift, [STILL]).y() == 207


def test_further_off_the_grid_takes_over() -> None:
    assert place(103 + 8, 900, [STILL]).x() == 110
    assert place(900, 207 - 8, [STILL]).y() == 200


@pytest.mark.parametrize(("x", "wanted"), [(103 + 120 + 30 + 4, 253), (103 - 30 - 120 - 4, -47)])
def test_beside_a_card_of_its_row_it_keeps_the_usual_gap(x: float, wanted: float) -> None:
    assert place(x, 230, [STILL]).x() == wanted
    assert place(x, 900, [STILL]).x() % 10 == 0  # in another row that gap means nothing


def test_cards_of_other_heights_are_flush_at_top_or_bottom() -> None:
    tall = QRectF(0, 3, 120, 176)
    assert place(500, 5, [tall]).y() == 3
    assert place(500, 33, [tall]).y() + 148 == tall.bottom()


def test_what_is_flush_is_shown() -> None:
    guides = snapped(QRectF(105, 600, 120, 148), [STILL], 1.0).guides
    assert {(line.x1(), line.x2()) for line in guides} == {(103.0, 103.0), (223.0, 223.0)}
    assert all(line.y1() < 207 and line.y2() > 748 for line in guides)
    assert snapped(QRectF(500, 600, 120, 148), [STILL], 1.0).guides == ()


def test_the_distance_is_one_of_the_screen() -> None:
    assert place(103 + 6, 900, [STILL], zoom=2.0).x() == 110  # 12 pixels away
    assert place(103 + 3, 900, [STILL], zoom=2.0).x() == 103
    assert place(103 + 13, 900, [STILL], zoom=0.2).x() == 103
    assert place(103 + REACH[1] + 1, 900, [STILL], zoom=0.05).x() == 120
