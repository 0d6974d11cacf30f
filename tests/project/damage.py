"""Saved projects, damaged in one member as disks and programs damage them."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np


def flipped(path: Path, member: str) -> None:
    """Other bytes on the disk, in the middle of a member: neither the zip's checksum nor the manifest's is right."""
    with zipfile.ZipFile(path) as archive:
        content = archive.read(member)
    data = bytearray(path.read_bytes())
    at = data.index(content) + len(content) // 2
    for place in range(at, at + 4):
        data[place] ^= 0xFF
    path.write_bytes(data)


def rewritten(path: Path, member: str, change: Callable[[bytes], bytes | None]) -> None:
    """Another content of a member, or none, with every checksum right."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    content = change(members.pop(member))
    if content is not None:
        members[member] = content
    manifest = json.loads(members.pop("manifest.json"))
    manifest["members"] = {name: hashlib.sha256(data).hexdigest() for name, data in members.items()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in {"manifest.json": json.dumps(manifest).encode(), **members}.items():
            usual = zipfile.ZIP_DEFLATED if name.endswith(".json") else zipfile.ZIP_STORED
            archive.writestr(zipfile.ZipInfo(name), data, usual)


def not_finite(path: Path, member: str) -> None:
    """The last number of a member is none, and every checksum right."""
    rewritten(path, member, lambda data: data[:-4] + np.float32(np.nan).tobytes())


def cut(path: Path, member: str) -> None:
    """A member that ends too early, with every checksum right."""
    rewritten(path, member, lambda data: data[:-8])


def gone(path: Path, member: str) -> None:
    """A member that is not there, nor in the manifest."""
    rewritten(path, member, lambda data: None)


DAMAGES: dict[str, Callable[[Path, str], None]] = {
    "flipped bytes": flipped, "a number that is none": not_finite, "cut": cut, "gone": gone,
}  # fmt: skip
