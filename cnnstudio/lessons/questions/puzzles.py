"""Questions in pictures: which filter made this map, which map it makes, where it lights up, what moves with a digit.

The pictures are the built-in digits, the filters well-known ones, and every map is the engine's.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from cnnstudio.data.drawn import digits
from cnnstudio.lessons.questions.choosing import Offered, Option, Picture
from cnnstudio.lessons.questions.subject import output_of
from cnnstudio.nn.arrays import Array, Floats
from cnnstudio.nn.explaining.presets import presets
from cnnstudio.nn.layers.convolution.conv2d import Conv2D
from cnnstudio.nn.randomness import draws
from cnnstudio.nn.telling.told import Sentence

#: what can be asked for: which of four filters made a map, which of four maps a filter makes, which is the map of a
#: digit that was moved, and where a map is largest
PUZZLES = ("filter", "map", "moved", "place")
#: a place of which the number is so much of the map's largest is right, too
ENOUGH = 0.75
_SIZE, _FILTERS = 5, 4
#: pixels a digit is moved by: no more than there is room beside it
_MOVES = (-4, -3, 3, 4)
_LOOKS_FOR = {
    "left": Sentence("blue on the left and red on the right: large where it gets brighter to the right"),
    "right": Sentence("red on the left and blue on the right: large where it gets darker to the right"),
    "top": Sentence("blue above and red below: large where it gets brighter downwards"),
    "bottom": Sentence("red above and blue below: large where it gets darker downwards"),
    "blur": Sentence("red everywhere: large wherever there is light at all"),
}


@dataclass(frozen=True)
class Puzzle:
    """As a lesson's file has it; ``kind`` is one of ``PUZZLES``."""

    id: str
    text: str
    kind: str


@dataclass(frozen=True, eq=False)
class Pointed:
    """A place is to be pointed at: ``image`` (H, W), a filter (k, k), the map (H − k + 1, W − k + 1) it makes of it."""

    id: str
    text: Sentence
    image: Picture
    filter: Picture
    map: Picture
    why: Sentence

    @property
    def best(self) -> tuple[int, int]:
        """The pixel in the middle of the window where the map is largest."""
        row, column = np.unravel_index(int(np.argmax(self.map.values)), self.map.values.shape)
        return int(row) + _SIZE // 2, int(column) + _SIZE // 2

    def number_at(self, pixel: tuple[int, int]) -> float | None:
        """The map's number of the window with this pixel in its middle; None where none fits."""
        row, column = pixel[0] - _SIZE // 2, pixel[1] - _SIZE // 2
        rows, columns = self.map.values.shape
        return float(self.map.values[row, column]) if 0 <= row < rows and 0 <= column < columns else None

    def right(self, pixel: tuple[int, int]) -> bool:
        """Whether the map is nearly as large there as anywhere."""
        number = self.number_at(pixel)
        return number is not None and number >= ENOUGH * float(self.map.values.max())


def puzzled(puzzle: Puzzle, seed: int, turn: int) -> Offered | Pointed:
    """The puzzle with the digit and the filters of its ``turn``-th time."""
    random = draws(seed, "lesson puzzle", puzzle.id, turn)
    image = _digit(int(random.integers(10)), int(random.integers(1 << 16)))
    names = [list(_LOOKS_FOR)[int(place)] for place in random.permutation(len(_LOOKS_FOR))]
    text = Sentence("{text}", text=puzzle.text)
    picture = (Sentence("The digit"), Picture(image, "image"))
    if puzzle.kind == "place":
        name = next(name for name in names if name != "blur")
        made = map_of(image, name)
        why = Sentence("Its filter is {looks}. The whole map shows it.", looks=_LOOKS_FOR[name])
        return Pointed(puzzle.id, text, picture[1], _filter(name), Picture(made, "signed"), why)
    names = names[:_FILTERS]
    if puzzle.kind == "moved":
        return _moved(puzzle, text, image, names[0], random)
    right, order = names[0], [names[int(place)] for place in random.permutation(_FILTERS)]
    looks = _LOOKS_FOR[right]
    if puzzle.kind == "filter":
        said = {name: Sentence("No. It is {looks}.", looks=_LOOKS_FOR[name]) for name in order}
        options = [Option(name == right, said[name], picture=_filter(name)) for name in order]
        shown = (Sentence("A map of it"), Picture(map_of(image, right), "signed"))
        return Offered(puzzle.id, text, tuple(options), Sentence("It is {looks}.", looks=looks), (picture, shown))
    maps = {name: Picture(map_of(image, name), "signed") for name in order}
    another = "No. That is the map of another filter. It is {looks}."
    said = {name: Sentence(another, looks=_LOOKS_FOR[name]) for name in order}
    options = [Option(name == right, said[name], picture=maps[name]) for name in order]
    shown = (Sentence("The filter"), _filter(right))
    return Offered(puzzle.id, text, tuple(options), Sentence("The filter is {looks}.", looks=looks), (picture, shown))


def kernel(name: str) -> Floats:
    """The weights (5, 5) of one of the filters."""
    known = presets(_SIZE, _SIZE)
    across, down = known["sobel-across"], known["sobel-down"]
    found = {"left": across, "right": -across, "top": down, "bottom": -down, "blur": known["blur"]}[name]
    return np.asarray(found, np.float32)


def map_of(image: Array, name: str) -> Floats:
    """What a filter makes of a picture (H, W), by the engine."""
    made = output_of(Conv2D(filters=1, kernel=(_SIZE, _SIZE)), image, kernel(name), 0.0)
    return np.asarray(made[:, :, 0], np.float32)


def _moved(puzzle: Puzzle, text: Sentence, image: Array, name: str, random: np.random.Generator) -> Offered:
    down, right = (_move(image, axis, random) for axis in (0, 1))
    moved, before = _shifted(image, down, right), map_of(image, name)
    why = Sentence("The same filter lies everywhere: when the digit moves, its map moves along, and stays the same.")
    made = (
        (map_of(moved, name), why),
        (before, Sentence("That is the old map. The filter finds its pattern where the digit is *now*.")),
        (
            map_of(_shifted(image, -down, -right), name),
            Sentence("The wrong way: the map moves as the digit does."),
        ),
        (
            np.ascontiguousarray(map_of(moved, name)[:, ::-1]),
            Sentence("That one is mirrored. The digit has moved, and nothing else."),
        ),
    )
    options = [Option(n == 0, reply, picture=Picture(values, "signed")) for n, (values, reply) in enumerate(made)]
    shown = (
        (Sentence("The digit"), Picture(image, "image")),
        (Sentence("Its map"), Picture(before, "signed")),
        (Sentence("The digit, moved"), Picture(moved, "image")),
    )
    mixed = tuple(options[int(place)] for place in random.permutation(len(options)))
    return Offered(puzzle.id, text, mixed, why, shown)


def _move(image: Array, axis: int, random: np.random.Generator) -> int:
    """By how many pixels the digit can be moved along an axis without leaving the picture."""
    inked = np.flatnonzero(image.any(axis=1 - axis))
    room = -int(inked[0]), image.shape[axis] - 1 - int(inked[-1])
    moves = [move for move in _MOVES if room[0] <= move <= room[1]] or [1 if room[1] else -1]
    return moves[int(random.integers(len(moves)))]


def _shifted(image: Array, down: int, right: int) -> Array:
    """Moved by so many pixels; what leaves the picture is gone, what comes in is black."""
    rows, columns = image.shape
    moved = np.zeros_like(image)
    moved[max(0, down) : rows + min(0, down), max(0, right) : columns + min(0, right)] = image[
        max(0, -down) : rows + min(0, -down), max(0, -right) : columns + min(0, -right)
    ]
    return moved


def _filter(name: str) -> Picture:
    return Picture(kernel(name), "signed")


@lru_cache(maxsize=64)
def _digit(label: int, number: int) -> Floats:
    """A digit (28, 28), from 0 to 1."""
    drawn = digits.draw(np.array([label]), draws(number, "lesson puzzle", "digit", label))
    image = np.asarray(drawn[0, :, :, 0], np.float32) / 255
    image.setflags(write=False)
    return image
