"""Changes of pictures by hand: at rest nothing, and each as it says."""

from __future__ import annotations

import numpy as np
import pytest

from cnnstudio.data.preparation.picture_change import PictureChange

DRAW = np.random.default_rng(4)
PICTURES = DRAW.integers(0, 256, (3, 21, 17, 3)).astype(np.uint8)


def spot(row: int, column: int) -> np.ndarray:
    picture = np.zeros((1, 21, 21, 1), np.uint8)
    picture[0, row, column] = 200
    return picture


def brightest(picture: np.ndarray) -> tuple[int, int]:
    row, column = divmod(int(picture[0, :, :, 0].argmax()), picture.shape[2])
    return row, column


def test_at_rest_nothing_changes_and_everything_else_does() -> None:
    assert PictureChange().of(PICTURES) is PICTURES and not PictureChange(patch_right=0.1).changes
    moved = {"right": 2, "down": -3, "turn": 10.0, "size": 1.5, "contrast": 0.5, "brightness": 1.4, "blur": 1,
             "noise": 9, "patch": 5}  # fmt: skip
    places = {"patch_right", "patch_down"}
    assert moved.keys() | places == {about.name for about in PictureChange.settings()}
    for name, value in moved.items():
        change = PictureChange(**{name: value})
        after = change.of(PICTURES)
        assert change.changes and after.shape == PICTURES.shape and after.dtype == np.uint8
        assert (after != PICTURES).any(), name
        for number in range(3):  # a picture by itself is changed as among others
            np.testing.assert_array_equal(change.of(PICTURES[number : number + 1])[0], after[number])


def test_a_picture_goes_where_it_is_moved_and_turned() -> None:
    assert brightest(PictureChange(right=3, down=-2).of(spot(10, 10))) == (8, 13)
    assert brightest(PictureChange(turn=90.0).of(spot(4, 10))) == (10, 16), "clockwise, from the top to the right"
    assert brightest(PictureChange(size=2.0).of(spot(10, 13))) == (10, 16)
    both = PictureChange(turn=90.0, right=2, size=2.0).of(spot(8, 10))
    assert brightest(both) == (10, 16), "turned and enlarged about the middle, then moved"
    whole = PictureChange(right=4).of(PICTURES)
    np.testing.assert_array_equal(whole[:, :, 4:], PICTURES[:, :, :-4])
    assert not whole[:, :, :4].any(), "black comes in"


def test_light_contrast_noise_and_blur_are_what_they_say() -> None:
    grey = np.full((1, 21, 21, 1), 100, np.uint8)
    assert (PictureChange(brightness=1.5).of(grey) == 150).all() and (
        PictureChange(brightness=3.0).of(grey) == 255
    ).all()
    assert (PictureChange(contrast=2.0).of(grey) == 100).all()
    flat = PictureChange(contrast=0.0).of(PICTURES).astype(float)
    np.testing.assert_allclose(flat, np.broadcast_to(PICTURES.mean((1, 2, 3), keepdims=True), flat.shape), atol=0.51)
    noise = PictureChange(noise=20).of(grey).astype(float) - 100
    assert noise.std() == pytest.approx(20, rel=0.1) and abs(noise.mean()) < 3
    np.testing.assert_array_equal(PictureChange(noise=20).of(grey) - 100.0, noise)
    soft = PictureChange(blur=2).of(PICTURES)
    assert soft.std() < PICTURES.std() / 2 and abs(soft.mean() - PICTURES.mean()) < 5


@pytest.mark.parametrize(("down", "right"), [(0.0, 0.0), (0.5, 0.5), (1.0, 0.3)])
def test_the_patch_hides_a_square_about_its_middle_and_stays_within(down: float, right: float) -> None:
    change = PictureChange(patch=6, patch_down=down, patch_right=right)
    rows, columns = change.hides(21, 17)
    assert rows.stop - rows.start == columns.stop - columns.start == 6 and rows.start >= 0 and columns.stop <= 17
    after = change.of(PICTURES)
    for picture in after:
        assert len(np.unique(picture[rows, columns].reshape(-1, 3), axis=0)) == 1
    kept = np.ones((21, 17), bool)
    kept[rows, columns] = False
    np.testing.assert_array_equal(after[:, kept], PICTURES[:, kept])
    assert (rows.start, rows.stop) == (round(min(max(down * 21 - 3, 0), 15)), rows.start + 6)
