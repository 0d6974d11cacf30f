"""What two processes of one program tell each other: messages over pipes, and arrays in memory that both see."""

from __future__ import annotations

import contextlib
import json
import mmap
import os
import select
import struct
import tempfile
import time
import weakref
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from cnnstudio.nn.arrays import Array, Doubles, Shape

#: what messages are about: an order and its answer; figures of a share; nothing will come of this run
ORDER, ANSWER, FIGURES, ABANDONED = b"o", b"a", b"f", b"x"

_HEADER = struct.Struct("<cI")
#: arrays begin at multiples of this many bytes: a cache line
_LINE = 64
#: whether a pipe can be asked without waiting; and for how many seconds it is asked before the process sleeps
_CAN_LOOK = hasattr(os, "sched_yield") and hasattr(select, "poll")
_AWAKE = 100e-6


class ChannelClosed(Exception):
    """The process at the other end is gone."""


class Channel:
    """Messages over two pipes: a kind (one byte) and some data. Whoever receives one sees all that was written to
    common memory before it was sent."""

    def __init__(self, reading: int, writing: int) -> None:
        self._reading, self._writing = reading, writing
        if _CAN_LOOK:
            os.set_blocking(reading, False)
            self._poll = select.poll()
            self._poll.register(reading, select.POLLIN)

    def send(self, kind: bytes, data: bytes = b"") -> None:
        """Send a message.

        Raises:
            ChannelClosed
        """
        left = memoryview(_HEADER.pack(kind, len(data)) + data)
        try:
            while left:
                left = left[os.write(self._writing, left) :]
        except OSError as error:
            raise ChannelClosed from error

    def tell(self, kind: bytes, **what: Any) -> None:
        """Send JSON."""
        self.send(kind, json.dumps(what).encode())

    def receive(self) -> tuple[bytes, bytes]:
        """Wait for the next message.

        Raises:
            ChannelClosed
        """
        kind, size = _HEADER.unpack(self._read(_HEADER.size))
        return kind, self._read(size)

    def _read(self, size: int) -> bytes:
        found = b""
        try:
            while len(found) < size:
                part = self._read_part(size - len(found))
                if not part:
                    raise ChannelClosed
                found += part
        except OSError as error:
            raise ChannelClosed from error
        return found

    def _read_part(self, size: int) -> bytes:
        """At least a byte. Who sleeps is slow to wake, so for a moment it is looked for again and again."""
        until = time.perf_counter() + _AWAKE
        while _CAN_LOOK:
            try:
                return os.read(self._reading, size)
            except BlockingIOError:
                if time.perf_counter() < until:
                    os.sched_yield()
                else:
                    self._poll.poll()
        return os.read(self._reading, size)


class SharedArrays:
    """Named arrays in a file that two processes map into their memory. Whoever opens it last takes its name away, so
    that nothing is left behind even by a crash."""

    def __init__(self, path: Path, fields: Mapping[str, tuple[Shape, str]]) -> None:
        self.path, self.fields = path, fields
        places, size = [], 0
        for shape, dtype in fields.values():
            places.append(size)
            size += -(-max(1, int(np.prod(shape)) * np.dtype(dtype).itemsize) // _LINE) * _LINE
        with path.open("r+b") as file:
            _reserve(file.fileno(), size)
            self._memory = mmap.mmap(file.fileno(), size)
        self._arrays: dict[str, Array] = {
            name: np.ndarray(shape, dtype, self._memory, place)
            for (name, (shape, dtype)), place in zip(fields.items(), places, strict=True)
        }

    @classmethod
    def create(cls, fields: Mapping[str, tuple[Shape, str]]) -> SharedArrays:
        """New arrays of zeros, by name: shape and type.

        Raises:
            OSError: there is no room for them.
        """
        for folder in ("/dev/shm", tempfile.gettempdir()):  # the first is memory, where there is one
            try:
                handle, name = tempfile.mkstemp(prefix="cnnstudio-", dir=folder)
            except OSError:
                continue
            os.close(handle)
            try:
                created = cls(Path(name), fields)
            except OSError:
                Path(name).unlink()
                continue
            weakref.finalize(created, _remove, created.path)
            return created
        raise OSError("there is no room for memory that two processes share")

    def __getitem__(self, name: str) -> Array:
        return self._arrays[name]

    def forget(self) -> None:
        """Take the file's name away."""
        _remove(self.path)


def _remove(path: Path) -> None:
    """Where a system cannot while the file is in use, this is called again when it is not."""
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)


def _reserve(handle: int, size: int) -> None:
    """Make a file this large, and sure that there is room for it: later nobody could say that there is none."""
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(handle, 0, size)
    elif os.fstat(handle).st_size < size:
        os.truncate(handle, size)


def figures_message(figures: Doubles, share: int) -> bytes:
    """The figures of a share as a message."""
    return b"".join((share.to_bytes(), figures[share].tobytes()))


def take_figures(figures: Doubles, message: bytes) -> None:
    """Put a share's figures into its row."""
    figures[message[0]] = np.frombuffer(message, offset=1)
