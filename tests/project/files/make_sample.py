"""Writes the sample file of a new format version, or of a state of it: python make_sample.py small_v2.cnn. Never again
for an old one."""

import sys
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from projects import trained_project

from cnnstudio.design.edits import blocks, frames_and_notes, locking
from cnnstudio.project.file import load_project, save_project
from cnnstudio.project.project import Project

FILES = Path(__file__).resolve().parent


def small() -> Project:
    """What every version can hold."""
    return trained_project(norm=False)


def drawn() -> Project:
    """What came to format 2 after ``everything_v2.cnn``: frames, notes and blocks, locks, the run that each layer's
    weights come from, and the epochs that were asked for."""
    project = load_project(FILES / "everything_v2.cnn")
    assert project.run is not None
    design, _ = frames_and_notes.add_frame(project.design, (-20, -30, 400, 240), "First stage")
    design, _ = frames_and_notes.add_note(design, "Why 3×3?\nSee the article.", (10.5, 420))
    design, block = blocks.group(design, ("conv2d_1", "batch_norm_1", "relu_1"), "Stage")
    design = locking.lock(blocks.collapse(design, block), ("conv2d_1",))
    weights = replace(project.weights, origins={"conv2d_1": "e" * 32})
    return project.with_changes(design=design, weights=weights, run=project.run.with_changes(asked=7))


target = FILES / sys.argv[1]
if target.exists():
    sys.exit(f"{target} is there and stays as it is")
save_project({"small": small, "drawn": drawn}[target.stem.partition("_")[0]](), target)
