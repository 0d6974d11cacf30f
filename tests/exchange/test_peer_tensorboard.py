"""TensorBoard as the judge of the events that curves are written as: it reads back what they say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cnnstudio.exchange.curves import tensorboard_events
from cnnstudio.nn.training.events import EpochDone
from cnnstudio.runs.run import History

pytest.importorskip("tensorboardX")
reading = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")

pytestmark = [pytest.mark.peer, pytest.mark.filterwarnings("ignore")]


def test_tensorboard_reads_back_what_a_run_tells(tmp_path: Path) -> None:
    draw = np.random.default_rng(0)
    losses, accuracies = draw.random(250, np.float32), draw.random(250, np.float32)
    epochs = tuple(
        EpochDone(at, 100 * at, 0.5 / at, 0.25 * at, 0.75 / at, 0.125 * at, 900.0, 10.0 * at, 0.01 / at)
        for at in (1, 2)
    )
    began = 1.75e9
    (tmp_path / "curves.tfevents").write_bytes(tensorboard_events(History(losses, accuracies, epochs), began))
    found = reading.EventAccumulator(str(tmp_path), size_guidance={"scalars": 0}).Reload()

    def scalars(tag: str) -> tuple[list[int], list[float], list[float]]:
        events = found.Scalars(tag)
        return [e.step for e in events], [e.value for e in events], [e.wall_time - began for e in events]

    assert set(found.Tags()["scalars"]) == {
        "loss/batch", "accuracy/batch", "loss/train", "accuracy/train", "loss/validation", "accuracy/validation",
        "learning_rate",
    }  # fmt: skip
    for tag, values in (("loss/batch", losses), ("accuracy/batch", accuracies)):
        steps, said, times = scalars(tag)
        assert steps == list(range(1, 251)) and said == values.tolist()
        assert [times[99], times[199], times[249]] == pytest.approx([10, 30, 40], abs=1e-5)
        assert times == sorted(set(times))
    for tag, name in (("loss/train", "train_loss"), ("accuracy/validation", "validation_accuracy")):
        steps, said, times = scalars(tag)
        assert steps == [100, 200] and said == pytest.approx([getattr(done, name) for done in epochs])
        assert times == pytest.approx([10, 30], abs=1e-5)
    assert scalars("learning_rate")[1] == pytest.approx([0.01, 0.005])
