"""Pictures of the real window in every state, to be looked at after a change of the face.

    python docs/screenshots.py                 the README's picture, docs/images/train.png
    python docs/screenshots.py --manual        the manual's pictures, resources/manual/*.png
    python docs/screenshots.py --out FOLDER    all states, both looks, two sizes

Nothing is staged: each picture is the running application under its event loop, with a real network trained on
the built-in digits. Settings are kept in a temporary folder, so yours are not touched.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from build_states import STATES as BUILD_STATES
from build_states import pause
from explain_states import STATES as EXPLAINED
from explain_states import explaining
from parts import part

ROOT = Path(__file__).resolve().parent.parent
SIZES = ((1440, 900), (1100, 700))
#: of the manual's pictures, whose words shall be read at the width of a page
SMALL = (1000, 640)
LOOKS = ("light", "dark")
#: seconds until waiting for a state is given up
PATIENCE = 120.0

Condition = Callable[[], bool]


def main() -> int:
    """Parse the arguments, take the pictures, say where they are."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, help="folder for the pictures of all states")
    parser.add_argument("--manual", action="store_true", help="the pictures of the manual")
    parser.add_argument("--only", default="", help="only states whose name contains this")
    parser.add_argument("--scale", default="1", help="device pixels to each pixel: 1, 1.5 or 2")
    arguments = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["QT_SCALE_FACTOR"] = arguments.scale
    with tempfile.TemporaryDirectory() as settings:
        os.environ["XDG_CONFIG_HOME"] = os.environ["CNNSTUDIO_DATA"] = settings
        studio = Studio()
        if arguments.manual:
            studio.run(manual(studio, ROOT / "resources" / "manual"))
        elif arguments.out is None:
            studio.run(readme(studio, ROOT / "docs" / "images" / "train.png"))
        else:
            arguments.out.mkdir(parents=True, exist_ok=True)
            studio.run(all_states(studio, arguments.out, arguments.only))
    return 0


class Studio:
    """The application, and a script that runs inside its event loop."""

    def __init__(self) -> None:
        from PySide6.QtWidgets import QApplication

        from cnnstudio.app import prepare

        self.app = QApplication([sys.argv[0]])
        prepare(self.app)
        self.window = None
        self.look, self.size = LOOKS[0], SIZES[0]

    def run(self, script: Iterator[Condition]) -> None:
        """Go on with the script whenever the condition it waits for holds."""
        from PySide6.QtCore import QTimer

        timer = QTimer(interval=25)
        waiting: list[Condition] = [lambda: True]
        since = time.monotonic()

        def look() -> None:
            nonlocal since
            if not waiting[0]():
                if time.monotonic() - since > PATIENCE:
                    raise SystemExit("the window never came to the state the script waits for")
                return
            try:
                waiting[0] = next(script)
                since = time.monotonic()
            except StopIteration:
                timer.stop()
                self.app.quit()

        timer.timeout.connect(look)
        timer.start()
        self.app.exec()

    def open(self, look: str, size: tuple[int, int], template: str = "lenet5") -> Iterator[Condition]:
        """A fresh window on a template, with its maps drawn."""
        from cnnstudio.design.templates import template as design
        from cnnstudio.project.project import untrained
        from cnnstudio.ui.look import preferences, theme
        from cnnstudio.ui.shell.window import MainWindow

        self.close()
        self.look, self.size = look, size
        preferences.forget_all()
        theme.apply(self.app, look)
        window = self.window = MainWindow(untrained(design(template)))
        window.resize(*size)
        window.show()
        yield lambda: window.studio.data.dataset is not None
        if window.studio.data.image_shape == window.studio.document.project.design.graph.shape("input_1"):
            yield lambda: bool(window.studio.inspection.maps)
        yield from pause(0.4)

    def close(self) -> None:
        """Close the window and forget what it held."""
        if self.window is not None:
            self.window.studio.run_control.settle()
            self.window.discard()
            self.window.deleteLater()
            self.window = None

    def take(self, path: Path) -> None:
        """Write what the window shows."""
        self.window.grab().save(str(path))
        print(path)


def problem(studio: Studio) -> Iterator[Condition]:
    """A pooling stride too large: the next convolution no longer fits."""
    from cnnstudio.design.edits import edits

    window = studio.window
    design = window.studio.document.project.design
    layer = design.graph["max_pool2d_1"].layer.replace(stride=(4, 4), kernel=(4, 4))
    design = edits.configure(design, "max_pool2d_1", layer)
    layer = design.graph["conv2d_2"].layer.replace(kernel=(9, 9))
    window.studio.document.edit("Change kernel", edits.configure(design, "conv2d_2", layer), select=["conv2d_2"])
    yield from pause(0.6)


def why(studio: Studio) -> Iterator[Condition]:
    """A stride that skips pixels: drawn in the inspector and on the wire behind the layer."""
    from cnnstudio.design.edits import edits
    from cnnstudio.nn.graph.graph import Edge

    window = studio.window
    design = window.studio.document.project.design
    layer = design.graph["max_pool2d_1"].layer.replace(stride=(3, 3))
    window.studio.document.edit(
        "Change stride", edits.configure(design, "max_pool2d_1", layer), select=["max_pool2d_1"]
    )
    part(window, "canvas").canvas_scene.select_wires(frozenset([Edge("max_pool2d_1", "conv2d_2", 0)]))
    yield from pause(0.5)


def begin_training(studio: Studio, epochs: int) -> Iterator[Condition]:
    """Press Train in the Train workspace."""
    window = studio.window
    window.studio.workspaces.show("Train")
    design = window.studio.document.project.design
    window.studio.document.edit("Recipe", design.with_changes(recipe=design.recipe.replace(epochs=epochs)))
    window.studio.document.select(["conv2d_1"])
    yield from pause(0.3)
    part(window, "training").train_button.click()


def runs(studio: Studio) -> Iterator[Condition]:
    """The kept runs, two of them drawn under the curves."""
    part(studio.window, "board").tabs.choose("Runs")
    panel = part(studio.window, "Runs")
    yield lambda: len(panel.model.rows) > 0
    panel.table.select([each.run.folder for each in panel.model.rows[:2]])
    yield lambda: len(panel.read_runs) > 0
    yield from pause(0.4)


def evaluated(studio: Studio) -> Iterator[Condition]:
    """A test, the surest mistake, and both tests of its map."""
    window, page = studio.window, part(studio.window, "Evaluate")
    page.begin.click()
    yield lambda: window.studio.evaluator.result is not None
    page.confusions.grid.chosen.emit(page.confusions.grid.tiles.thumbs[0].key)
    yield from pause(0.3)
    yield lambda: page.where.inquiry.looked is not None and not page.where.inquiry.jobs
    page.where.depending.button.click()
    page.where.mattering.button.click()
    yield lambda: page.where.inquiry.mattering is not None and page.where.inquiry.depending is not None
    yield from pause(0.3)


def all_states(studio: Studio, out: Path, only: str) -> Iterator[Condition]:
    """Every state in both looks and both sizes."""
    for look in LOOKS:
        for size in SIZES:
            end = f"{look}-{size[0]}x{size[1]}"
            wanted = {
                name: out / f"{name}-{end}.png"
                for name in (
                    "1-first-start", "2-layer", "3-problem", "4-no-classifier", "5-other-data", "6-train-idle",
                    "7-training", "8-paused", "9-trained", "9-runs", "9-evaluate", "9-evaluated", "a-trained-build",
                    "b-menu", "d-empty",
                    "e-repair", "f-why", "g-layers", "h-compare", "h-export",
                    *(f"b-{name}" for name in BUILD_STATES),
                    *(f"x-{name}" for name in EXPLAINED),
                    *(f"l-{name}" for name in LESSONS), "g-way-back", "g-glossary", "g-own-lessons",
                )
                if only in f"{name}-{end}"
            }  # fmt: skip
            if wanted:
                yield from _states(studio, look, size, wanted)
    studio.close()


def _states(studio: Studio, look: str, size: tuple[int, int], wanted: dict[str, Path]) -> Iterator[Condition]:
    def take(name: str) -> None:
        if name in wanted:
            studio.take(wanted[name])

    def any_of(*names: str) -> bool:
        return any(name in wanted for name in names)

    yield from studio.open(look, size)
    take("1-first-start")
    window = studio.window
    window.studio.document.select(["conv2d_1"])
    yield from pause(0.3)
    take("2-layer")
    if any_of("b-menu"):
        menu = window.menu
        menu.popup(window.mapToGlobal(window.topbar.menu_button.geometry().bottomLeft()))
        yield from pause(0.3)
        menu.grab().save(str(wanted["b-menu"]))
        menu.close()
    if any_of("3-problem"):
        yield from problem(studio)
        take("3-problem")
        window.studio.document.history.undo()
    if any_of("e-repair"):
        yield from problem(studio)
        part(window, "findings").show(part(window, "findings").repairs(part(window, "findings").open)[1])
        yield from pause(0.3)
        take("e-repair")
        window.studio.document.history.undo()
    if any_of("f-why"):
        yield from why(studio)
        take("f-why")
        part(window, "problems on the canvas").popover.close_it()
        window.studio.document.history.undo()
    if any_of("g-layers"):
        part(window, "layers").panel.show_layers()
        yield from pause(0.3)
        take("g-layers")
        part(window, "layers").panel.show_tab("Add")
    if any_of("h-compare"):
        yield from problem(studio)
        part(window, "comparing").with_template("lenet5")
        yield from pause(0.3)
        take("h-compare")
        part(window, "comparing").sheet.dismiss()
        window.studio.document.history.undo()
    if any_of("h-export"):
        exporting = part(window, "model export")
        exporting.open()
        exporting.choose("numpy")
        exporting.page.place.setText(str(Path(tempfile.gettempdir()) / "lenet5.py"))
        exporting.export()
        yield lambda: exporting.certificate is not None
        yield from pause(0.3)
        take("h-export")
        exporting.dismiss()
    if any_of("5-other-data"):
        window.studio.data.choose("shapes")
        yield lambda: window.studio.data.dataset is not None
        yield from pause(0.5)
        take("5-other-data")
        window.studio.document.history.undo()
        yield from pause(0.3)
    if any_of(
        "6-train-idle", "7-training", "8-paused", "9-trained", "9-runs", "9-evaluate", "9-evaluated", "a-trained-build"
    ):
        window.studio.workspaces.show("Train")
        yield from pause(0.3)
        take("6-train-idle")
        yield from begin_training(studio, epochs=3)
        yield lambda: window.studio.session.active
        yield lambda: len(window.studio.session.log.read()) > 200
        yield from pause(0.3)
        take("7-training")
        if window.studio.session.active:
            window.studio.session.pause()
            yield lambda: window.studio.session.state == "paused"
            yield from pause(0.3)
            take("8-paused")
            window.studio.session.resume()
        yield lambda: not window.studio.session.active
        yield from pause(0.6)
        take("9-trained")
        if any_of("9-runs"):
            yield from runs(studio)
            take("9-runs")
        if any_of("9-evaluate", "9-evaluated"):
            window.studio.workspaces.show("Evaluate")
            yield from pause(0.3)
            take("9-evaluate")
            yield from evaluated(studio)
            take("9-evaluated")
        window.studio.workspaces.show("Build")
        window.studio.document.select([])
        yield from pause(0.4)
        take("a-trained-build")
    if any_of("4-no-classifier"):
        yield from studio.open(look, size, "first_conv")
        yield from pause(0.3)
        take("4-no-classifier")
    explained = [name for name in EXPLAINED if any_of(f"x-{name}")]
    if explained:
        yield from explaining(studio, explained, take)
    lessons = [name for name in LESSONS if any_of(f"l-{name}")]
    if lessons:
        yield from studio.open(look, size)
        window = studio.window
        window.studio.workspaces.show("Learn")
        for name in lessons:
            part(window, "Learn").show_lesson(name)
            yield from pause(0.5)
            card = next(iter(part(window, "Learn").current.questions.values()))
            card.field.setText(str(card.drawn.wrong[0][0]))
            card.check()
            yield from pause(0.2)
            take(f"l-{name}")
    if any_of("g-way-back", "g-glossary", "g-own-lessons"):
        yield from sheets_of_learn(studio, look, size, take)
    for name in BUILD_STATES:
        if any_of(f"b-{name}"):
            yield from studio.open(look, size)
            yield from BUILD_STATES[name](studio)
            take(f"b-{name}")
    if any_of("d-empty"):
        from cnnstudio.design.value.design import Design

        yield from studio.open(look, size)
        studio.window.studio.document.edit("Delete", Design(recipe=studio.window.studio.document.project.design.recipe))
        yield from pause(0.3)
        take("d-empty")


#: the lessons that are shown
LESSONS = (
    "volumes", "one_filter", "sliding", "why_28", "six_filters", "in_sequence", "learning", "what_filters_learn",
    "sharing", "zero_padding", "pooling", "typical",
)  # fmt: skip


def sheets_of_learn(
    studio: Studio, look: str, size: tuple[int, int], take: Callable[[str], None]
) -> Iterator[Condition]:
    """The chain of backpropagation, the glossary and the guide for teachers."""
    yield from studio.open(look, size)
    window = studio.window
    window.studio.workspaces.show("Learn")
    part(window, "Learn").show_lesson("learning")
    yield lambda: window.studio.data.dataset is not None
    part(window, "Learn").current.show_view(1)
    chain = part(window, "Learn").current.live[1]
    yield lambda: chain.way is not None
    chain.rows.setCurrentItem(chain.rows.topLevelItem(3))
    yield from pause(0.2)
    take("g-way-back")
    from cnnstudio.ui.studio.intents import ShowTerm

    window.studio.intents.ask(ShowTerm("filter"))
    yield from pause(0.3)
    take("g-glossary")
    from cnnstudio.ui.widgets.overlay import Overlay

    for sheet in window.findChildren(Overlay):
        sheet.dismiss()
    part(window, "Learn").list.write.click()
    yield from pause(0.3)
    take("g-own-lessons")


def readme(studio: Studio, path: Path) -> Iterator[Condition]:
    """The one picture at the top of the README: training under way."""
    path.parent.mkdir(parents=True, exist_ok=True)
    yield from studio.open("dark", SIZES[0])
    yield from begin_training(studio, epochs=3)
    yield lambda: any(type(event).__name__ == "EpochDone" for event in studio.window.studio.session.log.read())
    steps = len(studio.window.studio.session.log.read())
    yield lambda: len(studio.window.studio.session.log.read()) > steps + 90 or not studio.window.studio.session.active
    yield from pause(0.2)
    studio.take(path)
    studio.close()


def manual(studio: Studio, folder: Path) -> Iterator[Condition]:
    """The pictures of the manual, in few colours: they are part of every installation."""
    from PIL import Image

    def take(name: str) -> None:
        studio.take(folder / f"{name}.png")
        with Image.open(folder / f"{name}.png", formats=("PNG",)) as picture:
            few = picture.convert("RGB").quantize(256, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        few.save(folder / f"{name}.png", optimize=True)

    yield from studio.open("light", SMALL)
    yield from pause(0.5)
    take("build")
    studio.window.studio.workspaces.show("Data")
    yield from pause(1.5)
    take("data")
    studio.window.studio.workspaces.show("Build")
    yield from problem(studio)
    take("problem")
    studio.window.studio.document.history.undo()
    yield from begin_training(studio, epochs=3)
    yield lambda: len(studio.window.studio.session.log.read()) > 300 or not studio.window.studio.session.active
    yield from pause(0.3)
    take("train")
    yield lambda: not studio.window.studio.session.active
    yield from explaining(studio, ["convolution"], lambda _name: take("explain"))
    yield from studio.open("light", SMALL)
    studio.window.studio.workspaces.show("Learn")
    part(studio.window, "Learn").show_lesson("one_filter")
    yield from pause(0.6)
    take("learn")
    studio.close()


if __name__ == "__main__":
    sys.exit(main())
