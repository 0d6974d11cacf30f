"""Other pictures are made to fit as those of the data were."""

from __future__ import annotations

import pytest

from cnnstudio.data.importing.choices import PictureChoices
from cnnstudio.data.importing.target import Target, target, target_like
from cnnstudio.data.pictures.picture import Look
from cnnstudio.data.preparation.choice import DataChoice


def test_fit_and_ground_are_the_data_s_and_the_form_is_the_network_s() -> None:
    data = DataChoice("pets", {"fit": "pad", "ground": "black", "size": (9, 9), "colour": "rgb"})
    assert target_like((28, 30, 1), data) == Target(28, 30, False, "pad", "black")


def test_data_that_chose_nothing_are_cropped_on_white() -> None:
    assert target_like((8, 8, 3), DataChoice("digits")) == Target(8, 8, True, "crop", "white")


@pytest.mark.parametrize(
    ("sizes", "suggested"),
    [
        ([(side, side + 3) for side in range(32, 49)], (32, 32)),
        ([(32, 32)] * 6 + [(400, 300)] * 4, (32, 32)),
        ([(side, side) for side in range(10, 20)], (14, 14)),
        ([(300, 400 + at) for at in range(9)], (96, 96)),
        ([(640, 480)] * 9, (96, 96)),
        ([(30, 200 + at) for at in range(9)], (28, 28)),
        ([(60 + at, 70) for at in range(9)], (64, 64)),
        ([], (96, 96)),
    ],
)
def test_what_is_suggested_is_never_larger_than_most_pictures_are(sizes, suggested) -> None:
    looks = [Look(height, width, True, False) for height, width in sizes]
    wanted, _ = target(looks, PictureChoices())
    assert (wanted.height, wanted.width) == suggested
    smaller = [look for look in looks if look.height < wanted.height or look.width < wanted.width]
    assert 2 * len(smaller) <= len(looks)
