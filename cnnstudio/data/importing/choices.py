"""What can be chosen as data is imported; what is not chosen is decided by the data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from cnnstudio.data.preparation.choice import colour_setting, size_setting
from cnnstudio.nn.settings import Described, setting

LARGEST_SIDE = 1024


@dataclass(frozen=True)
class SplitChoices(Described):
    """How many pictures a class may have, and what is held back as test pictures where the data gives none."""

    title: ClassVar[str] = "The import"

    test_share: float = setting(
        0.2, "Test share", "The share held back as test pictures where the data gives none.", type="real",
        low=0.01, high=0.9,
    )  # fmt: skip
    test_seed: int = setting(0, "Test seed", "Which pictures these are.", low=0, high=2**63 - 1)
    per_class: int = setting(
        0, "Pictures of a class", "At most so many of each class in each part; 0 takes all.", low=0, high=10**9
    )


@dataclass(frozen=True)
class PictureChoices(SplitChoices):
    """How pictures in files become pictures of one size."""

    size: tuple[int, int] = size_setting("Height and width of every picture; 0 takes the commonest.", LARGEST_SIDE)
    fit: str = setting(
        "crop", "Fit", "Whether pictures of another shape lose edges (crop), are squeezed (fit) or get bars (pad).",
        type="choice", choices=("crop", "fit", "pad"),
    )  # fmt: skip
    colour: str = colour_setting(
        "Whether pictures become grey or have colours; auto takes colours if any picture has some."
    )
    ground: str = setting(
        "white", "Ground", "What lies under pictures that are transparent.", type="choice", choices=("white", "black")
    )
    label_column: str = setting(
        "", "Label column", "The column of a CSV file that names the class; empty finds it.", type="text", high=256
    )
