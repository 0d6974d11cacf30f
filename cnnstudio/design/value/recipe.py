"""How a design is to be trained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Self

from cnnstudio.data.preparation.augmentation import AUGMENTATIONS, Augmentation
from cnnstudio.data.preparation.choice import DATA, DataChoice
from cnnstudio.nn.rules.losses import CROSS_ENTROPY, LOSSES, Loss
from cnnstudio.nn.rules.optimizers import OPTIMIZERS, Adam, Optimizer
from cnnstudio.nn.rules.schedules import CONSTANT, SCHEDULES, OneCycle, Schedule
from cnnstudio.nn.settings import Described, setting
from cnnstudio.nn.training.order import BALANCED, EACH_ONCE

#: a run may have so many
MOST_EPOCHS = 10_000
#: the rates that new designs begin with: most, deep ones without normalization, small ones with global pooling
FIRST_RATE, DEEP_RATE, POOLED_RATE = 0.02, 0.005, 0.05


@dataclass(frozen=True)
class Recipe(Described):
    """The settings of a training run; everything that decides its numbers besides the graph and the threads.

    What is made or read keeps what it says; ``choose`` changes it as people expect.
    """

    title: ClassVar[str] = "Recipe"

    data: DataChoice = setting(
        DataChoice(), "Data", "The images to learn from, and which of them validation gets.", type="kind", kinds=DATA
    )
    batch_size: int = setting(
        64,
        "Batch size",
        "How many images are looked at before the weights move once.",
        low=1,
        high=4096,
        unit="images",
    )
    epochs: int = setting(3, "Epochs", "How often the network sees the whole training set.", low=1, high=MOST_EPOCHS)
    optimizer: Optimizer = setting(
        Adam(),
        "Optimizer",
        "The rule that turns gradients into new weights. Another one brings its own settings; a learning rate that you "
        "set yourself stays.",
        type="kind",
        kinds=OPTIMIZERS,
    )
    early_stopping: int = setting(
        0,
        "Early stopping",
        "After how many epochs without a better validation loss the run ends; 0: it has all its epochs.",
        low=0,
        high=1000,
        unit="epochs",
    )
    schedule: Schedule = setting(
        CONSTANT, "Schedule", "How the learning rate changes during the run.", type="kind", kinds=SCHEDULES
    )
    clipping: float = setting(
        0.0,
        "Clipping",
        "A gradient longer than this is shortened to it; 0 leaves all as they are.",
        type="real",
        low=0.0,
        high=1e6,
    )
    loss: Loss = setting(
        CROSS_ENTROPY,
        "Loss",
        "How far from the truth an answer is: cross-entropy, or the mean of the squared errors.",
        type="kind",
        kinds=LOSSES,
    )
    drawing: str = setting(
        EACH_ONCE,
        "Drawing",
        "Which training images an epoch goes through: each once, or as many of every class.",
        type="choice",
        choices=(EACH_ONCE, BALANCED),
        meanings={
            EACH_ONCE: "Every training image once, in an order of its own",
            BALANCED: "As many of every class: those of rare classes several times, of frequent ones another part in "
            "every epoch",
        },
    )
    augmentation: Augmentation = setting(
        Augmentation(),
        "Augmentation",
        "How training images are varied, anew in every epoch.",
        type="kind",
        kinds=AUGMENTATIONS,
    )
    seed: int = setting(
        0,
        "Seed",
        "Decides the first weights, the order of the images and every other draw.",
        low=0,
        high=2**63 - 1,
    )

    def __post_init__(self) -> None:
        data: Any = self.data
        if isinstance(data, str):  # where they come from is enough to say
            object.__setattr__(self, "data", DataChoice(data))
        super().__post_init__()

    def choose(self, **settings: Any) -> Self:
        if isinstance(settings.get("data"), str):
            settings["data"] = self.data.taken_from(settings["data"])
        other = settings.get("optimizer", self.optimizer.kind) != self.optimizer.kind
        if other and self.optimizer in [Adam(rate) for rate in (FIRST_RATE, DEEP_RATE, POOLED_RATE)]:
            # nobody has set that rate: another optimizer brings its own
            return self.replace(optimizer=Adam()).choose(**settings)
        return super().choose(**settings)


#: How most new designs are trained until somebody says otherwise, as was measured (``benchmarks/first_recipe.py``): a
#: rate that rises and falls in one cycle (Smith and Topin, 2018) may be as high as small networks want it; most deep
#: ones do not break at its beginning, and the running figures of batch norm catch up at its end.
FIRST_RECIPE = Recipe(epochs=6, optimizer=Adam(FIRST_RATE), schedule=OneCycle())
