"""CNN Studio's own engine."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

from benchmarks.contenders.turns import Task, take_turns
from cnnstudio.nn.graph.graph import chain
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.nn.network.network import compile_network
from cnnstudio.nn.network.plan import default_plan
from cnnstudio.nn.network.team import Team
from cnnstudio.nn.network.threads import one_blas_thread
from cnnstudio.nn.network.tuning import random_binding, tuned_plan
from cnnstudio.nn.parameters.parameters import initial_parameters
from cnnstudio.nn.rules.optimizers import SGD


def main() -> None:
    """Train with SGD and momentum, look at images, or run a single layer both ways."""
    task = Task()
    with ExitStack() as stack:
        stack.enter_context(one_blas_thread())
        team = stack.enter_context(Team(task.asked.threads))
        team.wait()

        def make() -> Callable[[], object]:
            parameters = initial_parameters(task.graph, 0)
            plan = default_plan(task.graph, task.asked.threads)
            mode = "train" if task.training else "eval"
            network = compile_network(task.graph, parameters, task.batch, mode=mode, plan=plan)
            optimizer = SGD(0.001, 0.9)
            state = optimizer.start(parameters.vector.size)

            def train() -> None:
                network.step(task.images, task.labels, team=team)
                optimizer.update(parameters.vector, network.gradient, state)
                network.commit()

            def infer() -> None:
                network.forward(task.images, team=team)

            return train if task.training else infer

        take_turns(_layer(task) if task.asked.mode == "layer" else make)


def _layer(task: Task) -> Callable[[], Callable[[], object]]:
    """Forward and backward of one layer, by the algorithms that are the fastest here."""
    layer, shape = task.layer

    def make() -> Callable[[], object]:
        input_layer = layer_kinds()["input"](height=shape[0], width=shape[1], channels=shape[2])
        graph = chain(("input", input_layer), ("layer", layer))
        algorithm = tuned_plan(graph, task.batch, 1).algorithms["layer"]
        operation = layer.operation(random_binding(layer, (shape,), task.batch, algorithm, first=False))

        def both() -> None:
            operation.forward()
            operation.backward()

        return both

    return make


if __name__ == "__main__":
    main()
