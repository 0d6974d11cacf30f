"""Build and Train, the two workspaces on the board."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from PySide6.QtWidgets import QWidget

from cnnstudio.ui.board.board import Board
from cnnstudio.ui.commands.command import Listed
from cnnstudio.ui.studio.declared import Around, Panel, Part, Stop, Workspace
from cnnstudio.ui.studio.keyboard import enter
from cnnstudio.ui.studio.studio import Studio


def _offers(studio: Studio) -> tuple[()]:
    studio.commands.add_list(lambda: _tabs(studio))
    return ()


def _tabs(studio: Studio) -> Iterator[Listed]:
    """The tabs below the canvas, for the search."""
    for panel in studio.panels("tab"):
        yield Listed(f"tab {panel.name}", f"Show {panel.name}", partial(_show_tab, studio, panel), help=panel.tip)


def _show_tab(studio: Studio, panel: Panel[Any, Any]) -> None:
    if studio.workspaces.current not in panel.workspaces:
        studio.workspaces.show(panel.workspaces[0])
    tabs = studio.get(BOARD).tabs
    tabs.choose(panel.name)
    enter(tabs.stop)


BOARD: Part[Studio, Board] = Part(name="board", make=Board, offers=_offers, shutdown=Board.remember)


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
    words="loss curves",
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
