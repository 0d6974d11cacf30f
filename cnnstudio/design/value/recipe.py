"""How a design is to be trained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Self

from cnnstudio.data.augmentation import Augmentation
from cnnstudio.nn.rules.losses import LOSSES
from cnnstudio.nn.rules.optimizers import OPTIMIZERS
from cnnstudio.nn.rules.schedules import SCHEDULES
from cnnstudio.nn.settings import setting


@dataclass(frozen=True)
class Recipe(Augmentation):
    """The settings of a training run; everything that decides its numbers besides the graph and the threads.

    What is made or read keeps what it says; ``choose`` changes it as people expect.
    """

    title: ClassVar[str] = "Recipe"

    data: str = setting("digits", "Data", "The images to learn from: a built-in set or a path.", type="text", high=4096)
    batch_size: int = setting(
        64,
        "Batch size",
        "How many images are looked at before the weights move once.",
        low=1,
        high=4096,
        unit="images",
    )
    epochs: int = setting(3, "Epochs", "How often the network sees the whole training set.", low=1, high=10_000)
    optimizer: str = setting(
        "adam",
        "Optimizer",
        "The rule that turns gradients into new weights. Another one brings its own settings; a learning rate that you "
        "set yourself stays.",
        type="choice",
        meanings={name: kind.about for name, kind in OPTIMIZERS.items()},
    )
    learning_rate: float = setting(
        0.001,
        "Learning rate",
        "How far the weights move at each step.",
        type="real",
        low=1e-8,
        high=100.0,
    )
    momentum: float = setting(
        0.9,
        "Momentum",
        "How much of its last move the optimizer carries into the next; Adam has its own.",
        type="real",
        low=0.0,
        high=0.9999,
    )
    schedule: str = setting(
        "constant",
        "Schedule",
        "How the learning rate changes during the run.",
        type="choice",
        meanings={name: kind.about for name, kind in SCHEDULES.items()},
    )
    warm_up: int = setting(
        0, "Warm-up", "Over how many steps the learning rate first rises.", low=0, high=1_000_000, unit="steps"
    )
    weight_decay: float = setting(
        0.0,
        "Weight decay",
        "Pulls weights towards zero, so that the network relies on many small ones.",
        type="real",
        low=0.0,
        high=10.0,
    )
    clipping: float = setting(
        0.0,
        "Clipping",
        "A gradient longer than this is shortened to it; 0 leaves all as they are.",
        type="real",
        low=0.0,
        high=1e6,
    )
    label_smoothing: float = setting(
        0.0,
        "Label smoothing",
        "The part of the right answer that is spread over all classes, against too sure a network.",
        type="real",
        low=0.0,
        high=0.99,
    )
    loss: str = setting(
        "cross_entropy",
        "Loss",
        "How far from the truth an answer is: cross-entropy, or the mean of the squared errors.",
        type="choice",
        meanings={name: kind.about for name, kind in LOSSES.items()},
    )
    seed: int = setting(
        0,
        "Seed",
        "Decides the first weights, the order of the images and every other draw.",
        low=0,
        high=2**63 - 1,
    )

    def choose(self, **settings: Any) -> Self:
        """The recipe with these settings. Another optimizer brings its own defaults for whatever is not named here,
        except for a learning rate that is not the default of the optimizer before.

        Raises:
            SettingError: a setting is unknown or out of its limits.
        """
        values = self.to_json()
        changed = self.from_json(values | settings)
        if changed.optimizer == self.optimizer:
            return changed
        before, now = OPTIMIZERS[self.optimizer], OPTIMIZERS[changed.optimizer]
        own = {about.name: about.default for about in now.settings() if about.name in values}
        if self.learning_rate != before().learning_rate:
            del own["learning_rate"]
        return changed.replace(**{name: value for name, value in own.items() if name not in settings})

    @property
    def memory_slots(self) -> int:
        """How many numbers the optimizer remembers of each weight."""
        return len(OPTIMIZERS[self.optimizer].memory)
