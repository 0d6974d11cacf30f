"""The schedule of a recipe as Python code, whatever trains."""

from __future__ import annotations

import inspect
import re

from cnnstudio.exchange.code.spelling import spelt
from cnnstudio.nn.rules import schedules
from cnnstudio.nn.rules.schedules import Schedule


def schedule_code(rule: Schedule) -> str:
    """The schedule as a function of the step, from 0, of all steps and of the validation losses so far: its own rule,
    with its settings as numbers."""
    lines = inspect.getsource(type(rule)._factor).splitlines()[1:]
    body = "\n".join(line.removeprefix("    ") for line in lines)
    body = re.sub(r"self\.(\w+)", lambda found: spelt(getattr(rule, found[1])), body)
    head = "def factor(step: int, steps: int, losses: list[float]) -> float:\n"
    about = f'    """What the learning rate is multiplied with: {rule.title.lower()}."""\n'
    eased = f"{inspect.getsource(schedules._eased).rstrip()}\n\n\n" if "_eased(" in body else ""
    if rule.warm_up:
        inner = head.replace("def factor", "def after_warm_up") + about + body
        rise = f"    return min(1.0, (step + 1) / {rule.warm_up}) * after_warm_up(step, steps, losses)"
        return f'{eased}{inner}\n\n\n{head}    """… which first rises."""\n{rise}'
    return eased + head + about + body
