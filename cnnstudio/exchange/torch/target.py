"""PyTorch as a target: a folder with ``model.py``, ``train.py``, ``keyed.py``, the weights and the certificate."""

from __future__ import annotations

from cnnstudio.exchange.code.framework import framework
from cnnstudio.exchange.torch.training import train_code
from cnnstudio.exchange.torch.writing import model_code, state

_SCRIPT = """
import json
import platform

import numpy as np
import torch
import train
from model import load
from torch.nn import functional as F

torch.set_num_threads(1)
with np.load("given.npz") as given:
    images = torch.from_numpy(np.ascontiguousarray(given["images"].transpose(0, 3, 1, 2)))
    labels, seed, rate = torch.from_numpy(given["labels"]), int(given["seed"]), float(given["rate"])


def logits_of(model):
    model.eval()
    with torch.no_grad():
        return torch.cat([model(part) for part in images.split(32)]).numpy()


found = {"logits": logits_of(load())}
train.SEED = seed
model = getattr(train, "with_keyed_dropout", lambda model: model)(load()).train()
F.cross_entropy(model(images[: len(labels)]), labels).backward()
torch.optim.SGD(model.parameters(), rate).step()
found["after_step"] = logits_of(model)
np.savez("found.npz", **found)
with open("versions.json", "w") as file:
    json.dump({"torch": torch.__version__, "python": platform.python_version()}, file)
"""


PYTORCH = framework("pytorch", "PyTorch", "torch", _SCRIPT, model_code=model_code, train_code=train_code, state=state)
