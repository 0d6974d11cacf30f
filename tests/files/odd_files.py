"""What lies at a path and is no file, and every reader that might take it for one."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

from cnnstudio import opening
from cnnstudio.data.library import open_data
from cnnstudio.data.pictures.picture import read_picture
from cnnstudio.export.embedding import read_figure
from cnnstudio.lessons.reading.reader import read_course
from cnnstudio.project.file import load_project

KINDS = ("pipe", "socket", "zero", "random", "terminal")


def put(path: Path, kind: str) -> Path:
    """Something that is no file."""
    match kind:
        case "pipe":
            os.mkfifo(path)
        case "socket":
            here = Path.cwd()
            os.chdir(path.parent)  # the names of sockets are short
            try:
                with socket.socket(socket.AF_UNIX) as listening:
                    listening.bind(path.name)
            finally:
                os.chdir(here)
        case _:
            path.symlink_to({"zero": "/dev/zero", "random": "/dev/urandom", "terminal": "/dev/ptmx"}[kind])
    return path


READERS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "project": ("a.cnn", load_project),
    "design": ("a.json", opening.open_design),
    "figure": ("a.svg", read_figure),
    "figure in a picture": ("a.png", read_figure),
    "picture": ("a.png", lambda path: read_picture(path, (8, 8, 3))),
    "data": ("train-images-idx3-ubyte", open_data),
    "data in a folder": ("train-images-idx3-ubyte", lambda path: open_data(path.parent)),
    "packed data": ("train-images-idx3-ubyte.gz", open_data),
    "lessons": ("a.json", lambda path: read_course(path.parent)),
}
