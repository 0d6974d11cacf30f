"""The film of a convolution: follows the place that all of Explain looks at, and moves it while it plays."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Qt

from cnnstudio.nn.arrays import thousands
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.ui.explain.film.controls import ALL, Controls
from cnnstudio.ui.explain.film.film_stage import FilmStage
from cnnstudio.ui.explain.film.reel import Reel
from cnnstudio.ui.explain.film.rows import walked_on, with_row
from cnnstudio.ui.explain.film.running import Running
from cnnstudio.ui.explain.film.scene import Scene
from cnnstudio.ui.explain.film.scrub_bar import ScrubBar
from cnnstudio.ui.explain.keys import on_key
from cnnstudio.ui.explain.place import Place


class Film(Running):
    """Nothing is computed while it is hidden."""

    #: what is filmed, the picture of it, and what its units are called
    scenes: type[Scene] = Scene
    stages: type[FilmStage] = FilmStage
    units: Mapping[str, str] = ALL

    def __init__(self, place: Place) -> None:
        self.stage = self.stages()
        self.scene: Scene | None = None
        super().__init__(place, self.stage, Controls(self.units), ScrubBar())
        self.stage.cell_asked.connect(self.cell_asked)
        self.stage.filter_asked.connect(self.filter_asked)
        self.stage.channel_asked.connect(self._channel_asked)
        self.controls.strongest_asked.connect(lambda: self._choose(()))
        on_key(self, Qt.Key.Key_A, self._walk_on)
        on_key(self, Qt.Key.Key_T, partial(self._choose, ()))

    @property
    def possible(self) -> bool:
        return self.place.ready and self.scenes.possible(self.place.probed, self.place.node)

    @property
    def reel(self) -> Reel | None:
        return None if self.scene is None else self.scene.reel

    def load(self, possible: bool) -> None:
        if not possible:
            self.scene = None
            self.stage.show_scene(None)
            return
        chosen = self.scene.chosen if self.scene is not None and self.scene.node == self.place.node else ()
        scene = self.scenes(self.place.probed, self.place.node)
        if chosen and max(chosen) < scene.read.shape[2]:
            scene.choose(chosen)
        self.scene = scene
        self.stage.show_scene(scene)

    def draw(self) -> None:
        self.stage.show_position(self.position, self.progress)

    def tell(self) -> None:
        if self.scene is None:
            return
        self.controls.show_rows(self._shown_rows())
        self.title.setText(self.heading())
        self.words.setText(self.sentence())
        if not self.playing:
            self.stage.setAccessibleDescription(self.stage.spoken())

    def heading(self) -> str:
        """What happens."""
        assert self.scene is not None
        where = "picture" if self.scene.image else "maps"
        return f"Filter {self.position.filter + 1} of {self.scene.reel.filters} is laid on the {where}"

    def sentence(self) -> str:
        """How a cell comes of it."""
        assert self.scene is not None
        scene, reel = self.scene, self.scene.reel
        channels, end = len(scene.channels(self.position.filter)), "one cell of the map"
        if channels > reel.rows:
            own, others = amount(reel.rows - 1, "map"), thousands(channels - reel.rows + 1)
            return f"{own} of those read have a row each, the other {others} are added up in one."
        if channels == 1:
            return f"Its products are added up{' with the bias' if reel.bias else ''}: {end}."
        each, all_of_them = "colour sheet" if scene.coloured else "map", amount(channels, "number")
        if reel.bias:
            return f"Each {each} gives one number. {all_of_them} and the bias: {end}."
        return f"Each {each} gives one number. {all_of_them}, added up: {end}."

    def _shown_rows(self) -> str:
        assert self.scene is not None
        if len(self.scene.channels(self.position.filter)) <= self.scene.reel.rows:
            return ""
        return "Rows: chosen" if self.scene.chosen else f"Rows: {self.scene.reel.rows - 1} strongest"

    def _channel_asked(self, channel: int) -> None:
        if self.scene is not None:
            channels = self.scene.channels(self.position.filter)
            if len(channels) > self.scene.reel.rows:
                shown = tuple(row.channels[0] for row in self.scene.rows(self.position.filter) if row.single)
                self._choose(with_row(channels, self.scene.chosen or shown, channel))

    def _walk_on(self) -> None:
        if self.scene is not None:
            channels = self.scene.channels(self.position.filter)
            if len(channels) > self.scene.reel.rows:
                shown = tuple(row.channels[0] for row in self.scene.rows(self.position.filter) if row.single)
                self._choose(walked_on(channels, shown))

    def _choose(self, channels: tuple[int, ...]) -> None:
        if self.scene is not None:
            self.scene.choose(channels)
            self.stage.rows_changed()
            self._tell()
