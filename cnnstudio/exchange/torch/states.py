"""A state that PyTorch has saved: a pickle, which only PyTorch opens, in a process of its own and without running what
is in it."""

from __future__ import annotations

import numpy as np

from cnnstudio.design.format.strict import FileFormatError
from cnnstudio.exchange.code.apart import NotComputed, computing
from cnnstudio.exchange.torch.target import PYTORCH
from cnnstudio.nn.arrays import Floats

_SCRIPT = """
import json
import numpy as np
import torch

state = torch.load("state.pt", map_location="cpu", weights_only=True)
for name in ("state_dict", "model_state_dict", "model"):
    if isinstance(state, dict) and isinstance(state.get(name), dict):
        state = state[name]
tensors = {name: each for name, each in state.items() if isinstance(each, torch.Tensor) and each.is_floating_point()}
np.savez("found.npz", **{f"of {name}": each.float().numpy() for name, each in tensors.items()})
with open("versions.json", "w") as file:
    json.dump({"torch": torch.__version__}, file)
"""


def torch_state(file: str, raw: bytes) -> dict[str, Floats]:
    """The arrays of a state by name, in its order.

    Raises:
        FileFormatError: there is no state in it, or PyTorch is missing.
    """
    if PYTORCH.why_unproven() is not None:
        raise FileFormatError(
            file, "", "It is a pickle, which only PyTorch reads safely, and PyTorch is not installed here.",
            "Save it there with safetensors.torch.save_file(model.state_dict(), FILE) and open that.",
        )  # fmt: skip
    try:
        (read,) = filter(None, computing({"state.pt": raw}, _SCRIPT, {}))
    except NotComputed as error:
        raise FileFormatError(
            file, "", "PyTorch reads no state of a network in it, or not without running it.",
            "Save model.state_dict() and open that.",
        ) from error  # fmt: skip
    return {name.removeprefix("of "): array.astype(np.float32, copy=False) for name, array in read.arrays.items()}
