"""The short film of a layer that makes each map from one: what happens to every cell, as it happens."""

from __future__ import annotations

from cnnstudio.nn.telling.told import worded
from cnnstudio.ui.explain.film.controls import CELL, CHANNEL, FILTER, ROW, Controls
from cnnstudio.ui.explain.film.reel import Reel
from cnnstudio.ui.explain.film.running import Running
from cnnstudio.ui.explain.film.scrub_bar import ScrubBar
from cnnstudio.ui.explain.place import Place
from cnnstudio.ui.explain.short.scene import ShortScene, kind_of
from cnnstudio.ui.explain.short.short_stage import ShortStage


class ShortFilm(Running):
    """Nothing is computed while it is hidden."""

    def __init__(self, place: Place) -> None:
        self.stage = ShortStage()
        self.scene: ShortScene | None = None
        units = {CELL: CELL, ROW: ROW, CHANNEL: "step", FILTER: "map"}
        super().__init__(place, self.stage, Controls(units), ScrubBar("start", "map"))
        self.controls.show_rows("")
        self.stage.cell_asked.connect(self.cell_asked)

    @property
    def possible(self) -> bool:
        return self.place.ready and kind_of(self.place.probed, self.place.node) is not None

    @property
    def reel(self) -> Reel | None:
        return None if self.scene is None else self.scene.reel

    def load(self, possible: bool) -> None:
        self.scene = ShortScene(self.place.probed, self.place.node) if possible else None
        self.stage.show_scene(self.scene)

    def draw(self) -> None:
        self.stage.show_position(self.position, self.progress)

    def tell(self) -> None:
        moment = self.stage.moment
        if self.scene is None or moment is None:
            return
        reel = self.scene.reel
        self.title.setText(f"{self.place.name_of(self.scene.node)}: map {self.position.filter + 1} of {reel.filters}")
        known = moment.step >= reel.rows
        told = known and not self.playing
        self.words.setText(worded(moment.account.parts[0].caption) if told else self.scene.layer.sentence)
        if not self.playing:
            self.stage.setAccessibleDescription(self.stage.spoken())
