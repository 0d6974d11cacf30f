"""Which runs differ in their seeds alone, and what they are together."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.runs import seeded, write_run
from cnnstudio.project.kept.groups import grouped, read_run
from cnnstudio.project.kept.listing import RunList
from cnnstudio.runs.seeds import spread


def test_only_runs_that_were_trained_alike_and_as_long_are_taken_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CNNSTUDIO_DATA", str(tmp_path))
    small = {"points": 20, "epochs": 2}
    alike = [write_run(seeded(seed), seed, **small) for seed in (1, 2)]
    write_run(seeded(1), 3, **small)  # the same seed again
    write_run(seeded(3), 4, points=30, epochs=3)  # longer
    write_run(seeded(4, learning_rate=0.5), 5, **small)
    changed = write_run(seeded(5), 6, **small)
    with (changed / "events.jsonl").open("a") as file:
        place = '{"epoch": 1, "picture": 0}'
        file.write('{"kind": "commanded", "step": 10, "command": {"kind": "set", "settings": {"clipping": 0.5}}, ')
        file.write(f'"place": {place}}}\n')
    runs = [read_run(listed) for listed in RunList().read()]
    assert all(run.begun is not None for run in runs)
    sizes = sorted(len(group) for group in grouped(runs))
    assert sizes == [1, 1, 1, 1, 2]
    group = [run for run in runs if run.listed.run.folder in alike]
    found = spread([run.history for run in group])
    losses = [run.history.losses for run in group]
    assert np.allclose(found.mean.losses, np.mean(losses, 0)) and found.count == 2
    for place, done in enumerate(found.mean.epochs):
        each = [run.history.epochs[place].validation_accuracy for run in group]
        ends = found.lowest[place].validation_accuracy, found.highest[place].validation_accuracy
        assert ends == (min(each), max(each)) and done.validation_accuracy == pytest.approx(np.mean(each))
