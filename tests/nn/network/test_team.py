"""Helpers compute shares of a batch: to the same bits, also where one is lost or does not know a layer."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from networks import Blobs, small_classifier

from cnnstudio.nn.graph.graph import Graph, Node, chain
from cnnstudio.nn.layers.activation.relu import ReLU
from cnnstudio.nn.layers.dense.dense import Dense
from cnnstudio.nn.layers.dense.flatten import Flatten
from cnnstudio.nn.layers.input import Input
from cnnstudio.nn.layers.normalization.batch_norm import BatchNorm
from cnnstudio.nn.layers.softmax import Softmax
from cnnstudio.nn.network.channel import SharedArrays
from cnnstudio.nn.network.network import Abandoned, Network, compile_network
from cnnstudio.nn.network.plan import default_plan
from cnnstudio.nn.network.team import Team
from cnnstudio.nn.parameters.parameters import initial_parameters

BLOBS = Blobs(10)


@pytest.fixture
def team() -> Iterator[Team]:
    with Team(2) as found:
        yield found


def normalised() -> Graph:
    """The small classifier with dropout, and batch norm before its first activation: shares meet twice in a step."""
    nodes = {node.id: node for node in small_classifier(dropout=0.5)}
    first = next(node for node in nodes.values() if node.layer.kind == "relu")
    nodes["norm"] = Node("norm", BatchNorm(), first.inputs)
    nodes[first.id] = Node(first.id, first.layer, ("norm",))
    return Graph(tuple(nodes.values()))


def network_of(graph: Graph, mode: str = "train", threads: int = 2, outputs: tuple[str, ...] = ()) -> Network:
    parameters = initial_parameters(graph, 1)
    plan = default_plan(graph, threads)
    return compile_network(graph, parameters, 10, mode=mode, plan=plan, outputs=outputs)  # type: ignore[arg-type]


def bits(network: Network, team: Team | None, steps: int = 3) -> list[tuple[float, bytes]]:
    """Losses and gradients of some steps."""
    found = []
    for step in range(steps):
        loss = network.step(BLOBS.pixels, BLOBS.labels, seed=7, step=step, team=team)
        found.append((loss.total, network.gradient.tobytes()))
        network.parameters.vector[...] -= np.float32(0.1) * network.gradient
    return found


def helped(network: Network) -> bool:
    """Whether only the first share was ever computed in this process."""
    return list(network._shards) == [0]


def test_a_helper_computes_its_share_to_the_same_bits(team: Team) -> None:
    network = network_of(normalised())
    assert bits(network, team) == bits(network_of(normalised()), None)
    assert helped(network)
    assert not [remote for remote in team._remotes[network] if remote._arrays.path.exists()]


@pytest.mark.timeout(30)
@pytest.mark.parametrize("threads", [2, 3])
def test_figures_that_fill_a_pipe_do_not_stop_it(threads: int) -> None:
    wide = ("flatten", Flatten()), ("wide", Dense(3000)), ("norm", BatchNorm()), ("dense", Dense(4))
    graph = chain(("input", Input(12, 12, 1)), *wide, ("softmax", Softmax()))
    network = network_of(graph, threads=threads)
    with Team(threads) as team:
        assert bits(network, team, 1) == bits(network_of(graph, threads=threads), None, 1)
    assert helped(network)


def test_outputs_are_those_of_one_process(team: Team) -> None:
    graph = normalised()
    together, alone = (network_of(graph, "eval", outputs=("dense", "softmax")) for _ in range(2))
    for pixels in (BLOBS.pixels, BLOBS.pixels[::-1]):
        together.forward(pixels, team=team)
        alone.forward(pixels)
        for node in ("dense", "softmax"):
            assert np.array_equal(together.value(node), alone.value(node))
    assert helped(together)


def test_images_of_another_type_are_computed_here(team: Team) -> None:
    together, alone = (network_of(normalised()) for _ in range(2))
    bits(together, team, 1)
    bits(alone, None, 1)
    images = (BLOBS.pixels / 255).astype(np.float32)
    together.step(images, BLOBS.labels, team=team)
    alone.step(images, BLOBS.labels)
    assert np.array_equal(together.gradient, alone.gradient)


def test_a_step_is_abandoned_by_all_and_the_next_is_whole(team: Team) -> None:
    network, expected = network_of(normalised()), bits(network_of(normalised()), None)
    bits(network_of(normalised()), team)  # the helper is there, and may be anywhere in its share when it is told
    for looks in range(12):
        calls = iter([False] * looks + [True] * 100)
        with pytest.raises(Abandoned):
            network.step(BLOBS.pixels, BLOBS.labels, seed=7, cancelled=lambda calls=calls: next(calls), team=team)
    assert bits(network, team) == expected
    assert helped(network)


@pytest.mark.slow
def test_a_run_goes_on_without_a_helper_that_was_killed(team: Team) -> None:
    network = network_of(normalised())
    expected = bits(network_of(normalised()), None)
    first = bits(network, team, 1)
    os.kill(pid_of(team), signal.SIGKILL)
    parameters = network.parameters.vector.copy()
    again = network.step(BLOBS.pixels, BLOBS.labels, seed=7, step=1, team=team)
    assert [*first, (again.total, network.gradient.tobytes())] == expected[:2]
    assert np.array_equal(parameters, network.parameters.vector)
    with Team(2) as another:
        assert bits(network_of(normalised()), another) == expected


@pytest.mark.slow
def test_an_interrupted_step_leaves_no_answer_behind(team: Team) -> None:
    def interrupted() -> bool:
        raise KeyboardInterrupt

    network, expected = network_of(normalised()), bits(network_of(normalised()), None)
    with pytest.raises(KeyboardInterrupt):
        network.step(BLOBS.pixels, BLOBS.labels, cancelled=interrupted, team=team)
    with Team(2) as another:
        assert bits(network, another) == expected


@dataclass(frozen=True)
class _OnlyHere(ReLU):
    kind: ClassVar[str] = "only_here"


def test_a_layer_that_only_this_process_knows_is_computed_here(team: Team) -> None:
    nodes = [Node(n.id, _OnlyHere() if n.layer.kind == "relu" else n.layer, n.inputs) for n in normalised()]
    graph = Graph(tuple(nodes))
    assert bits(network_of(graph), team) == bits(network_of(graph), None)
    network = network_of(normalised())
    assert bits(network, team) == bits(network_of(normalised()), None)
    assert helped(network)


def test_a_team_that_is_too_small_leaves_the_work_here(team: Team) -> None:
    assert bits(network_of(normalised(), threads=3), team) == bits(network_of(normalised(), threads=3), None)


def test_shared_arrays_begin_apart_and_leave_no_file() -> None:
    fields = {"bytes": ((3,), "u1"), "numbers": ((2, 5), "<f8"), "nothing": ((0,), "<f4")}
    ours = SharedArrays.create(fields)
    theirs = SharedArrays(ours.path, fields)
    ours["numbers"][...], ours["bytes"][...] = 1.5, 255
    assert (theirs["numbers"] == 1.5).all()
    assert (theirs["bytes"] == 255).all()
    ours.forget()
    assert not ours.path.exists()


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="needs /proc")
@pytest.mark.parametrize("killed", [True, False])
def test_a_helper_ends_with_its_program(killed: bool) -> None:
    program = (
        "import sys; sys.path[:0] = sys.argv[1:]; from test_team import *\n"
        "team = Team(2); bits(network_of(normalised()), team)\n"
        "print(pid_of(team), flush=True); sys.stdin.read()"
    )
    here = Path(__file__).parent
    command, folder = [sys.executable, "-c", program, str(here), str(here.parent)], here.parents[2]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=folder) as process:
        assert process.stdout is not None
        helper = int(process.stdout.readline())
        assert Path(f"/proc/{helper}").is_dir()
        if killed:
            process.kill()
        else:
            assert process.stdin is not None
            process.stdin.close()
        process.wait()
        assert killed or process.returncode == 0
        until = time.monotonic() + 10
        while _runs(helper):
            assert time.monotonic() < until, "the helper goes on without anybody to help"


def _runs(process: int) -> bool:
    """Whether a process is there and no mere entry in the table."""
    try:
        return Path(f"/proc/{process}/stat").read_text().split(") ")[1][0] != "Z"
    except OSError:
        return False


def pid_of(team: Team) -> int:
    return team._helpers[0]._process.pid
