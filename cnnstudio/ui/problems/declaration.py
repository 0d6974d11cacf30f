"""The list of problems below the canvas, and on the canvas the open problem, its repairs and why a wire is as it is."""

from __future__ import annotations

from dataclasses import dataclass

from cnnstudio.design.analysis.effects import Effect
from cnnstudio.ui.board.declaration import BOARD, BUILD
from cnnstudio.ui.canvas.declaration import CANVAS
from cnnstudio.ui.commands.command import Command, Entry, Slot
from cnnstudio.ui.document.stale_result import stale_result
from cnnstudio.ui.problems.findings import Findings
from cnnstudio.ui.problems.ghosts import Ghosts
from cnnstudio.ui.problems.problem_bubble import ProblemBubble
from cnnstudio.ui.problems.problems_panel import ProblemsPanel
from cnnstudio.ui.problems.wire_popover import WirePopover
from cnnstudio.ui.studio.declared import Panel, Part, Stop
from cnnstudio.ui.studio.intents import GoToLayer
from cnnstudio.ui.studio.studio import Studio


def _findings(studio: Studio) -> Findings:
    findings, data = Findings(studio.document, studio.window), studio.data

    data.changed.connect(lambda: findings.set_data(data.image_shape, len(data.classes), data.missing))
    return findings


FINDINGS = Part(name="findings", make=_findings, offers=lambda studio: _offers(studio), shutdown=Findings.shutdown)


@dataclass(frozen=True, eq=False)
class OnCanvas:
    """What lies over the canvas."""

    bubble: ProblemBubble
    popover: WirePopover
    ghosts: Ghosts


def _on_canvas(studio: Studio) -> OnCanvas:
    canvas, findings, workspaces = studio.get(CANVAS), studio.get(FINDINGS), studio.workspaces
    ghosts = Ghosts(canvas.canvas_scene)
    findings.previewed.connect(ghosts.show)  # before the bubble, which looks where they leave room

    def bring_into_sight(effect: Effect | None) -> None:
        """Where repairs are chosen beside the canvas; in the bubble on it they would move away under the pointer."""
        if effect is not None and not _borrowed(studio) and not (place := ghosts.place()).isEmpty():
            canvas.glide.show_place(place)

    findings.previewed.connect(bring_into_sight)
    shown = OnCanvas(ProblemBubble(canvas, findings, ghosts), WirePopover(canvas), ghosts)

    def offer_repairs() -> None:
        """On a canvas that is borrowed right there, so that nobody loses their place; otherwise in the list."""
        if not _borrowed(studio) or not shown.bubble.offer_repairs():
            workspaces.show(BUILD.name)

    findings.repairs_asked.connect(offer_repairs)
    findings.repaired.connect(canvas.glide_to)
    return shown


ON_CANVAS = Part(name="problems on the canvas", make=_on_canvas)


def _panel(studio: Studio) -> ProblemsPanel:
    panel, canvas = ProblemsPanel(studio.document, studio.get(FINDINGS)), studio.get(CANVAS)
    panel.node_asked.connect(lambda node: studio.intents.ask(GoToLayer(node)))
    panel.left.connect(canvas.setFocus)

    def give_place() -> None:
        if studio.made(BOARD):
            studio.get(BOARD).look_again()

    studio.get(FINDINGS).changed.connect(give_place)
    return panel


def gives_place(studio: Studio) -> bool:
    """Whether the list in Build leaves its place to the curves of a run: to one under way where nothing is grave, and
    where it is empty to the one that the network is from, too."""
    control, run, findings = studio.run_control, studio.document.project.run, studio.get(FINDINGS)
    if studio.workspaces.current != BUILD.name or findings.grave:
        return False
    trained = run is not None and bool(run.history.epochs) and stale_result(studio.document) is None
    return control.session.active or control.waiting or (trained and not findings.all)


def _has_place(studio: Studio) -> bool:
    return not gives_place(studio)


PROBLEMS = Panel(
    name="problems",
    make=_panel,
    place="below",
    workspaces=(BUILD.name,),
    share=500,
    has_place=_has_place,
    stop=lambda panel: Stop(panel, enter=panel.focus_open),
)


def _borrowed(studio: Studio) -> bool:
    now = studio.workspaces.now
    return now is not None and now.borrows


def _walk(studio: Studio, by: int) -> None:
    problem = studio.get(FINDINGS).walk(by)
    if not _borrowed(studio) or (problem is not None and not problem.node):
        studio.workspaces.show(BUILD.name)
    if problem is None:
        studio.notices.tell("There are no problems.", "good")
    elif problem.node:
        studio.intents.ask(GoToLayer(problem.node))
    elif (panel := studio.get(PROBLEMS)).isVisible():  # no layer to go to: the list has it
        panel.focus_open()


def _show_repairs(studio: Studio) -> None:
    findings = studio.get(FINDINGS)
    if findings.open is None:
        _walk(studio, 1)
    if findings.open is not None:
        findings.repairs_asked.emit()


def _offers(studio: Studio) -> tuple[Entry, ...]:
    return (
        Command(
            id="next problem", section="View", text="Next problem", keys=("F8",), slot=Slot("View", 3, 3),
            help="Go to the next problem of the design and its layer", do=lambda: _walk(studio, 1),
        ),
        Command(
            id="previous problem", section="View", text="Previous problem", keys=("Shift+F8",),
            help="Go to the problem before and its layer", do=lambda: _walk(studio, -1), slot=Slot("View", 3, 4),
        ),
        Command(
            id="repairs", section="View", text="Repairs of the problem", keys=("Ctrl+.",), slot=Slot("View", 3, 5),
            help="What would remove the problem, and what each repair costs", do=lambda: _show_repairs(studio),
        ),
    )  # fmt: skip


#: what this folder declares
DECLARED = (FINDINGS, ON_CANVAS, PROBLEMS)
