"""The canvas, in the centre of the board, with the notices over it."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from cnnstudio.ui.canvas.commands.offered import REPEATING, canvas_commands, mouse_gestures
from cnnstudio.ui.canvas.framing import KeepFramed
from cnnstudio.ui.canvas.looking import view_commands
from cnnstudio.ui.canvas.view import CanvasView
from cnnstudio.ui.commands.command import Entry
from cnnstudio.ui.studio.declared import Panel, Part, Stop
from cnnstudio.ui.studio.intents import ExplainLayer, GoToLayer, Intents
from cnnstudio.ui.studio.studio import Studio
from cnnstudio.ui.telling.notice_strip import NoticeStrip


def _make(studio: Studio) -> CanvasView:
    canvas = CanvasView(studio.document)
    KeepFramed(canvas)
    for widget in (canvas, canvas.viewport()):
        widget.setAcceptDrops(False)  # files dropped on the canvas are the window's affair
    data, session, inspection, times = studio.data, studio.session, studio.inspection, studio.epoch_time

    def show_running() -> None:
        graph = session.graph
        canvas.set_running_nodes(None if graph is None else frozenset(node.id for node in graph))

    def show_times() -> None:
        found = times.estimate
        canvas.canvas_scene.set_times(found.layers if found is not None else None)

    canvas.told.connect(studio.notices.tell)
    canvas.explain_requested.connect(lambda node: studio.intents.ask(ExplainLayer(node)))
    canvas.sight.changed.connect(studio.live_maps.look_again)
    data.changed.connect(lambda: canvas.set_class_names(data.classes))
    inspection.maps_changed.connect(canvas.set_maps)
    inspection.image_changed.connect(lambda: canvas.set_image(inspection.image))
    session.state_changed.connect(show_running)
    times.changed.connect(show_times)
    return canvas


def _offers(studio: Studio) -> tuple[Entry, ...]:
    canvas = studio.get(CANVAS)
    return (*canvas_commands(canvas.commands), REPEATING, *view_commands(canvas), *mouse_gestures())


def _answers(studio: Studio, intents: Intents) -> None:
    def go_to(intent: GoToLayer) -> None:
        canvas = studio.get(CANVAS)
        studio.document.select([intent.node])
        canvas.frame_selection()
        canvas.setFocus()

    intents.answer(GoToLayer, go_to)


CANVAS = Part(
    name="canvas",
    make=_make,
    offers=_offers,
    answers=_answers,
    watches=lambda canvas, graph: canvas.sight.nodes(graph),
)


class Ground(QWidget):
    """What the canvas lies in, with the strip of notices over it."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self.canvas = studio.get(CANVAS)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.canvas)
        self.setFocusProxy(self.canvas)
        self.strip = NoticeStrip(studio.notices, self)


GROUND = Panel(name="ground", make=Ground, place="centre", stop=lambda ground: Stop(ground.canvas))

#: what this folder declares
DECLARED = (CANVAS, GROUND)
