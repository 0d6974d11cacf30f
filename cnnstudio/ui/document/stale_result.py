"""What the window says when the figures of the last run are no longer those of the network that is shown."""

from __future__ import annotations

from dataclasses import dataclass

from cnnstudio.nn.telling.phrases import amount
from cnnstudio.project.since_training import since_training
from cnnstudio.ui.document.document import Document


@dataclass(frozen=True)
class StaleResult:
    """``short`` stands beside the button, ``briefer`` where that is narrow, the longest first, ``long`` wherever
    there is room for sentences."""

    short: str
    briefer: tuple[str, ...]
    long: str


def stale_result(document: Document, images: str = "") -> StaleResult | None:
    """What to say of the document's last run, or None where its figures hold or there are none; ``images`` is the
    fingerprint of those there are now, where they are known."""
    changes = since_training(document.project, images)
    if changes is None:
        return None
    if changes.only_images:
        long = (
            "The network was trained on other images. The accuracy and the curves are those on the images before. "
            "Train begins a new run with these."
        )
        return StaleResult("Trained on other images", ("Other images",), long)
    steps = document.steps_back()
    times = "" if steps == 1 else f", {amount(steps, 'time')},"
    keys = f"Ctrl+Z{times}"
    what = "Changed since training" if changes.layers else "Weights changed since training"
    count = len(changes.anew)
    anew = f"{amount(count, 'layer')} start{'s' if count == 1 else ''} anew" if count else ""
    short = " · ".join(part for part in (what, anew, f"{keys} takes it back" if steps else "") if part)
    brief = f"Changed · {amount(count, 'layer')} anew" if count else "Changed"
    names = [document.project.design.cards[node].name for node in changes.anew]
    sentences = [f"The network has been changed since it was trained{_named(names)}."]
    sentences.append("The accuracy and the curves are those of the network before.")
    if steps:
        sentences.append(f"{keys} brings the trained weights back.")
    sentences.append("Train begins a new run with the network as it is now.")
    briefer = (f"{brief} · Ctrl+Z", brief) if steps == 1 else (brief,)
    return StaleResult(short, briefer, " ".join(sentences))


def _named(names: list[str]) -> str:
    if not names:
        return ""
    listed = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    return f": {listed} start{'s' if len(names) == 1 else ''} anew with random weights"
