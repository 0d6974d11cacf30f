"""Exported code computed in a process of its own: in a folder made for it, which holds nothing but the export."""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnstudio.nn.telling.told import WordedError

#: how a script is called that computes an export, what it finds and what it leaves
_SCRIPT, _GIVEN, _FOUND, _VERSIONS = "judge.py", "given.npz", "found.npz", "versions.json"
#: how long nobody looks whether the process has ended
_SECONDS = 0.05


class NotComputed(WordedError):
    """Exported code could not be computed where it was to be; ``str()`` is one sentence that says why."""


@dataclass(frozen=True, eq=False)
class Found:
    """The arrays that a process has made, by name, and the versions of what it made them with."""

    arrays: Mapping[str, NDArray[Any]]
    versions: Mapping[str, str]


def computing(
    files: Mapping[str, bytes], script: str, given: Mapping[str, NDArray[Any]]
) -> Generator[Found | None, None, None]:
    """Lay the files into a folder and run the script there, which reads ``given.npz`` and writes ``found.npz`` and
    ``versions.json``. None while it runs, then what it found; whoever closes the generator ends the process.

    Raises:
        NotComputed: it ended in an error, or left nothing.
    """
    with tempfile.TemporaryDirectory(prefix="cnnstudio-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        for file, content in files.items():
            (folder / file).write_bytes(content)
        np.savez(folder / _GIVEN, **given)  # type: ignore[arg-type, unused-ignore]
        (folder / _SCRIPT).write_text(script, encoding="utf-8")
        with (folder / "said").open("wb") as said, _process(folder, said) as process:
            while process.poll() is None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(_SECONDS)
                yield None
        if process.returncode:
            lines = (folder / "said").read_text("utf-8", "replace").strip().splitlines()
            raise NotComputed(
                "It could not be computed there ({why}).",
                why=lines[-1][:200] if lines else f"its process ended with {process.returncode}",
            )
        yield _read(folder)


@contextlib.contextmanager
def _process(folder: Path, said: io.BufferedWriter) -> Iterator[subprocess.Popen[bytes]]:
    # the folder of the script comes first on the search path; one thread is enough, and leaves the others alone
    process = subprocess.Popen(
        [sys.executable, _SCRIPT],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=said,
        stderr=said,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONSAFEPATH": "", "OMP_NUM_THREADS": "1"},
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        start_new_session=True,  # what it starts ends with it
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            _end(process)
        process.wait()


def _end(process: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)


def _read(folder: Path) -> Found:
    try:
        with np.load(folder / _FOUND, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        versions = json.loads((folder / _VERSIONS).read_text("utf-8"))
        return Found(arrays, {str(name): str(version) for name, version in versions.items()})
    except (OSError, ValueError, AttributeError) as error:
        raise NotComputed("What it computed there cannot be read ({why}).", why=str(error)) from error
