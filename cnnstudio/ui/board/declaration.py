"""Build and Train, the two workspaces on the board."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from cnnstudio.ui.board.board import Board
from cnnstudio.ui.studio.declared import Around, Part, Stop, Workspace
from cnnstudio.ui.studio.studio import Studio

BOARD = Part(name="board", make=Board, shutdown=Board.remember)


def _board(studio: Studio) -> Board:
    return studio.get(BOARD)


def _canvas(board: Board) -> QWidget:
    widget = board.sides()[1]
    return widget.focusProxy() or widget


def _stops(_studio: Studio, board: Board) -> list[Stop]:
    return board.stops()


def _leave(_studio: Studio, board: Board) -> None:
    board.leave()


def _around(_studio: Studio, board: Board) -> Around:
    left, _, right = board.sides()
    return Around(left, right, (board.below,))


BUILD = Workspace(
    name="Build",
    help="Draw the network: layers, wires and their settings",
    make=_board,
    main=_canvas,
    stops=_stops,
    enter=lambda _studio, board: board.arrange("Build", 0.28),
    leave=_leave,
    around=_around,
    of_designs=True,
)

TRAIN = Workspace(
    name="Train",
    help="Watch it learn: loss, accuracy and feature maps",
    make=_board,
    main=_canvas,
    stops=_stops,
    enter=lambda _studio, board: board.arrange("Train", 0.34),
    leave=_leave,
    around=_around,
    whole_bar=True,
)

#: what this folder declares
DECLARED = (BOARD, BUILD, TRAIN)
