"""A network as a PyTorch module: the text of ``model.py``, and the numbers of its state."""

from __future__ import annotations

from cnnstudio.exchange.code.framework import WEIGHTS, Written, state_of, written_in
from cnnstudio.exchange.code.lines import with_shapes
from cnnstudio.exchange.code.spelling import remark, wrapped
from cnnstudio.exchange.exportable import Exportable
from cnnstudio.exchange.torch.helpers import HELPERS
from cnnstudio.exchange.torch.kinds import WRITERS, Made, Place
from cnnstudio.nn.arrays import Floats

_CLASS = '''
class {name}(nn.Module):
    """Pictures (N, {image}), float32 from 0 to 1, to {classes} logits each."""

    def __init__(self) -> None:
        super().__init__()
{modules}

    def forward(self, x: Tensor) -> Tensor:
{lines}


def load(path: str | Path = WEIGHTS) -> {name}:
    """The network with its weights, ready to answer."""
    model = {name}()
    model.load_state_dict(load_file(path))
    return model.eval()
'''


def written(network: Exportable) -> Written[Made]:
    """How the network is written.

    Raises:
        GraphError: it is no classifier.
        ExportRefused: it holds a layer that cannot be written.
    """
    return written_in("PyTorch", network, WRITERS, Place, Made())


def model_code(network: Exportable) -> str:
    """``model.py``: one class over float32 (N, C, H, W) from 0 to 1 that gives logits, and ``load``. It depends on the
    design alone.

    Raises:
        GraphError, ExportRefused: as ``written``.
    """
    found, ends = written(network), network.ends
    (classes,), (height, width, channels) = network.shape(ends.softmax), network.shape(ends.input)
    made = found.made
    modules = [f"        self.{name} = {code}" for name, code in made.modules.items()]
    modules += [
        f'        self.register_buffer("{name}", {code}, persistent=False)' for name, code in made.buffers.items()
    ]
    body = _CLASS.format(
        name=found.name, image=f"{channels}, {height}, {width}", classes=classes,
        modules="\n".join(modules), lines="\n".join(with_shapes(found.lines, " " * 8)),
    )  # fmt: skip
    used = "\n".join([*made.modules.values(), *made.buffers.values(), *(line.expression for line in found.lines)])
    helpers = [text for name, text in HELPERS.items() if f"{name}(" in used]
    everything = "\n".join([*helpers, used])
    title = remark(network.design.title) or "A network"
    head = [
        f'"""{title}, drawn in CNN Studio. load() returns it with its weights."""',
        "",
        "from pathlib import Path",
        "",
        *(["import torch"] if "torch." in everything else []),
        "from safetensors.torch import load_file",
        "from torch import Tensor, nn",
        *(["from torch.nn import functional as F"] if "F." in everything else []),
        "",
        wrapped("CLASSES = ", network.classes),
        f'WEIGHTS = Path(__file__).with_name("{WEIGHTS}")',
    ]
    return "\n\n\n".join(part.strip() for part in ("\n".join(head), *helpers, body)) + "\n"


def state(network: Exportable) -> dict[str, Floats]:
    """The module's state by its names there, each array in the order of axes that it has there."""
    return state_of(network, written(network))
