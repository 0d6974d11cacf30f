"""A layer that lacks an input."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cnnstudio.design.edits import edits
from cnnstudio.design.problems.ideas import take_out
from cnnstudio.design.problems.kind import Case, Idea, ProblemKind
from cnnstudio.design.problems.paths import parts_without_image
from cnnstudio.design.problems.sources import sources, wired
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.environment import Environment
from cnnstudio.design.value.problem import Problem, Severity
from cnnstudio.nn.telling.told import NodeId, told

#: how many layers are offered as the other end of the wire
_MOST = 3


class NotConnected(ProblemKind):
    """Fewer wires than the layer needs (where several layers hang on it, they are said to be unreachable)."""

    code: ClassVar[str] = "no-wire"
    severity: ClassVar[Severity] = "error"

    def find(self, case: Case) -> Iterator[Problem]:
        apart = {part.head for part in parts_without_image(case.graph, case.graph.images)}
        for node in case.graph.nodes:
            needed = node.layer.fewest_inputs
            if len(node.inputs) >= needed or node.id in apart:
                continue
            yield self.problem(node.id, needed=needed, wired=len(node.inputs))

    def ideas(self, design: Design, problem: Problem, environment: Environment) -> Iterator[Idea]:
        assert problem.node is not None
        node = design.graph[problem.node]
        missing = node.layer.fewest_inputs - len(node.inputs)
        if missing == 1:
            for source in sources(design, node.id)[:_MOST]:
                yield wired(design, source, node.id, environment)
        elif missing > 1:
            chosen = sources(design, node.id)[:missing]
            if len(chosen) == missing:

                def wire(before: Design) -> Design:
                    for source in chosen:
                        before = edits.connect(before, source, node.id)
                    return before

                what = told("wires-from", sources=tuple(NodeId(source) for source in chosen))
                yield Idea(what, told("unread-first"), wire)
        alone = node.layer.category == "merge" and len(node.inputs) == 1
        yield take_out(node.id, told("nothing-to-merge" if alone else "does-without"))
