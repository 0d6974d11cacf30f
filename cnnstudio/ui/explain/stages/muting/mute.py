"""Muting one filter of the network that is looked at, or letting it learn again: one step of undo."""

from __future__ import annotations

from cnnstudio.design.edits.locking import mute
from cnnstudio.design.value.design import Design
from cnnstudio.nn.parameters.locks import silenced
from cnnstudio.nn.parameters.parameters import Snapshot, initial_parameters
from cnnstudio.nn.telling.told import Sentence
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.run.looked_at import LookedAt

MUTE = "Its weights become 0, and its bias where it has one, and so does its map; training leaves them at 0"
UNMUTE = "Give the filter new first weights and let training move them again"


def is_muted(document: Document, node: str, item: int) -> bool:
    """Whether a filter is muted."""
    return item in document.project.design.locks.muted(node)


def mute_or_not(document: Document, now: LookedAt, node: str, item: int) -> None:
    """Mute the filter, or give it first weights as the seed draws them: from zeros many a filter never learns."""
    muted = is_muted(document, node, item)
    design = mute(document.project.design, node, item, not muted)
    parameters = now.snapshot.parameters.copy()
    if muted:
        fresh = initial_parameters(design.graph, design.recipe.seed).arrays(node)
        for name, array in parameters.arrays(node).items():
            array[item] = fresh[name][item]
    what = Sentence("Unmute filter {number}" if muted else "Mute filter {number}", number=item + 1)
    keep(document, now, what, now.snapshot.changed(silenced(parameters, design.locks).frozen()), design)


def keep(document: Document, now: LookedAt, what: Sentence, weights: Snapshot, design: Design) -> None:
    """They take the place of the document's weights, also where those of another epoch were looked at."""
    if now.best and now.run is not None:
        what = Sentence("{what} in the best weights (epoch {epoch})", what=what, epoch=now.run.best_epoch)
    document.change_weights(what, weights, design)
