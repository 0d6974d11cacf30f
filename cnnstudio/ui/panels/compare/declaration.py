"""File ▸ Compare with: another design beside this one."""

from __future__ import annotations

from cnnstudio.ui.commands.command import Entry, Slot, Submenu
from cnnstudio.ui.panels.compare.comparing import Comparing
from cnnstudio.ui.studio.declared import Part
from cnnstudio.ui.studio.studio import Studio


def _make(studio: Studio) -> Comparing:
    comparing = Comparing(studio.document, studio.notices, studio.workspaces.widget)
    studio.workspaces.changed.connect(comparing.dismiss)
    studio.commands.add_list(comparing.listed)
    return comparing


def _offers(studio: Studio) -> tuple[Entry, ...]:
    return (Submenu("Compare with", Slot("File", 2, 1), studio.get(COMPARING).menu),)


COMPARING: Part[Studio, Comparing] = Part(name="comparing", make=_make, offers=_offers, shutdown=Comparing.shutdown)

#: what this folder declares
DECLARED = (COMPARING,)
