"""``cnnstudio`` opens the window; with a command it stays in the terminal and never imports Qt."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path


def main() -> int:
    """The program: picks the window or the command line by its arguments and gives the exit code."""
    from cnnstudio.cli.main import COMMANDS
    from cnnstudio.cli.main import main as command_line

    arguments = sys.argv[1:]
    if all(argument not in COMMANDS and Path(argument).is_file() for argument in arguments):
        from cnnstudio.ui.display import open_window

        return open_window(_application, arguments)
    return command_line(arguments)


def _application() -> Callable[[list[str]], int]:
    from cnnstudio.app import run

    return run


if __name__ == "__main__":
    sys.exit(main())
