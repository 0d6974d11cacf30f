"""NumPy as a target: ``NAME.py``, ``NAME.npz`` and ``NAME.certificate.json``."""

from __future__ import annotations

from pathlib import Path

from cnnstudio.exchange.code.target import CERTIFICATE, CodeTarget
from cnnstudio.exchange.numpy.writing import npz, numpy_arrays, numpy_code

#: a module that is imported while it is proven; certificates name the files so
_CODE, _WEIGHTS = "NAME.py", "NAME.npz"
_ENDINGS = {_CODE: ".py", _WEIGHTS: ".npz", CERTIFICATE: ".certificate.json"}

_SCRIPT = """
import json
import platform

import numpy as np
from NAME import load

network = load()
with np.load("given.npz") as given:
    images = given["images"]
logits = [network.logits(images[first : first + 8]) for first in range(0, len(images), 8)]
np.savez("found.npz", logits=np.concatenate(logits))
with open("versions.json", "w") as file:
    json.dump({"numpy": np.__version__, "python": platform.python_version()}, file)
"""


def _place(out: Path, name: str) -> Path:
    """Any of the three files stands for all of them."""
    stem = out.name
    for ending in (_ENDINGS[CERTIFICATE], ".py", ".npz"):
        stem = stem.removesuffix(ending)
    return out.parent / f"{stem or 'network'}{_ENDINGS[name]}"


NUMPY = CodeTarget(
    name="numpy",
    title="NumPy",
    code=lambda network: {_CODE: numpy_code(network)},
    weights=lambda network: {_WEIGHTS: npz(numpy_arrays(network))},
    code_files=(_CODE,),
    weight_files=(_WEIGHTS,),
    place=_place,
    script=_SCRIPT,
    packages=("numpy",),
)
