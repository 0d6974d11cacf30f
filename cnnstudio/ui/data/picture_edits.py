"""Decisions about pictures as steps of undo: they change what the design has chosen of its data, and no file."""

from __future__ import annotations

from collections.abc import Sequence

from cnnstudio.data.dataset import DataError
from cnnstudio.data.preparation.changes import Changes
from cnnstudio.data.review.catalogue import LEFT_OUT, Catalogue
from cnnstudio.data.review.editing import left_out, relabelled, used_for
from cnnstudio.nn.telling.told import Sentence, worded
from cnnstudio.ui.data.decisions import Decision, LeaveOut, Relabel, UseFor
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.telling.notices import Notices

#: the matter that notices here are about
MATTER = "changes to pictures"


def decide(document: Document, notices: Notices, catalogue: Catalogue, rows: Sequence[int], decision: Decision) -> None:
    """Make a decision about the pictures of these rows; a notice says why one cannot be made."""
    notices.settle(MATTER)
    changes, count = document.project.design.recipe.data.changes, len(rows)
    try:
        match decision:
            case Relabel(label) if label < len(catalogue.data.classes):
                name = catalogue.data.classes[label]
                step = Sentence("Label {pictures:# picture|# pictures} “{name}”", pictures=count, name=name)
                _edit(document, step, relabelled(catalogue, changes, rows, label))
            case LeaveOut():
                out = any(int(catalogue.parts[row]) != LEFT_OUT for row in rows)
                away = Sentence("Leave {pictures:# picture|# pictures} out", pictures=count)
                back = Sentence("Take {pictures:# picture|# pictures} back", pictures=count)
                _edit(document, away if out else back, left_out(catalogue, changes, rows, out))
            case UseFor(part):
                step = Sentence("Use {pictures:# picture|# pictures} for {part}", pictures=count, part=part)
                _edit(document, step, used_for(catalogue, changes, rows, part))
            case _:
                return
    except DataError as error:
        notices.tell(worded(error), "warning", about=MATTER)


def _edit(document: Document, step: Sentence, changes: Changes) -> None:
    design = document.project.design
    data = design.recipe.data.replace(changes=changes)
    document.edit(step, design.with_changes(recipe=design.recipe.replace(data=data)))
