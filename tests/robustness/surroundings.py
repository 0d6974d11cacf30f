"""The whole program where something around it is missing, full or closed: it does its work or says in a sentence why
not, and what was there before stays."""

from __future__ import annotations

import contextlib
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cnnstudio.design.templates import template
from cnnstudio.project.file import load_project, save_project
from cnnstudio.project.project import untrained
from tests.robustness.cases import Case

_PATIENCE = 100
_MINE = "mine.cnn"


@dataclass(frozen=True)
class Around:
    """A line for the shell, in which PROGRAM is the program; the code it ends with and what it says of the trouble.
    ``mounts`` needs an administrator: without one, the ``instead`` is tried."""

    name: str
    line: str
    code: int
    said: str = ""
    mounts: bool = False
    instead: str = ""


#: a training of an instant
_TRAIN = "PROGRAM train lenet5 --data digits.npz --epochs 1 --threads 2 --json"
_FULL_DISK = "mount -t tmpfs -o size=16k none disk && cp mine.cnn disk/ && ! cat /dev/zero 2>/dev/null > disk/all; "
_FULL = "could not be saved \\((No space left on device|File too large)"
AROUND = (
    Around("a full output", "PROGRAM check lenet5 > /dev/full", 1, "Standard output cannot be written"),
    Around("a closed output", "PROGRAM check lenet5 >&-", 1, "Standard output cannot be written"),
    Around("no output at all", "PROGRAM check lenet5 >&- 2>&-", 1),
    Around("a full standard error", "PROGRAM check nothing 2> /dev/full", 2),
    Around("a closed input", "PROGRAM check lenet5 <&-", 0),
    Around("a reader that has gone", "PROGRAM templates | true; exit ${PIPESTATUS[0]}", 141),
    Around(
        "a disk without room for a save",
        _FULL_DISK + "PROGRAM new lenet5 disk/other.cnn",
        1,
        _FULL,
        True,
        "ulimit -f 1; trap '' XFSZ; PROGRAM new lenet5 other.cnn",
    ),
    Around(
        "a disk without room for a checkpoint",
        _FULL_DISK + f"{_TRAIN} --out disk/mine.cnn",
        1,
        _FULL,
        True,
        f"ulimit -f 1; trap '' XFSZ; {_TRAIN} --out mine.cnn",
    ),
    Around(
        "a cache without room",
        "mount -t tmpfs -o size=16k none cache && CNNSTUDIO_CACHE=cache " + _TRAIN,
        0,
        "",
        True,
        "chmod 500 cache; CNNSTUDIO_CACHE=cache " + _TRAIN,
    ),
    Around("a cache that is a file", "CNNSTUDIO_CACHE=mine.cnn " + _TRAIN, 0),
    Around("a cache in a folder that is not there", "CNNSTUDIO_CACHE=/proc/nowhere " + _TRAIN, 0),
    Around(
        "no shared memory",
        "away=$(mktemp -d -p /var/tmp) && cp digits.npz $away && mount -t tmpfs -o ro none /dev/shm && cd $away && "
        f"{_TRAIN}; code=$?; rm -r $away; (exit $code)",
        0,
        "",
        True,
        "TMPDIR=/proc " + _TRAIN,
    ),
    Around("no temporary files", "TMPDIR=/nowhere TEMP= TMP= " + _TRAIN, 0),
    Around("no home", "env -u HOME -u XDG_CONFIG_HOME -u XDG_CACHE_HOME -u CNNSTUDIO_CACHE PROGRAM check lenet5", 0),
    Around("a home that is not there", "HOME=/nowhere XDG_CONFIG_HOME= XDG_CACHE_HOME= PROGRAM check lenet5", 0),
    Around("a folder that was removed", "mkdir gone && cd gone && rmdir ../gone && PROGRAM check lenet5", 0),
    Around("few open files", "ulimit -n 24; " + _TRAIN, 0),
    Around("a language of the system that is none", "LC_ALL=xx_YY.UTF-7 PYTHONUTF8=0 PROGRAM check mine.cnn", 0),
    Around(
        "a folder nobody may write to",
        "PROGRAM new lenet5 /proc/mine.cnn",
        1,
        r"/proc/mine\.cnn: It could not be saved",
    ),
)


def surroundings() -> list[Case]:
    """All of them."""
    return [Case(around.name, _prepared, _asked(around), "") for around in AROUND]


def _prepared(folder: Path) -> Path:
    """A folder with a project, a few data, a place for a small disk and one for a cache."""
    import numpy as np

    save_project(untrained(template("first_conv")), folder / _MINE)
    for name in ("disk", "cache"):
        (folder / name).mkdir()
    x = np.random.default_rng(1).integers(0, 256, (60, 28, 28, 1), np.uint8)
    np.savez(folder / "digits.npz", x=x, y=np.arange(60) % 10)
    return folder


def _asked(around: Around) -> Callable[[Path], None]:
    def ask(folder: Path) -> None:
        before = (folder / _MINE).read_bytes()
        may_mount = subprocess.run(["unshare", "-m", "true"], capture_output=True).returncode == 0
        line, command = around.line, ["bash", "-c"]
        if around.mounts and may_mount:
            command = ["unshare", "-m", *command]
            # what is on the small disk is looked at while it is there
            line += f"; code=$?; [ ! -e disk/{_MINE} ] || cmp {_MINE} disk/{_MINE} >&2 || exit 99; exit $code"
        elif around.mounts:
            line = around.instead
        program = f"'{sys.executable}' -m cnnstudio"
        done = subprocess.run(
            [*command, line.replace("PROGRAM", program)], cwd=folder, capture_output=True, text=True, timeout=_PATIENCE,
            errors="replace",
        )  # fmt: skip
        told = f"{done.returncode}: {done.stderr[-600:]!r}"
        assert done.returncode == around.code, told
        assert "Traceback" not in done.stderr and "Exception" not in done.stderr, told
        assert re.search(around.said, done.stderr), told
        assert (folder / _MINE).read_bytes() == before, "what was there before is not what it was"
        assert load_project(folder / _MINE).design == template("first_conv")
        with contextlib.suppress(OSError):
            assert not [each for each in folder.iterdir() if ".cnnstudio-" in each.name], "something half-written stays"
        (folder / "cache").chmod(0o700)

    return ask
