"""A network as lines of code, each of which computes a layer: as a person would write them, one variable passed on and
on where the layers are a chain."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from cnnstudio.exchange.code.spelling import WIDTH, identifier
from cnnstudio.exchange.exportable import Exportable
from cnnstudio.nn.arrays import Shape, shape_text
from cnnstudio.nn.graph.graph import Graph, Node

#: what is passed on
PASSED = "x"
#: a node and the variables that it reads, to the expression of what it makes
Write = Callable[[Node, tuple[str, ...]], str]


@dataclass(frozen=True)
class Line:
    """``target = expression``, and the public shape of what that is, without the batch; "" is the answer."""

    target: str
    expression: str
    shape: Shape

    @property
    def code(self) -> str:
        """Without its remark."""
        return f"{self.target} = {self.expression}" if self.target else f"return {self.expression}"


def names_of(network: Exportable, reserved: Collection[str] = ()) -> dict[str, str]:
    """What each layer is called in code, by node: as on the canvas, but none as what is ``reserved``."""
    found: dict[str, str] = {}
    for node in network.nodes:
        found[node.id] = identifier(network.name(node.id), node.layer.kind, found.values(), reserved)
    return found


def reading_order(graph: Graph) -> list[str]:
    """Nodes so that each comes after its inputs, and every branch is told to its end before the next begins."""
    waiting = {node.id: len(node.inputs) for node in graph}
    ready = [node.id for node in reversed(graph.nodes) if not node.inputs]
    ordered: list[str] = []
    while ready:
        current = ready.pop()
        ordered.append(current)
        for target in reversed(graph.consumers[current]):
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(target)
    return ordered


def lines_of(network: Exportable, names: dict[str, str], write: Write) -> list[Line]:
    """The lines from the image, which is called x, to the logits, which are returned."""
    graph, logits = network.graph, network.ends.logits
    order = [node for node in reading_order(graph) if node != network.ends.softmax]
    lines: list[Line] = []
    made: dict[str, str] = {}  # the variable that holds what a node makes
    for node_id, following in zip(order, [*order[1:], ""], strict=True):
        node = graph[node_id]
        passed_on = set(graph.consumers[node_id]) == {following}
        target = "" if node_id == logits else PASSED if passed_on else names[node_id]
        sources = tuple(made[source] for source in node.inputs)
        expression = _around_the_last(node, lines, sources, target, write) or write(node, sources)
        if expression.isidentifier() and target and PASSED not in (target, expression):
            made[node_id] = expression  # nothing was done, and nobody gives that variable another value
        elif expression == target or (target == PASSED and expression.isidentifier()):
            made[node_id] = expression
        else:
            lines.append(Line(target, expression, network.shape(node_id)))
            made[node_id] = target
    return lines


def _around_the_last(node: Node, lines: list[Line], sources: Sequence[str], target: str, write: Write) -> str:
    """An activation around the line before it, which then goes; "" where it stands on a line of its own."""
    last = lines[-1] if lines else None
    if node.layer.category != "activation" or sources != (PASSED,) or last is None or last.target != PASSED:
        return ""
    expression = write(node, (last.expression,))
    if expression.count("(") > 4 or len(target) + len(expression) > WIDTH - 28:
        return ""
    lines.pop()
    return expression


def with_shapes(lines: Sequence[Line], indent: str) -> list[str]:
    """The lines as they are written, the shapes behind them in one column where that is not far off."""
    usual = [len(line.code) for line in lines if len(line.code) <= 60]
    column = max(usual, default=0) + 2
    found = []
    for line in lines:
        space = " " * max(2, column - len(line.code))
        found.append(f"{indent}{line.code}{space if line.target else ''}{_told(line)}")
    return found


def _told(line: Line) -> str:
    return f"# {shape_text(line.shape)}" if line.target else ""
