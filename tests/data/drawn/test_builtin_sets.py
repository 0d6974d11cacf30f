"""Built-in sets: the same for everybody, the head at once, digits laid out like MNIST's."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from cnnstudio.data.dataset import Cancelled, DataError, DataSet, Examples
from cnnstudio.data.drawn.builtin import CHUNK, chunk_labels, draw_chunk
from cnnstudio.data.drawn.skeletons import FORMS
from cnnstudio.data.drawn.strokes import SAMPLES, prepare
from cnnstudio.data.library import BUILTIN, open_data, preview, stored

#: the same for all tests that only look at it; some are drawn slowly
head_of = cache(preview)


@pytest.fixture(params=sorted(BUILTIN))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.slow
def test_any_chunk_can_be_drawn_again_alone(name: str) -> None:
    kind = BUILTIN[name]
    first, again = (draw_chunk(kind, "train", 3) for _ in range(2))
    assert np.array_equal(first, again)
    for other in (draw_chunk(kind, "train", 4), draw_chunk(kind, "test", 3), draw_chunk(kind, "train", 3, 1)):
        assert not np.array_equal(first, other)


@pytest.mark.slow
def test_the_preview_is_the_head_of_the_whole(digits: DataSet, empty_cache: Path) -> None:
    head = preview("digits")
    assert (len(head.train), len(head.test)) == (1000, 200)
    assert not empty_cache.exists()
    for part, whole in ((head.train, digits.train), (head.test, digits.test)):
        assert np.array_equal(part.pixels, whole.pixels[: len(part)])
        assert np.array_equal(part.labels, whole.labels[: len(part)])


@pytest.mark.slow
def test_a_stored_set_previews_the_same(digits: DataSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = preview("digits")
    monkeypatch.setenv("CNNSTUDIO_CACHE", str(tmp_path))
    assert stored("digits") is None
    assert preview("digits").fingerprint == kept.fingerprint


def test_every_class_equally_often(digits: DataSet) -> None:
    assert np.array_equal(np.bincount(digits.train.labels), [1000] * 10)
    assert np.array_equal(np.bincount(digits.test.labels), [200] * 10)
    for kind in BUILTIN.values():
        assert np.array_equal(np.bincount(chunk_labels(kind, "test", 1)), [CHUNK // 10] * 10)


@pytest.mark.slow
def test_what_a_built_in_set_says_of_itself(name: str) -> None:
    head = head_of(name)
    kind = BUILTIN[name]
    assert (head.name, head.source) == (name, name)
    assert head.image_shape == kind.image_shape
    assert len(head.classes) == len(set(head.classes)) == 10
    assert kind.sentence.endswith(".") and "\n" not in kind.sentence


def test_no_picture_is_drawn_twice(digits: DataSet) -> None:
    pictures = np.concatenate([digits.train.pixels, digits.test.pixels]).reshape(12000, -1)
    assert len({picture.tobytes() for picture in pictures}) == 12000


def test_digits_fill_a_box_of_twenty_and_balance_in_the_middle(digits: DataSet) -> None:
    pixels = digits.train.pixels[..., 0]
    height, width = (_extent(pixels.max(axis=axis) > 0) for axis in (2, 1))
    longer = np.maximum(height, width)
    assert longer.max() == 20
    assert longer.min() >= 18
    assert (longer == 20).mean() > 0.99
    ink = pixels.sum(axis=(1, 2), dtype=np.int64)
    centres = [pixels.sum(axis=axis, dtype=np.int64) @ np.arange(28) / ink for axis in (2, 1)]
    off = np.abs(np.stack(centres) - 13.5)
    # Moved by whole pixels at most half a pixel remains; a few are so lopsided that the box meets the edge.
    assert (off <= 0.5).mean() > 0.998
    assert off.max() < 1.5


def test_digits_are_ink_on_paper(digits: DataSet) -> None:
    pixels = digits.train.pixels
    assert 0.75 < (pixels == 0).mean() < 0.9
    assert (pixels.max(axis=(1, 2, 3)) > 200).all()
    inked = pixels[pixels > 0]
    assert (inked == 255).mean() > 0.3


def test_digits_are_learnable(digits: DataSet) -> None:
    """Even by the nearest of some thousand neighbours, so labels and pictures belong together."""
    assert _nearest(digits.train.take(slice(4000)), digits.test.take(slice(500))) > 0.85


@pytest.mark.slow
@pytest.mark.real_data
def test_digits_teach_what_real_handwriting_is(digits: DataSet, mnist: DataSet) -> None:
    assert _nearest(digits.train, mnist.test.take(slice(1000))) > 0.86


@pytest.mark.slow
@pytest.mark.parametrize(("source", "most"), [("shapes", 0.3), ("things", 0.5)])
def test_colour_alone_does_not_tell_a_shape_and_seldom_a_thing(source: str, most: float) -> None:
    head = head_of(source)
    features = [
        np.concatenate([split.pixels.mean(axis=(1, 2)), split.pixels.std(axis=(1, 2))], axis=1) / 255
        for split in (head.train, head.test)
    ]
    wanted = np.eye(10)[head.train.labels]
    train, test = (np.column_stack([part, part**2, np.ones(len(part))]) for part in features)
    weights = np.linalg.lstsq(train, wanted, rcond=None)[0]
    assert ((test @ weights).argmax(axis=1) == head.test.labels).mean() < most


@pytest.mark.parametrize("source", ["shapes", "things"])
def test_figures_stand_out_from_their_ground(source: str) -> None:
    pixels = head_of(source).train.pixels.astype(np.float64)
    assert (pixels.std(axis=(1, 2)).max(axis=1) > 6).all()


def test_every_skeleton_is_sound() -> None:
    assert {form.digit for form in FORMS} == set(range(10))
    for form in FORMS:
        path = prepare(form)
        assert path.basis.shape == (SAMPLES, path.skeletons.shape[1])
        # A spline through points that all agree stays there.
        assert np.allclose(path.basis.sum(axis=1), 1)
        for skeleton in path.skeletons:
            drawn = path.basis @ skeleton
            assert np.abs(drawn[:, 1]).max() < 0.6
            for end, _ in path.ends:
                assert np.isclose(np.linalg.norm(drawn - skeleton[end], axis=1).min(), 0, atol=1e-9)


def test_progress_rises_to_one_and_cancelling_stops_at_once(empty_cache: Path) -> None:
    heard: list[float] = []
    with pytest.raises(Cancelled):
        open_data("digits", heard.append, lambda: len(heard) >= 3)
    assert len(heard) == 3
    assert heard == sorted(set(heard)) and heard[0] > 0 and heard[-1] < 1
    assert not empty_cache.exists()


def test_a_stored_set_says_it_is_ready(digits: DataSet) -> None:
    heard: list[float] = []
    assert stored("digits") is not None
    assert open_data("digits", heard.append).fingerprint == digits.fingerprint
    assert heard == [1.0]


def test_an_unknown_source_names_what_there_is() -> None:
    with pytest.raises(DataError, match=r"nothing-here.*digits, shapes.*folder"):
        open_data("nothing-here")
    with pytest.raises(DataError):
        open_data(Path("digits"))


def test_the_readme_names_all_of_them() -> None:
    words = " ".join((Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8").split())
    *others, last = BUILTIN
    assert f"Three sets of images come with it, {', '.join(others)} and {last}," in words and len(BUILTIN) == 3


def _extent(used: np.ndarray) -> np.ndarray:
    """First to last True of each row (n, 28)."""
    return used.shape[1] - used.argmax(axis=1) - used[:, ::-1].argmax(axis=1)


def _nearest(known: Examples, asked: Examples) -> float:
    """Accuracy of the nearest neighbour."""
    a, b = (part.pixels.reshape(len(part), -1).astype(np.float32) / 255 for part in (known, asked))
    distance = (a * a).sum(axis=1) - 2 * b @ a.T
    return float((known.labels[distance.argmin(axis=1)] == asked.labels).mean())
