"""What targets have in common that are a framework with layers of its own: the network becomes a class in ``model.py``
beside its weights, and is trained by ``train.py``."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from numpy.typing import NDArray

from cnnstudio.design.value.recipe import Recipe
from cnnstudio.exchange.code.keyed import keyed_for
from cnnstudio.exchange.code.layers import CodePlace
from cnnstudio.exchange.code.lines import Line, lines_of, names_of
from cnnstudio.exchange.code.spelling import class_name, spelt
from cnnstudio.exchange.code.target import CodeTarget, in_folder
from cnnstudio.exchange.exportable import Exportable
from cnnstudio.nn.arrays import Floats, Shape
from cnnstudio.nn.graph.graph import Node
from cnnstudio.project.tensors import write_tensors

#: the file that holds the state
WEIGHTS = "weights.safetensors"


class Learned(Protocol):
    """An array of a layer as it is kept there: what it is ``called``, and how it is ``moved`` into its axes there."""

    @property
    def called(self) -> str: ...
    @property
    def moved(self) -> Callable[[NDArray[Any]], NDArray[Any]]: ...


class HasArrays(Protocol):
    """What layers need: for each, by its name, how its arrays are kept there."""

    @property
    def arrays(self) -> Mapping[str, Mapping[str, Learned]]: ...


MadeT = TypeVar("MadeT", bound=HasArrays)


@dataclass(frozen=True)
class FrameworkPlace(CodePlace, Generic[MadeT]):
    """A layer where it is to be written: with the public shape of its own output, and what all layers need."""

    output: Shape
    made: MadeT

    @property
    def channels(self) -> int:
        """How many maps, or units, it reads."""
        return self.shapes[0][-1]


@dataclass(frozen=True)
class Written(Generic[MadeT]):
    """A network as it is written: its class, what each layer is called, its lines and what they need."""

    name: str
    names: dict[str, str]
    lines: list[Line]
    made: MadeT


def written_in(
    title: str,
    network: Exportable,
    writers: Mapping[str, Callable[[Any, Any], str]],
    place: Callable[..., FrameworkPlace[MadeT]],
    made: MadeT,
    reserved: Collection[str] = (),
) -> Written[MadeT]:
    """How the network is written in the framework of this ``title``; no layer is called as what is ``reserved``.

    Raises:
        GraphError: it is no classifier.
        ExportRefused: it holds a layer that cannot be written.
    """
    names = names_of(network, reserved)

    def write(node: Node, sources: tuple[str, ...]) -> str:
        at = place(names[node.id], sources, network.inputs(node.id), network.shape(node.id), made)
        return network.writer(writers, node, title)(node.layer, at)

    return Written(class_name(network.design.title), names, lines_of(network, names, write), made)


def arrays_of(network: Exportable, found: Written[MadeT]) -> dict[str, tuple[Node, str, Learned]]:
    """All arrays by their names there: whose each is, what it is called here, and how it is kept there."""
    return {
        f"{found.names[node.id]}.{learned.called}": (node, own, learned)
        for node in network.nodes
        for own, learned in found.made.arrays.get(found.names[node.id], {}).items()
    }


def state_of(network: Exportable, found: Written[MadeT]) -> dict[str, Floats]:
    """The state by its names there, each array in the order of axes that it has there."""
    arrays = arrays_of(network, found)
    return {name: learned.moved(network.arrays(node.id)[own]) for name, (node, own, learned) in arrays.items()}


def decayed_arrays(network: Exportable, found: Written[MadeT]) -> list[str]:
    """What weight decay draws to zero, by its names there."""
    if not network.design.recipe.optimizer.weight_decay:
        return []
    decayed = {
        (node.id, spec.name)
        for node in network.nodes
        for spec in node.layer.parameters(network.inputs(node.id))
        if spec.decayed
    }
    return [name for name, (node, own, _) in arrays_of(network, found).items() if (node.id, own) in decayed]


def ending_code(recipe: Recipe) -> str:
    """Lines that end a training before its last epoch."""
    if not recipe.early_stopping:
        return ""
    return f"""        waited = len(validation_losses) - 1 - validation_losses.index(min(validation_losses))
        if waited >= {recipe.early_stopping}:
            return
"""


def class_weights_code(recipe: Recipe) -> str:
    """What the loss of each class is multiplied with, before their mean is made 1."""
    match recipe.loss.class_weights:
        case tuple() as numbers:
            return f"np.array({spelt(tuple(map(float, numbers)))})"
    return "np.divide(1.0, counts, out=np.zeros(classes), where=counts > 0)"


def block(lines: Collection[str]) -> str:
    """Lines of code, each with its end."""
    return "".join(f"{line}\n" for line in lines)


def framework(
    name: str,
    title: str,
    package: str,
    script: str,
    *,
    model_code: Callable[[Exportable], str],
    train_code: Callable[[Exportable], str],
    state: Callable[[Exportable], dict[str, Floats]],
    backends: tuple[str, ...] = (),
) -> CodeTarget:
    """A target that is a folder with ``model.py``, ``train.py``, ``keyed.py``, the weights and the certificate."""

    def code(network: Exportable) -> Mapping[str, str]:
        return {"model.py": model_code(network), "train.py": train_code(network), "keyed.py": keyed_for(network)}

    return CodeTarget(
        name=name, title=title, code=code, weights=lambda network: {WEIGHTS: write_tensors(state(network), {})},
        code_files=("model.py", "train.py", "keyed.py"), weight_files=(WEIGHTS,), place=in_folder, script=script,
        packages=(package, "safetensors"), backends=backends, trains=True, folder=True,
    )  # fmt: skip
