"""The queue of jobs and a session on it, shut down at the end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from cnnstudio.worker.jobs import Jobs
from cnnstudio.worker.training.session import TrainingSession


@pytest.fixture
def jobs(qapp: Any) -> Iterator[Jobs]:
    queue = Jobs()
    yield queue
    queue.shutdown()


@pytest.fixture
def session(jobs: Jobs) -> Iterator[TrainingSession]:
    made = TrainingSession(jobs)
    yield made
    made.shutdown()
