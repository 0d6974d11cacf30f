"""The whole program in a process of its own."""

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Said:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


def program(*arguments: str | Path, env: Mapping[str, str] | None = None, timeout: float = 60) -> Said:
    """The whole program in a process of its own."""
    command = [sys.executable, "-m", "cnnstudio", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, env=env, encoding="utf-8")
    return Said(done.returncode, done.stdout, done.stderr)
