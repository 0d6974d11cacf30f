"""The canvas, in the centre of the board."""

from __future__ import annotations

from functools import partial

from cnnstudio.ui.board.declaration import BUILD
from cnnstudio.ui.canvas.commands.offered import REPEATING, canvas_commands, mouse_gestures
from cnnstudio.ui.canvas.items.tint import MEASURES
from cnnstudio.ui.canvas.view import CanvasView
from cnnstudio.ui.canvas.viewport.camera import KEY_STEP
from cnnstudio.ui.canvas.viewport.framing import KeepFramed
from cnnstudio.ui.commands.command import Command, Entry, Slot, Submenu
from cnnstudio.ui.run.looked_at import LookedAt
from cnnstudio.ui.studio.declared import Panel, Part, Stop
from cnnstudio.ui.studio.intents import ExplainLayer, GoToLayer, Intents
from cnnstudio.ui.studio.studio import Studio

_TINTS = {
    "parameters": "The more numbers a layer learns, the stronger its card is tinted",
    "macs": "The more a layer multiplies for an image, the stronger its card is tinted",
    "memory": "The more memory a layer needs in training, the stronger its card is tinted",
    "time": "The longer a layer takes for an image, the stronger its card is tinted",
}


def _make(studio: Studio) -> CanvasView:
    canvas = CanvasView(studio.document)
    KeepFramed(canvas)
    for widget in (canvas, canvas.viewport()):
        widget.setAcceptDrops(False)  # files dropped on the canvas are the window's affair
    looking, inspection, times = studio.looking, studio.inspection, studio.epoch_time

    def follow(now: LookedAt) -> None:
        canvas.set_image(now.picture)
        canvas.set_class_names(now.classes)
        canvas.set_running_nodes(now.run.design.graph.ids if now.live and now.run is not None else None)

    def show_times() -> None:
        found = times.estimate
        canvas.canvas_scene.set_times(found.layers if found is not None else None)

    canvas.told.connect(studio.notices.tell)

    def in_sight() -> None:
        """Where the canvas is not shown, Build has it."""
        if not canvas.isVisible():
            studio.workspaces.go_to(BUILD.name)

    studio.commands.add_list(lambda: canvas.commands.adding.listed(in_sight))
    canvas.explain_requested.connect(lambda node: studio.intents.ask(ExplainLayer(node)))
    canvas.sight.changed.connect(studio.live_maps.look_again)
    inspection.maps_changed.connect(canvas.set_maps)
    looking.changed.connect(follow)
    follow(looking.now)
    times.changed.connect(show_times)
    return canvas


def _offers(studio: Studio) -> tuple[Entry, ...]:
    canvas = studio.get(CANVAS)
    return (*canvas_commands(canvas.commands), REPEATING, *_looking(canvas), *mouse_gestures())


def _looking(view: CanvasView) -> tuple[Command | Submenu, ...]:
    """How the canvas is looked at; these keys hold in the whole window."""
    camera = view.camera

    def zoom(factor: float) -> None:
        camera.zoom_in_middle(camera.zoom * factor)

    tint = partial(Command, section="View", choice="tint")
    return (
        Command(
            id="zoom in", section="View", text="Zoom in", keys=("Ctrl+=", "Ctrl++"), icon="zoom_in",
            help="Make the canvas larger", do=lambda: zoom(KEY_STEP), slot=Slot("View", 1, 1),
        ),
        Command(
            id="zoom out", section="View", text="Zoom out", keys=("Ctrl+-",), icon="zoom_out",
            help="Make the canvas smaller", do=lambda: zoom(1 / KEY_STEP), slot=Slot("View", 1, 2),
        ),
        Command(
            id="zoom 1", section="View", text="Actual size", keys=("Ctrl+0",), slot=Slot("View", 1, 3),
            help="Show the cards in their own size", do=lambda: camera.zoom_in_middle(1.0),
        ),
        Submenu("Tint", Slot("View", 2, 0)),
        tint(
            id="tint none", text="No tint", short="None", help="Cards in their own colours", words="tint by none",
            do=partial(view.set_tint, ""), checked=lambda: not view.canvas_scene.tint, slot=Slot("View/Tint", 0, 0),
        ),
        *(
            tint(
                id=f"tint {key}", text=f"Tint by {words}", short=words[:1].upper() + words[1:], help=_TINTS[key],
                do=partial(view.set_tint, key), checked=partial(_is_tinted, view, key),
                slot=Slot("View/Tint", 0, place),
            )
            for place, (key, words) in enumerate(MEASURES.items(), start=1)
        ),
        Command(
            id="minimap", section="View", text="Minimap", help="Show the whole network in a small map in the corner",
            do=lambda: view.minimap.set_wanted(not view.minimap.wanted), checked=lambda: view.minimap.wanted,
            slot=Slot("View", 2, 1),
        ),
    )  # fmt: skip


def _is_tinted(view: CanvasView, key: str) -> bool:
    return view.canvas_scene.tint == key


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
    shutdown=lambda canvas: canvas.commands.editing.shutdown(),
)


GROUND: Panel[Studio, CanvasView] = Panel(
    name="ground", make=lambda studio: studio.get(CANVAS), place="centre", stop=Stop
)

#: what this folder declares
DECLARED = (CANVAS, GROUND)
