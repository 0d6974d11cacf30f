"""What the design is called."""

from __future__ import annotations

from cnnstudio.nn.telling.told import Sentence
from cnnstudio.ui.document.document import Document


def name_design(document: Document, name: str) -> None:
    """Call the design something else, as one undo step; a name of nothing but spaces leaves the old one."""
    design, name = document.project.design, " ".join(name.split())[:256]
    if name and name != design.title:
        document.edit(Sentence("Name the design “{name}”", name=name), design.with_changes(title=name))
