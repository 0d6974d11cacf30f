"""Processes that share a batch with this one.

Threads would not do: several of them in one interpreter take turns at its lock, thousands of times in a step, and the
objects of each leave the caches for the other's. A helper is a process with an interpreter of its own. It compiles the
same network and computes one share of it; what shares let each other know is in the ``Workload``.
"""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import threading
import weakref
from collections.abc import Collection, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from cnnstudio.nn.arrays import Doubles, Floats, Shape, inner_shape
from cnnstudio.nn.network.channel import (
    ABANDONED,
    ANSWER,
    FIGURES,
    ORDER,
    Channel,
    ChannelClosed,
    SharedArrays,
    figures_message,
    take_figures,
)
from cnnstudio.nn.network.shard import Abandoned, Shard
from cnnstudio.nn.network.workload import Computed, Workload
from cnnstudio.nn.parameters.parameters import layouts
from cnnstudio.nn.rules.losses import BatchLoss


class Helper:
    """The other end of a ``cnnstudio.nn.network.helper`` process."""

    def __init__(self) -> None:
        # the search path goes along, so that it finds the package where this process has found it
        path = os.pathsep.join(str(Path(place).absolute()) for place in sys.path)
        self._process = subprocess.Popen(
            [sys.executable, "-c", "from cnnstudio.nn.network.helper import main; main()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            env=os.environ | {"PYTHONPATH": path, "PYTHONSAFEPATH": "1"},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        assert self._process.stdin is not None and self._process.stdout is not None
        #: ends the process, at the latest when this one ends
        self.close = weakref.finalize(self, _end, self._process)
        self.channel = Channel(self._process.stdout.fileno(), self._process.stdin.fileno())
        self._ready = False
        self._numbers = itertools.count()
        #: the networks it has, by number, and of these the ones that are gone here
        self._kept: set[int] = set()
        self._gone: list[int] = []

    def wait(self) -> None:
        """Until it has started."""
        if not self._ready:
            self.channel.receive()
            self._ready = True

    def make(self, work: Workload, share: int) -> Remote:
        """Begin to make a network there too; the answer is still to come."""
        self.wait()
        self._drop([self._gone.pop() for _ in range(len(self._gone))])
        number = next(self._numbers)
        self._kept.add(number)
        weakref.finalize(work, self._gone.append, number)
        return Remote(self.channel, work, share, number)

    def rest(self) -> None:
        """Free all its memory."""
        self._drop(self._kept)

    def _drop(self, numbers: Collection[int]) -> None:
        there = self._kept.intersection(numbers)
        self._kept -= there
        if there:
            self.channel.tell(ORDER, do="drop", networks=sorted(there))

    @property
    def runs(self) -> bool:
        """Whether the process is there."""
        return self._process.poll() is None


def _end(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
    try:
        process.wait(1.0)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class Remote:
    """A share of a network that a helper computes. What came of it can be read like a shard's own."""

    def __init__(self, channel: Channel, work: Workload, share: int, number: int) -> None:
        self.channel, self.share, self._number = channel, share, number
        first, last = work.bounds[share]
        self._images = slice(first, last)
        parameters, dtype = work.parameters, work.parameters.vector.dtype.str
        fields: dict[str, tuple[Shape, str]] = {
            "cancelled": ((1,), "u1"),
            "images": (work.images.shape, work.images.dtype.str),
            "labels": ((work.batch_size,), "i8"),
            "vector": (parameters.vector.shape, dtype),
            "state": (parameters.state.shape, dtype),
        }
        places = {}
        if work.mode == "train":
            fields["total"] = parameters.vector.shape, dtype
        else:
            places = {node_id: f"output {node_id}" for node_id in work.outputs}
            for node_id, place in places.items():
                fields[place] = inner_shape(work.graph.shape(node_id), last - first), dtype
        self._arrays = SharedArrays.create(fields)
        self.outputs = {node_id: self._arrays[place] for node_id, place in places.items()}
        self.total: Floats = self._arrays["total"] if work.mode == "train" else np.empty(0)
        self.loss = BatchLoss(0.0, 0)
        channel.tell(
            ORDER,
            do="make",
            network=number,
            share=share,
            path=str(self._arrays.path),
            fields=fields,
            blueprint=work.blueprint.to_json(),
        )

    def is_made(self) -> bool:
        """Wait until the helper has made its network, or cannot."""
        return self.channel.receive()[0] == ANSWER

    def fits(self, work: Workload) -> bool:
        """Whether it takes such images as the network is to compute now."""
        return work.images.dtype == self._arrays["images"].dtype

    def begin(self, work: Workload) -> None:
        """Have the helper compute its share of the batch."""
        arrays = self._arrays
        arrays["cancelled"][0] = 0
        np.copyto(arrays["vector"], work.parameters.vector)
        np.copyto(arrays["state"], work.parameters.state)
        np.copyto(arrays["images"][self._images], work.images[self._images])
        if work.labels.size:
            np.copyto(arrays["labels"][self._images], work.labels[self._images])
        self.channel.tell(ORDER, do="run", network=self._number, seed=int(work.seed), step=int(work.step_number))

    def finish(self) -> None:
        """Wait for the end of it."""
        kind, data = self.channel.receive()
        if kind != ANSWER:
            raise ChannelClosed
        found = json.loads(data)
        self.loss = BatchLoss(found["total"], found["correct"])

    def abandon(self) -> None:
        """Have the helper stop; wait until it has."""
        self._arrays["cancelled"][0] = 1
        self.channel.send(ABANDONED)
        while self.channel.receive()[0] == FIGURES:
            pass


class Team:
    """Helpers that share batches with whoever asks; leaving it lets them go.

    The division of work decides the bits of the result, the team does not: without one, or where a helper is lost, this
    process computes all shares one after the other.
    """

    def __init__(self, threads: int) -> None:
        # more processes than cores would only take memory
        others = threads - 1 if threads <= max(4, os.cpu_count() or 1) else 0
        self._helpers = [helper for helper in (_hired() for _ in range(others)) if helper is not None]
        #: whether a helper has ended by itself
        self.lost = False
        self._remotes: weakref.WeakKeyDictionary[Workload, list[Remote]] = weakref.WeakKeyDictionary()

    def wait(self) -> None:
        """Until all helpers have started."""
        for helper in self._helpers:
            helper.wait()

    def compute(self, own: Shard) -> Sequence[Computed]:
        """What comes of the batch of which ``own`` is the first share, share by share; nothing where the helpers
        cannot."""
        work = own.workload
        if len(self._helpers) < len(work.bounds) - 1:
            return ()
        try:
            remotes = self._made(work)
            return self._computed(own, remotes) if remotes else ()
        except Abandoned:
            raise
        except (ChannelClosed, OSError):
            self.lost = True
            self._dismiss()
            return ()
        except BaseException:  # interrupted anywhere: what the helpers will say next is of no use
            self._dismiss()
            raise

    def _made(self, work: Workload) -> list[Remote]:
        """The shares of a network that the helpers compute; none where they cannot."""
        if work not in self._remotes:
            parameters, blueprint = work.parameters, work.blueprint
            possible = layouts(blueprint.graph) == (parameters.layout, parameters.state_layout)
            others = range(1, len(work.bounds)) if possible else ()
            made = [helper.make(work, share) for helper, share in zip(self._helpers, others, strict=False)]
            answers = [remote.is_made() for remote in made]  # of each, or it would be taken for another answer later
            self._remotes[work] = made if all(answers) else []
        remotes = self._remotes[work]
        return remotes if all(remote.fits(work) for remote in remotes) else []

    def _computed(self, own: Shard, remotes: list[Remote]) -> Sequence[Computed]:
        work = own.workload
        for remote in remotes:
            remote.begin(work)
        try:
            for stage, node_id in own.stages:
                stage()
                if node_id is not None:
                    _meet(work.common[node_id], remotes)
        except Abandoned:
            for remote in remotes:
                remote.abandon()
            raise
        for remote in remotes:
            remote.finish()
        return [own, *remotes]

    def _dismiss(self) -> None:
        for helper in self._helpers:
            helper.close()
        self._helpers.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        while self._helpers:
            _let_go(self._helpers.pop())


#: bytes that a pipe surely takes before anybody reads
_TAKEN = 4000


def _meet(figures: Doubles, remotes: list[Remote]) -> None:
    """Send the own row of ``figures`` (shares, n) to all; wait for theirs, and pass each on."""
    own = figures_message(figures, 0)
    # at once, unless it might wait for a reader who waits to be read
    early, late = (remotes, []) if len(own) < _TAKEN else ([], remotes)
    for remote in early:
        remote.channel.send(FIGURES, own)
    rows = [remote.channel.receive()[1] for remote in remotes]
    for remote in late:
        remote.channel.send(FIGURES, own)
    for sender, row in zip(remotes, rows, strict=True):
        take_figures(figures, row)
        for remote in remotes:
            if remote is not sender:
                remote.channel.send(FIGURES, row)


_lock = threading.Lock()
#: helpers that nobody needs now: the next team need not wait until others have started
_idle: list[Helper] = []


def _hired() -> Helper | None:
    """A helper, or None where none can be started."""
    with _lock:
        while _idle:
            helper = _idle.pop()
            if helper.runs:
                return helper
            helper.close()
    if not sys.executable or getattr(sys, "frozen", False):  # that would be no interpreter
        return None
    try:
        return Helper()
    except OSError:
        return None


def _let_go(helper: Helper) -> None:
    try:
        helper.rest()
    except ChannelClosed:
        helper.close()
        return
    with _lock:
        _idle.append(helper)
