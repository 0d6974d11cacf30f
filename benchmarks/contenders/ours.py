"""CNN Studio's own engine."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

from benchmarks.contenders.turns import Task, take_turns
from cnnstudio.nn.network.network import compile_network
from cnnstudio.nn.network.plan import default_plan
from cnnstudio.nn.network.team import Team
from cnnstudio.nn.network.threads import one_blas_thread
from cnnstudio.nn.parameters.parameters import initial_parameters
from cnnstudio.nn.rules.optimizers import SGD


def main() -> None:
    """Train with SGD and momentum, or look at images."""
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

        take_turns(make)


if __name__ == "__main__":
    main()
