"""Pictures one after the other as a camera gives them, or a film in a file; opencv's VideoCapture reads both."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from cnnstudio.data.dataset import DataError, Pixels
from cnnstudio.files.plain import is_plain
from cnnstudio.nn.telling.told import Sentence

#: pictures a second that are taken
RATE = 10
#: how films in files end
ENDINGS = (".mp4", ".mov", ".avi", ".mkv", ".webm", ".m4v")


def why_no_film() -> Sentence | None:
    """What is to be done before cameras and films can be read; None where they can."""
    if find_spec("cv2") is not None:
        return None
    return Sentence(
        "Cameras and films are read with the package opencv-python-headless. Install it: "
        'pip install "cnnstudio[camera]"'
    )


class Film:
    """An open camera, by its number from 0, or a film in a file. Close it with ``close``.

    Raises:
        DataError: opencv is not installed, there is no such camera, or the file is no film.
    """

    def __init__(self, source: int | Path) -> None:
        if (why := why_no_film()) is not None:
            raise DataError(why)
        os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")  # quiet; it is asked for once, at the start
        import cv2

        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)  # what is wrong is raised here, in words

        if isinstance(source, Path) and not is_plain(source):
            raise DataError("There is no film at {path}: choose a file.", path=source)
        self._colours: Any = lambda frame: cv2.cvtColor(frame, cv2.COLOR_BGR2RGB)
        self._capture: Any = cv2.VideoCapture(source if isinstance(source, int) else str(source))
        if not self._capture.isOpened():
            if isinstance(source, int):
                raise DataError(
                    "There is no camera number {number}, or another program uses it: plug one in, close that one, or "
                    "choose a film in its place.",
                    number=source,
                )
            raise DataError("{path} is no film that can be read: choose an MP4, AVI, MOV or WebM file.", path=source)
        # of a film only as many pictures as are wanted a second; a camera gives the newest each time
        self._skipped = 0
        if isinstance(source, Path):
            self._skipped = max(0, round(self._capture.get(cv2.CAP_PROP_FPS) / RATE) - 1)
        else:
            self._capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)

    def next(self) -> Pixels | None:
        """The next picture, uint8 (H, W, 3), a tenth of a second after the one before; None where there is none any
        more."""
        there, frame = self._capture.read()
        if not there:
            return None
        for _ in range(self._skipped):
            self._capture.grab()
        if frame.ndim == 2:
            frame = np.repeat(frame[:, :, None], 3, axis=2)
        found: Pixels = self._colours(frame)
        return found

    def close(self) -> None:
        """Let the camera or the file go. Safe to call twice."""
        self._capture.release()
