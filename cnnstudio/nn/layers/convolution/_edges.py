"""What layers share that add or take away rows and columns at the edges of every map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.explaining.backward import passed_back
from cnnstudio.nn.explaining.dependence import Cell
from cnnstudio.nn.explaining.parts import BackPart, Site
from cnnstudio.nn.graph.layer import Category, Layer, Reach
from cnnstudio.nn.settings import setting
from cnnstudio.nn.telling.told import Sentence


def side_setting(title: str, sentence: str) -> Any:
    """A setting: how many rows or columns at one side."""
    return setting(1, title, sentence, low=0, high=1024, unit="px")


@dataclass(frozen=True)
class AtEdges(Layer):
    """Each kind has the settings ``top``, ``bottom``, ``left`` and ``right``, with sentences of its own."""

    category: ClassVar[Category] = "convolution"
    reach: ClassVar[Reach] = "window"
    linear: ClassVar[bool] = True
    rereads_output: ClassVar[bool] = False

    @property
    def sides(self) -> tuple[int, int, int, int]:
        """Top, bottom, left and right."""
        top, bottom, left, right = (getattr(self, name) for name in ("top", "bottom", "left", "right"))
        return (top, bottom, left, right)

    def summary(self) -> Sentence:
        return Sentence("{sides:commas} px", sides=self.sides[:1] if len(set(self.sides)) == 1 else self.sides)

    def back_account(self, site: Site, gradient: Floats, cell: Cell, label: int) -> BackPart | None:
        return passed_back(site, self.dependence(site.shapes), gradient, cell)
