"""Document, data, worker and run control as the window puts them together, on a small network and small IDX files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from small_training import design_of, small_data, small_graph

from cnnstudio.project.project import Project, untrained
from cnnstudio.runs.run import Run
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.run.data_source import DataSource
from cnnstudio.ui.run.looked_at import Looking
from cnnstudio.ui.run.map_requests import LiveMaps
from cnnstudio.ui.run.run_control import RunControl
from cnnstudio.ui.run.samples import Samples
from cnnstudio.ui.telling.notices import Notices
from cnnstudio.worker.inspection import Inspection
from cnnstudio.worker.jobs import Jobs
from cnnstudio.worker.training.session import TrainingSession

LONG = 10_000


@dataclass
class Parts:
    document: Document
    notices: Notices
    session: TrainingSession
    data: DataSource
    run_control: RunControl
    inspection: Inspection
    samples: Samples
    looking: Looking
    live: LiveMaps

    @property
    def project(self) -> Project:
        return self.document.project

    def train(self, qtbot: QtBot, **recipe: object) -> None:
        """Train to the end."""
        self.set_recipe(**recipe)
        with qtbot.waitSignal(self.session.finished):
            self.run_control.train()

    def train_past_the_best(self, qtbot: QtBot) -> Run:
        """Train so fast that the validation loss gets worse again in the end."""
        self.train(qtbot, epochs=8, learning_rate=0.3)
        run = self.project.run
        assert run is not None and run.best is not None and 0 < run.best_epoch < 8
        return run

    def set_recipe(self, **changes: object) -> None:
        design = self.project.design
        self.document.edit("Set", design.with_changes(recipe=design.recipe.choose(**changes)))


def write_idx(folder: Path) -> Path:
    """The small data of the training tests as an IDX folder: 100 images of 8×8 in three classes."""
    examples = small_data().train
    for prefix in ("train", "t10k"):
        sizes = b"".join(int(n).to_bytes(4, "big") for n in (len(examples), 8, 8))
        pixels = np.ascontiguousarray(examples.pixels).tobytes()
        (folder / f"{prefix}-images-idx3-ubyte").write_bytes(bytes([0, 0, 8, 3]) + sizes + pixels)
        labels = examples.labels.astype(np.uint8).tobytes()
        count = len(examples).to_bytes(4, "big")
        (folder / f"{prefix}-labels-idx1-ubyte").write_bytes(bytes([0, 0, 8, 1]) + count + labels)
    return folder


@pytest.fixture
def unloaded(qtbot: QtBot, tmp_path: Path) -> Iterator[Parts]:
    """Everything in place, but the data not asked for yet."""
    design = design_of(small_graph(), data=str(write_idx(tmp_path)), epochs=2)
    document, jobs, notices = Document(untrained(design)), Jobs(), Notices()
    session, inspection = TrainingSession(jobs), Inspection()
    data = DataSource(document, jobs, notices)
    samples = Samples(data, inspection)
    looking = Looking(document, session, data, inspection)
    live = LiveMaps(looking, inspection)
    run_control = RunControl(document, session, data, notices)
    yield Parts(document, notices, session, data, run_control, inspection, samples, looking, live)
    run_control.verdict.shutdown()
    session.shutdown()
    inspection.shutdown()


@pytest.fixture
def parts(qtbot: QtBot, unloaded: Parts) -> Parts:
    """Everything in place and the data there."""
    unloaded.data.load()
    qtbot.waitUntil(lambda: unloaded.data.dataset is not None)
    return unloaded
