"""What can be chosen of a built-in set: how large its pictures are, their colours, and a flaw to be found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from cnnstudio.data.dataset import DataSet
from cnnstudio.data.drawn.flaws import GROUND, LABEL, LEAK, NONE, with_flaw
from cnnstudio.data.drawn.sized import made_to_be
from cnnstudio.data.preparation.choice import colour_setting, size_setting
from cnnstudio.nn.settings import Described, setting

#: pixels a side; drawn pictures gain nothing beyond
LARGEST_SIDE = 256


@dataclass(frozen=True)
class DrawnChoices(Described):
    """What can be chosen of a built-in set."""

    title: ClassVar[str] = "The set"

    size: tuple[int, int] = size_setting("Height and width of every picture; 0 leaves it as it is drawn.", LARGEST_SIDE)
    colour: str = colour_setting("Whether pictures become grey or have colours; auto leaves them as they are drawn.")
    flaw: str = setting(
        NONE,
        "Flaw",
        "What is wrong with the set, for those who are to find it.",
        type="choice",
        meanings={
            NONE: "Nothing is wrong",
            GROUND: "A ground colour gives the class of training pictures away, and means nothing in the test",
            LABEL: "Some training pictures of a class are labelled as another",
            LEAK: "Test pictures are among those to learn from",
        },
    )

    def made_of(self, drawn: DataSet) -> DataSet:
        """The set as it is chosen; the same choices are the same data."""
        height, width, channels = drawn.image_shape
        channels = {"grey": 1, "rgb": 3}.get(self.colour, channels)
        shape = (self.size[0] or height, self.size[1] or width, channels)
        return with_flaw(made_to_be(drawn, shape), self.flaw)
