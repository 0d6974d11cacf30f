"""Which pictures a design learns from, as JSON: read back with every value checked."""

from __future__ import annotations

from cnnstudio.data.preparation.choice import ChoiceError, DataChoice
from cnnstudio.design.format.strict import Checked, FileFormatError


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
