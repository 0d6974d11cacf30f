"""What choices make of a few pictures is what an import makes of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from painted import classes_of, painted, write_files

from cnnstudio.data.dataset import Cancelled
from cnnstudio.data.importing.choices import PictureChoices
from cnnstudio.data.importing.listing import Listing, list_folder
from cnnstudio.data.importing.preview import OF_CLASS, previewed
from cnnstudio.data.importing.survey import Survey, surveyed
from cnnstudio.data.library import open_data


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    odd = {"cat/wide.png": painted(50, height=6, width=30), "dog/broken.png": painted(51)[:-20], "dog/empty.png": b""}
    return write_files(tmp_path / "pets", classes_of("cat", "dog") | odd)


def looked_at(folder: Path) -> tuple[Listing, Survey]:
    listing = list_folder(folder)
    *_, survey = surveyed(listing, PictureChoices())
    return listing, survey


@pytest.mark.parametrize(
    "choices",
    [
        PictureChoices(),
        PictureChoices(size=(5, 9), fit="pad", colour="grey"),
        PictureChoices(fit="fit", ground="black"),
    ],
)
def test_examples_are_pictures_of_the_import(choices: PictureChoices, pets: Path) -> None:
    preview = previewed(*looked_at(pets), choices)
    data = open_data(pets, **{about.name: getattr(choices, about.name) for about in PictureChoices.settings()})
    assert preview.target.shape == data.image_shape
    for place, name in enumerate(data.classes):
        of_class = {
            picture.tobytes()
            for part in data.parts.values()
            for picture, label in zip(part.pixels, part.labels, strict=True)
            if label == place
        }
        shown = {picture.tobytes() for picture in preview.examples[name]}
        assert shown <= of_class and 1 <= len(shown) <= OF_CLASS


def test_one_of_another_shape_is_shown_as_it_is_and_in_every_fit(pets: Path) -> None:
    odd = previewed(*looked_at(pets), PictureChoices()).odd
    assert odd is not None
    assert (odd.name, odd.height, odd.width) == ("cat/wide.png", 6, 30)
    assert odd.pixels.shape[1] == 5 * odd.pixels.shape[0]
    assert {fit: pixels.shape for fit, pixels in odd.fitted.items()} == dict.fromkeys(("crop", "fit", "pad"), (6, 8, 3))
    assert not np.array_equal(odd.fitted["crop"], odd.fitted["fit"])


def test_grey_pictures_offer_no_colour(tmp_path: Path) -> None:
    grey = {f"{name}/{at}.png": painted(at, channels=1) for name in "ab" for at in range(3)}
    preview = previewed(*looked_at(write_files(tmp_path / "grey", grey)), PictureChoices())
    assert preview.colours is None and preview.colourless == 6 and preview.target.shape[2] == 1


def test_it_is_given_up_when_nobody_wants_it(pets: Path) -> None:
    with pytest.raises(Cancelled):
        previewed(*looked_at(pets), PictureChoices(), lambda: True)
