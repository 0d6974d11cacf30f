"""``cnnstudio`` opens the window; with a command it stays in the terminal and imports no Qt,
except to paint a PDF or PNG."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cnnstudio.design.value.design import Design
    from cnnstudio.export.figure import Figure


def main() -> int:
    """The program: picks the window or the command line by its arguments and gives the exit code."""
    arguments = sys.argv[1:]
    if not arguments or _name_files(arguments):
        gc.disable()  # nothing of what a start makes is garbage; the application looks for it once it is painted
        from cnnstudio.ui.start.display import open_window

        return open_window(_application, arguments)
    from cnnstudio.cli.main import main as command_line

    return command_line(arguments, _paint, _print)


def _name_files(arguments: list[str]) -> bool:
    """Whether they name files to be opened; of those that are not there the window says so."""
    from cnnstudio.cli.main import COMMANDS
    from cnnstudio.files.plain import is_plain

    names = not any(argument in COMMANDS or argument.startswith("-") for argument in arguments)
    return names and any(is_plain(argument) for argument in arguments)


def _application() -> Callable[[list[str]], int]:
    # The engine shares its work out itself; threads of BLAS would only spin beside the start.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from cnnstudio.app import run

    return run


def _paint(design: Design, figure: Figure, format_name: str, scale: float) -> bytes:
    from cnnstudio.ui.start.without_screen import figure_file

    return figure_file(design, figure, format_name, scale)


def _print(page: str) -> bytes:
    from cnnstudio.ui.start.without_screen import page_file

    return page_file(page)


if __name__ == "__main__":
    sys.exit(main())
