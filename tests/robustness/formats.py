"""Every format of the program's own, with sound files of it and how it is opened; each of its mutants must open, or be
refused in one sentence."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cnnstudio.data.dataset import DataError
from cnnstudio.design.format.strict import FileFormatError
from tests.one_line import is_one_line
from tests.robustness.limited import Trial, Trials
from tests.robustness.mutating import mutant

#: files by their names with “/”
Files = Mapping[str, bytes]
#: mutants of the long run
MANY, SOME = 100_000, 20_000
#: characters of a refusal
_LONGEST = 1_500


@dataclass(frozen=True)
class Format:
    """``sound`` are alternatives of files that belong together, ``read`` opens them, given their folder and the name of
    the one that was changed, and checks whatever it gets. It says whether it was opened where a refusal is no error."""

    name: str
    sound: Callable[[], list[Files]]
    read: Callable[[Path, str], bool | None]
    goal: int = SOME
    #: files that stay as they are
    kept: tuple[str, ...] = ()

    @property
    def trials(self) -> Trials:
        """Its mutants."""
        return Trials(f"mutants: {self.name}", self.goal, self._prepare, quick=50)

    def _prepare(self, folder: Path) -> Trial:
        alternatives = self.sound()
        for number, files in enumerate(alternatives):
            for name, content in files.items():
                put(folder / str(number) / name, content)
            name = sorted(files)[0]
            assert self.read(folder / str(number), name) is not False, f"{self.name} is not sound"

        def trial(seed: int, number: int) -> bool:
            chance = random.Random(f"{self.name} {seed} {number}")
            which = chance.randrange(len(alternatives))
            files, other = alternatives[which], chance.choice(alternatives)
            name = chance.choice([name for name in sorted(files) if name not in self.kept])
            home = folder / str(which)
            path = put(home / name, mutant(files[name], chance.choice(sorted(other.values())), chance))
            try:
                return self.read(home, name) is not False
            except (FileFormatError, DataError) as refusal:
                sentence = str(refusal)
                assert is_one_line(sentence) and sentence.rstrip()[-1:] in ".?)", f"no sentence: {sentence!r}"
                assert len(sentence) < _LONGEST, f"too long a sentence: {sentence[:200]!r}"
                return False
            finally:
                put(path, files[name])

        return trial


def put(path: Path, content: bytes) -> Path:
    """A file with this content, in folders that are made where they are missing."""
    try:
        path.write_bytes(content)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return path


#: of every version, and of the states of the newest one
SAMPLES = ("small_v1", "small_v2", "everything_v2", "drawn_v2")


def _projects() -> list[Files]:
    kept = Path(__file__).parent.parent / "project" / "files"
    return [{"a.cnn": (kept / f"{name}.cnn").read_bytes()} for name in SAMPLES]


def _read_project(home: Path, name: str) -> None:
    from cnnstudio.project.file import load_project
    from cnnstudio.project.project import Project

    project = load_project(home / name)
    assert isinstance(project, Project) and np.isfinite(project.weights.parameters.vector).all()


def _designs() -> list[Files]:
    from cnnstudio.design.format.design_format import write_design
    from cnnstudio.project.file import load_project
    from cnnstudio.resources import resource

    whole = load_project(Path(__file__).parent.parent / "project" / "files" / "everything_v2.cnn").design
    drawn = [resource("designs", f"{name}.json").read_bytes() for name in ("first_conv", "lenet5", "inception_mini")]
    return [{"a.json": content} for content in (write_design(whole), *drawn)]


def _read_design(home: Path, name: str) -> None:
    """Opened, looked through for problems, and written again."""
    from cnnstudio.design.analysis.analysis import analyse
    from cnnstudio.design.format.design_format import read_design, write_design
    from cnnstudio.opening import open_design, what_is

    path = home / name
    what_is(path)
    design = open_design(path).design
    analyse(design.graph)
    assert read_design(write_design(design), "again")[0] == design, "it does not come back"


def _texts() -> list[Files]:
    from cnnstudio.design.templates import template
    from cnnstudio.ui.canvas.commands.clipboard import layers_as_text

    texts = [layers_as_text(template(name), template(name).graph.order) for name in ("first_conv", "lenet5")]
    return [{"clipboard": text.encode()} for text in texts]


def _read_text(home: Path, name: str) -> None:
    from cnnstudio.design.edits.copies import merged
    from cnnstudio.design.templates import template
    from cnnstudio.ui.canvas.commands.clipboard import layers_from_text

    text = (home / name).read_bytes().decode("utf-8", "replace" if len(name) % 2 else "surrogateescape")
    pasted = layers_from_text(text)
    into = template("first_conv")
    assert len(merged(into, pasted, pasted.graph.ids, (10, 10))[0].graph) == len(into.graph) + len(pasted.graph)


def _drawings() -> list[Files]:
    from cnnstudio.design.templates import template
    from cnnstudio.export.writing import figure_of, svg_of

    design = template("first_conv")
    return [{"a.svg": svg_of(design, figure_of(design, view, "print"), 1.0)} for view in ("cards", "volumes")]


def _figures() -> list[Files]:
    from painted import painted

    from cnnstudio.design.templates import template
    from cnnstudio.export.embedding import packed, with_design

    return [{"a.png": with_design(painted(1), packed(template(name)))} for name in ("first_conv", "lenet5")]


def _read_figure(home: Path, name: str) -> None:
    from cnnstudio.opening import open_design, what_is

    assert what_is(home / name).kind in ("figure", "picture", "none")
    open_design(home / name)


def _journals() -> list[Files]:
    import tempfile

    from projects import trained_project

    from cnnstudio.design.templates import template
    from cnnstudio.project.file import save_project
    from cnnstudio.project.journal import About, Journal
    from cnnstudio.project.project import untrained

    found: list[Files] = []
    for project in (trained_project(), untrained(template("first_conv"))):
        with tempfile.TemporaryDirectory() as folder:
            own = Path(folder) / "mine.cnn"
            about = About("mine.cnn", own, 5.0, save_project(project, own))
            Journal(Path(folder) / "kept", "1-abc").write(project, about)
            found.append({str(p.relative_to(folder)): p.read_bytes() for p in Path(folder).rglob("*") if p.is_file()})
    return found


def _read_journal(home: Path, name: str) -> None:
    from cnnstudio.project.journal import Journal, journals

    (journal,) = journals(home / "kept")
    assert journal == Journal(home / "kept", "1-abc")
    said = journal.about()
    assert said.name.isprintable() and 0 <= said.time < 253_402_300_800
    assert journal.needless in (True, False)
    project, _ = journal.read()
    assert np.isfinite(project.weights.parameters.vector).all()


def _locks() -> list[Files]:
    return [{"1-abc.lock": text} for text in (b"4194305\ncnnstudio\nhere\n\nboot\n", b"1\ncnnstudio\nelsewhere\n\nx\n")]


def _read_lock(home: Path, name: str) -> bool:
    from cnnstudio.project.journal import Journal
    from cnnstudio.ui.shell import recovery

    lock = recovery.taken(Journal(home, "1-abc"))
    assert lock is not None, "a lock that nobody holds hides a journal"
    lock.unlock()
    return True


def _preferences() -> list[Files]:
    about = {"theme": "dark", "geometry": "AdnQywADAAA=", "recent": '["/tmp/a.cnn"]', "sample": "3"}
    return [{"cnnstudio/preferences.json": json.dumps(about).encode()}]


def _read_preferences(home: Path, name: str) -> bool:
    from cnnstudio.ui.look import preferences

    os.environ["XDG_CONFIG_HOME"] = str(home)
    assert preferences.folder() == home / "cnnstudio"
    assert isinstance(preferences.text("theme"), str)
    preferences.state("geometry")
    preferences.recent_files()
    said = preferences.mend()
    assert is_one_line(said)
    assert preferences.mend() == "", "what was set aside is still there"
    return not said


def _lessons() -> list[Files]:
    from cnnstudio.resources import resource

    paths = sorted(resource("lessons").glob("[01]*.json"))
    return [{"a.json": path.read_bytes()} for path in paths]


def _read_lessons(home: Path, name: str) -> None:
    from cnnstudio.lessons.reading.reader import read_course, seems_a_course

    assert seems_a_course(home) in (True, False)
    assert read_course(home).lessons


def _blocks() -> list[Files]:
    from cnnstudio.resources import resource

    return [{"a.json": path.read_bytes()} for path in sorted(resource("blocks").glob("*.json"))]


def _read_blocks(home: Path, name: str) -> bool:
    from cnnstudio.design.kept_blocks import own_blocks

    blocks, complaints = own_blocks(home)
    assert len(blocks) + len(complaints) == 1 and is_one_line("".join(complaints))
    for block in blocks:
        assert block.most_inputs in (0, 1) and block.kinds is not None
    return bool(blocks)


def _progress() -> list[Files]:
    about = {"reached": {"volumes": ["count", "weights"], "one_filter": ["sum"]}, "last": "volumes"}
    return [{"progress.json": json.dumps(about).encode()}]


def _read_progress(home: Path, name: str) -> bool:
    from cnnstudio.lessons.progress import open_progress, save_progress

    progress, said = open_progress(home / name)
    if said is not None:
        assert (home / f"{name}.bad").exists(), "the damaged file is gone"
    save_progress(progress, home / name)
    return not said


def _plans() -> list[Files]:
    from cnnstudio.design.templates import template
    from cnnstudio.nn.network.plan import default_plan
    from cnnstudio.runs import plans

    graph = template("lenet5").graph
    about = json.dumps(dict(default_plan(graph).algorithms), sort_keys=True)
    return [{f"plans/{plans._key(graph, 64, 1)}.json": about.encode()}]


def _read_plan(home: Path, name: str) -> bool:
    from cnnstudio.design.templates import template
    from cnnstudio.runs import plans

    os.environ["CNNSTUDIO_CACHE"] = str(home)
    graph = template("lenet5").graph
    found = plans.remembered_plan(graph, 64, 1)
    if found is not None:
        assert all(graph[node].layer.knows_algorithm(name) for node, name in found.algorithms.items())
    return found is not None


def _run_folders() -> list[Files]:
    import tempfile

    from test_run_folder import driven, fresh

    from cnnstudio.project import run_folder

    run_folder.PAUSE = run_folder.FLUSH = 0.0
    with tempfile.TemporaryDirectory() as folder:
        os.environ["CNNSTUDIO_DATA"] = folder
        driven(fresh())
        (run,) = (path for path in run_folder.runs_folder().iterdir() if not path.name.startswith("."))
        return [{f"runs/{run.name}/{path.name}": path.read_bytes() for path in run.iterdir() if path.is_file()}]


def _read_run_folder(home: Path, name: str) -> bool:
    """Listed, and opened at every moment that there is."""
    from cnnstudio.project.kept.listing import RunList
    from cnnstudio.project.kept.notes import notes_of
    from cnnstudio.project.kept.reopening import moments, reopened

    os.environ["CNNSTUDIO_DATA"] = str(home)
    for listed in RunList().read():
        assert listed.run.epochs >= 0
    folder, opened = (home / name).parent, False
    notes_of(folder)
    for moment in moments(folder):
        try:
            project = reopened(folder, moment)
        except FileFormatError as refusal:
            assert is_one_line(str(refusal)) and str(refusal).rstrip()[-1:] in ".?)", str(refusal)
        else:
            assert np.isfinite(project.weights.parameters.vector).all()
            opened = True
    return opened


FORMATS = (
    Format(".cnn", _projects, _read_project, MANY),
    Format("designs", _designs, _read_design, MANY),
    Format("clipboard", _texts, _read_text),
    Format("SVG with a design", _drawings, _read_figure),
    Format("PNG with a design", _figures, _read_figure),
    Format("journals", _journals, _read_journal, MANY, kept=("mine.cnn",)),
    Format("locks", _locks, _read_lock),
    Format("preferences", _preferences, _read_preferences),
    Format("lessons", _lessons, _read_lessons),
    Format("blocks", _blocks, _read_blocks),
    Format("progress", _progress, _read_progress),
    Format("plans", _plans, _read_plan),
    Format("folders of runs", _run_folders, _read_run_folder),
)
