"""Any edits in any order through the real document lead back, and forth again."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.ui.document.editing import Editing


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_any_edits_and_back_again(qapp) -> None:
    quick = settings(
        max_examples=50, stateful_step_count=50, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    run_state_machine_as_test(Editing, settings=quick)
