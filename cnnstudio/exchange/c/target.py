"""C99 as a target: ``NAME.h`` and ``NAME.h.certificate.json``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from cnnstudio.exchange.c.writing import c_code, parameters_in
from cnnstudio.exchange.code.target import CERTIFICATE, CodeTarget
from cnnstudio.exchange.exportable import Exportable
from cnnstudio.nn.parameters.parameters import Parameters

#: the first that is there compiles it
COMPILERS = ("cc", "gcc", "clang")
_HEADER = "NAME.h"

_SCRIPT = """
import json
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np

MAIN = '''
#include <stdio.h>
#include "NAME.h"

static float picture[PREFIX_inputs], logits[PREFIX_outputs];

int main(void)
{
    while (fread(picture, sizeof(picture), 1, stdin) == 1) {
        PREFIX_logits(picture, logits);
        if (fwrite(logits, sizeof(logits), 1, stdout) != 1)
            return 1;
    }
    return 0;
}
'''
found = re.search(r"static inline void (\\w+)_logits\\(", Path("NAME.h").read_text("utf-8"))
assert found, "there is no function of logits"
Path("main.c").write_text(MAIN.replace("PREFIX", found[1]))
compiler = next(filter(None, map(shutil.which, COMPILERS)))
subprocess.run([compiler, "-std=c99", "-O2", "-o", "computed", "main.c", "-lm"], check=True)
version = subprocess.run([compiler, "--version"], capture_output=True, text=True, check=True).stdout.splitlines()[0]
with np.load("given.npz") as given:
    images = given["images"]
raw = subprocess.run([Path("computed").absolute()], input=images.tobytes(), stdout=subprocess.PIPE, check=True).stdout
np.savez("found.npz", logits=np.frombuffer(raw, np.float32).reshape(len(images), -1))
with open("versions.json", "w") as file:
    json.dump({"cc": version.removeprefix("cc ")}, file)
""".replace("COMPILERS", repr(COMPILERS))


def _place(out: Path, name: str) -> Path:
    """Either of the two files stands for both."""
    stem = out.name.removesuffix(f".{CERTIFICATE}").removesuffix(".h") or "network"
    return out.parent / (f"{stem}.h.{CERTIFICATE}" if name == CERTIFICATE else f"{stem}.h")


def _weights_in(network: Exportable, files: Mapping[str, bytes]) -> Parameters:
    """Those that stand in the header, or others where it does not hold as many numbers: it is then not what this
    program writes."""
    found = parameters_in(network, files[_HEADER].decode("utf-8", "replace"))
    return found or network.parameters


C = CodeTarget(
    name="c",
    title="C99",
    code=lambda network: {_HEADER: c_code(network)},
    weights=lambda network: {},
    code_files=(_HEADER,),
    weight_files=(),
    place=_place,
    script=_SCRIPT,
    compilers=COMPILERS,
    shown=lambda network: {_HEADER: c_code(network, weights=False)},
    weights_in=_weights_in,
)
