"""Which pictures a design learns from, as JSON, and back again with every value checked.

A design that does not name its split has the one that the seed of its run decides: so it was before a split had a seed
of its own, and files from then go on as they were.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cnnstudio.data.choice import ChoiceError, DataChoice
from cnnstudio.data.split import Split
from cnnstudio.design.format.strict import Checked, FileFormatError
from cnnstudio.nn.settings import SettingError

#: the optional entry of a design
SPLIT = "split"


def split_to_json(split: Split, run_seed: int) -> dict[str, Any]:
    """The entry of a design's JSON, where it differs from what its absence says."""
    return {} if split == Split.before_it_had_a_seed(run_seed) else {SPLIT: split.to_json()}


def split_from_json(fields: Mapping[str, Checked], run_seed: int) -> Split:
    """What ``split_to_json`` wrote.

    Raises:
        FileFormatError: a setting is missing, unknown or out of its limits.
    """
    if SPLIT not in fields:
        return Split.before_it_had_a_seed(run_seed)
    values = fields[SPLIT].fields("share", "seed")
    try:
        return Split(share=values["share"].value, seed=values["seed"].value)
    except SettingError as error:
        fields[SPLIT].refuse(str(error))


def choice_from_json(found: Checked) -> DataChoice:
    """What ``DataChoice.to_json`` wrote.

    Raises:
        FileFormatError: with the place of the value that is wrong.
    """
    try:
        return DataChoice.from_json(found.value)
    except ChoiceError as error:
        joint = ": " if found.place.endswith(".json") else "."  # a place in the whole of a file, or deeper in it
        place = joint.join(part for part in (found.place, error.place) if part)
        raise FileFormatError(found.file, place, error.reason) from error
