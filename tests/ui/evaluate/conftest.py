"""What the tests of Evaluate begin with."""

from __future__ import annotations

import pytest

from cnnstudio.ui.run.evaluation import Evaluator
from tests.ui.training_parts import Parts


@pytest.fixture
def evaluator(parts: Parts) -> Evaluator:
    return Evaluator(parts.run_control, parts.looking, parts.samples, parts.session.jobs, parts.notices)
