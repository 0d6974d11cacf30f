"""Images that are none of the data's: drawn, or in a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnstudio.ui.commands.command import Command, Entry, Slot
from cnnstudio.ui.studio.declared import Part
from cnnstudio.ui.studio.intents import Intents, LookAtPicture
from cnnstudio.ui.studio.studio import Studio

if TYPE_CHECKING:
    from cnnstudio.ui.panels.evaluation.drawing_card import DrawingCard
    from cnnstudio.ui.panels.evaluation.own_picture import OwnPicture


def _drawing(studio: Studio) -> DrawingCard:
    from cnnstudio.ui.panels.evaluation.drawing_card import DrawingCard

    return DrawingCard(studio.document, studio.looking, studio.samples, studio.data, studio.notices, studio.window)


def _drawing_offers(studio: Studio) -> tuple[Entry, ...]:
    def open_pad() -> None:
        studio.get(DRAWING).open()

    studio.samples.drawing_asked.connect(open_pad)
    return (
        Command(
            id="draw", section="Train", text="Draw an image…", do=open_pad, words="draw digit drawing sketch own",
            help="Draw with the mouse and see what the network takes it for", slot=Slot("Train", 1, 2),
        ),
    )  # fmt: skip


DRAWING: Part[Studio, DrawingCard] = Part(
    name="drawing",
    make=_drawing,
    when="when needed",
    offers=_drawing_offers,
    shutdown=lambda card: card.shutdown(),
)


def _picture(studio: Studio) -> OwnPicture:
    from cnnstudio.ui.panels.evaluation.own_picture import OwnPicture

    return OwnPicture(studio.looking, studio.samples, studio.data, studio.notices, studio.window)


def _picture_offers(studio: Studio) -> tuple[Entry, ...]:
    return (
        Command(
            id="picture", section="Files", text="Look at a picture…", slot=Slot("File", 3, 1),
            help="Show the network a picture of your own", do=lambda: studio.get(PICTURE).choose(studio.window),
        ),
        Command(
            id="paste picture", section="Files", text="Look at the copied picture", slot=Slot("File", 3, 2),
            keys=("Ctrl+Alt+V",), help="Show the network a picture from another program, or a file that was copied",
            do=lambda: studio.get(PICTURE).paste(),
        ),
    )  # fmt: skip


def _picture_answers(studio: Studio, intents: Intents) -> None:
    intents.answer(LookAtPicture, lambda intent: studio.get(PICTURE).show_many((intent.path, *intent.others)))


PICTURE: Part[Studio, OwnPicture] = Part(
    name="own picture",
    make=_picture,
    when="when needed",
    offers=_picture_offers,
    answers=_picture_answers,
    shutdown=lambda picture: picture.shutdown(),
)

#: what this folder declares
DECLARED = (DRAWING, PICTURE)
