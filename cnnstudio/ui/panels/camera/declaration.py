"""File ▸ Camera: pictures of one's own, as many as a key is held for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnstudio.ui.commands.command import Command, Entry, Slot
from cnnstudio.ui.studio.declared import Part
from cnnstudio.ui.studio.studio import Studio

if TYPE_CHECKING:
    from cnnstudio.ui.panels.camera.camera_card import CameraCard


def _make(studio: Studio) -> CameraCard:
    from cnnstudio.ui.panels.camera.camera_card import CameraCard

    return CameraCard(studio.looking, studio.samples, studio.data, studio.intents, studio.notices, studio.window)


def _offers(studio: Studio) -> tuple[Entry, ...]:
    return (
        Command(
            id="camera", section="Files", text="Camera…", slot=Slot("File", 3, 3),
            help="Collect pictures by class with a camera, and see what the network says to what it sees",
            words="webcam live classify collect video", do=lambda: studio.get(CAMERA).open(),
        ),
        Command(
            id="film", section="Files", text="Film in place of the camera…", slot=Slot("File", 3, 4),
            help="The same with a film in a file", words="video mp4 movie webcam",
            do=lambda: studio.get(CAMERA).choose_film(),
        ),
    )  # fmt: skip


CAMERA: Part[Studio, CameraCard] = Part(
    name="camera", make=_make, when="when needed", offers=_offers, shutdown=lambda card: card.shutdown()
)

#: what this folder declares
DECLARED = (CAMERA,)
