"""How names and values are spelt in Python code: nothing of what people typed gets into it but through here."""

from __future__ import annotations

import builtins
import json
import keyword
import re
import textwrap
import unicodedata
from collections.abc import Collection, Iterable
from typing import Any

#: how long a line of code may be
WIDTH = 110

#: what the code itself calls so
_OURS = ("x", "w", "np", "torch", "nn", "keyed", "load", "mean", "deviation")
#: what every ``torch.nn.Module`` has already (PyTorch 2.14)
_MODULES = (
    "T_destination", "add_module", "apply", "bfloat16", "buffers", "call_super_init", "children", "compile", "cpu",
    "cuda", "double", "dump_patches", "eval", "extra_repr", "float", "forward", "get_buffer", "get_extra_state",
    "get_parameter", "get_submodule", "half", "ipu", "load_state_dict", "modules", "mtia", "named_buffers",
    "named_children", "named_modules", "named_parameters", "parameters", "register_backward_hook",
    "register_buffer", "register_forward_hook", "register_forward_pre_hook", "register_full_backward_hook",
    "register_full_backward_pre_hook", "register_load_state_dict_post_hook", "register_load_state_dict_pre_hook",
    "register_module", "register_parameter", "register_state_dict_post_hook", "register_state_dict_pre_hook",
    "requires_grad_", "set_extra_state", "set_submodule", "share_memory", "state_dict", "to", "to_empty", "train",
    "training", "type", "xpu", "zero_grad",
)  # fmt: skip
_TAKEN = frozenset((*keyword.kwlist, *keyword.softkwlist, *dir(builtins), *_OURS, *_MODULES))
#: classes that the code has already, or takes along
_CLASSES = frozenset(
    ("F", "Tensor", "Path", "Array", "CLASSES", "WEIGHTS", "SEED", "BATCH", "EPOCHS", "TRAINED", "DROPOUTS", "Dropout",
     "Rule", "BatchNorm", "LocallyConnected2d", "LocallyConnected2D", "SpreadConv2DTranspose")
)  # fmt: skip
_LONGEST = 40


def identifier(name: str, otherwise: str, taken: Collection[str], reserved: Collection[str] = ()) -> str:
    """A variable's name for what people call ``name``: lower case, digits and low lines. One that is ``taken`` gets a
    number behind it, as one that is ``reserved``; ``otherwise`` stands in where nothing of the name is left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    found = re.sub(r"[^a-z0-9]+", "_", plain)[:_LONGEST].strip("_") or otherwise
    if found[0].isdigit():
        found = f"layer_{found}"
    if found in _TAKEN:
        found = f"{found}_layer"
    if found in reserved:
        found = f"{found}_1"
    number, free = 2, found
    while free in taken:
        number, free = number + 1, f"{found}_{number}"
    return free


def class_name(title: str) -> str:
    """A class's name for a title: LeNet-5 becomes LeNet5."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    words = re.findall(r"[A-Za-z0-9]+", plain)
    found = "".join(word[0].upper() + word[1:] for word in words)[:_LONGEST]
    if not found or found[0].isdigit():
        return f"Network{found}"
    return f"{found}Network" if found in _TAKEN | _CLASSES else found


def remark(text: str) -> str:
    """Text as it may stand in a comment or a docstring: on one line, without what would end it."""
    kept = "".join(letter if letter.isprintable() and letter not in "\\\"'" else " " for letter in text)
    return " ".join(kept.split())


def spelt(value: Any) -> str:
    """A value as Python code: None, switches, numbers, texts, and tuples of them."""
    match value:
        case str():
            return json.dumps(value, ensure_ascii=not value.isprintable())
        case tuple():
            return f"({', '.join(map(spelt, value))}{',' * (len(value) == 1)})"
        case bool() | int() | float() | None:
            return repr(value)
    raise TypeError(f"{type(value).__name__} has no spelling")


def wrapped(head: str, values: Iterable[Any]) -> str:
    """``head(a, b, c)``, on several lines where one does not hold it; ``head`` ends before the bracket."""
    parts = [spelt(value) for value in values]
    line = f"{head}({', '.join(parts)}{',' * (len(parts) == 1)})"
    if len(line) <= WIDTH:
        return line
    # a space within a value is none at which a line may end
    text = ", ".join(part.replace(" ", "\0") for part in parts) + ","
    lines = textwrap.wrap(text, WIDTH - 4, break_long_words=False, break_on_hyphens=False)
    return "\n".join([f"{head}(", *(f"    {each}".replace("\0", " ") for each in lines), ")"])


def called(function: str, *positional: str, **named: Any) -> str:
    """A call as code: ``positional`` arguments as they are, of the ``named`` ones those that are not None."""
    given = [f"{name}={spelt(value)}" for name, value in named.items() if value is not None]
    return f"{function}({', '.join((*positional, *given))})"


def squared(pair: tuple[int, int]) -> int | tuple[int, int]:
    """A pair of equal numbers as one of them."""
    return pair[0] if pair[0] == pair[1] else pair


def unless(value: Any, usual: Any) -> Any:
    """None where a value is the usual one, which needs no saying."""
    return None if value == usual else value
