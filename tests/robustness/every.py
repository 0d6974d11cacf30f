"""All trials that are made in processes with limits, by their names."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from tests.robustness.cases import Case, trials_of
from tests.robustness.data_formats import DATA_FORMATS
from tests.robustness.formats import FORMATS
from tests.robustness.limited import Trials
from tests.robustness.model_formats import MODEL_FORMATS


def _late(module: str, name: str) -> Callable[[], list[Case]]:
    """Cases whose module is imported by the process that tries them."""

    def cases() -> list[Case]:
        found: list[Case] = getattr(import_module(f"tests.robustness.{module}"), name)()
        return found

    return cases


MUTANTS: tuple[Trials, ...] = tuple(each.trials for each in (*FORMATS, *DATA_FORMATS, *MODEL_FORMATS))
HOSTILE: tuple[Trials, ...] = (
    trials_of("hostile projects", _late("hostile_files", "projects"), 104, seconds=5.0),
    trials_of("hostile designs and figures", _late("hostile_files", "designs"), 41, seconds=5.0),
    trials_of("hostile pictures", _late("hostile_files", "pictures"), 32, seconds=5.0),
    trials_of("hostile zips", _late("hostile_data", "zips"), 44, seconds=5.0),
    trials_of("hostile CIFAR files", _late("hostile_data", "cifar"), 38, seconds=5.0),
    trials_of("hostile journals and locks", _late("hostile_files", "journal_cases"), 13),
    trials_of("hostile paths", _late("hostile_files", "path_cases"), 20),
    trials_of("pipes, sockets and devices for files", _late("hostile_files", "no_files"), 45),
    trials_of("hostile surroundings", _late("surroundings", "surroundings"), 19, seconds=60.0, megabytes=8192, quick=5),
)
TRIALS: dict[str, Trials] = {each.name: each for each in (*MUTANTS, *HOSTILE)}
