"""Other pictures are made to fit as those of the data were."""

from __future__ import annotations

from cnnstudio.data.importing.target import Target, target_like
from cnnstudio.data.preparation.choice import DataChoice


def test_fit_and_ground_are_the_data_s_and_the_form_is_the_network_s() -> None:
    data = DataChoice("pets", {"fit": "pad", "ground": "black", "size": (9, 9), "colour": "rgb"})
    assert target_like((28, 30, 1), data) == Target(28, 30, False, "pad", "black")


def test_data_that_chose_nothing_are_cropped_on_white() -> None:
    assert target_like((8, 8, 3), DataChoice("digits")) == Target(8, 8, True, "crop", "white")
