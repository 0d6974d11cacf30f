"""From pictures to answers and exports nothing asks for the internet: whoever does ends at once."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from painted import classes_of, write_files

pytestmark = pytest.mark.slow

#: read by every Python that is started, helpers included
_GUARD = """
import os, sys

def refuse(event, arguments):
    if event == "socket.__new__" and arguments[1] in ({inet}, {inet6}):
        with open(os.environ["CAUGHT"], "a") as file:
            file.write(" ".join(sys.argv) + "\\n")
        os._exit(97)

sys.addaudithook(refuse)
"""


def run(folder: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    """The program, or Python, where an internet socket is the end."""
    (folder / "guard").mkdir(exist_ok=True)
    guard = _GUARD.format(inet=int(socket.AF_INET), inet6=int(socket.AF_INET6))
    (folder / "guard" / "sitecustomize.py").write_text(guard)
    root = str(Path(__file__).resolve().parents[2])
    paths = os.pathsep.join([str(folder / "guard"), root])
    environment = os.environ | {
        "PYTHONPATH": paths, "CAUGHT": str(folder / "caught"), "CNNSTUDIO_CACHE": str(folder / "cache")
    }  # fmt: skip
    command = [sys.executable, *map(str, arguments)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)


def test_the_guard_notices_a_socket(tmp_path: Path) -> None:
    asking = "import socket; socket.socket(socket.AF_INET6 if socket.has_ipv6 else socket.AF_INET)"
    assert run(tmp_path, "-c", asking).returncode == 97 and (tmp_path / "caught").exists()
    assert run(tmp_path, "-c", "import socket; socket.socket(socket.AF_UNIX)").returncode == 0


def test_pictures_are_opened_learned_from_tested_classified_and_exported_without_the_internet(tmp_path: Path) -> None:
    pets, out = write_files(tmp_path / "pets", classes_of("cat", "dog", count=20)), tmp_path / "pets.cnn"
    steps: list[tuple[object, ...]] = [
        ("data", pets, "--json"),
        ("train", "lenet5", "--data", pets, "--size", "28x28", "--adapt", "--epochs", 1, "--threads", 2, "--out", out),
        ("evaluate", out, "--json"),
        ("classify", out, pets / "cat", "--json"),
        ("export", out, tmp_path / "net.py"),
        ("export", out, tmp_path / "net.svg"),
    ]
    for step in steps:
        done = run(tmp_path, "-m", "cnnstudio", *step)
        assert done.returncode == 0, (step, done.stderr)
    assert not (tmp_path / "caught").exists()
