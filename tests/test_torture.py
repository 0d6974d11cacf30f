"""The proof of robustness in its quick form: everything is tried a few times, and nothing fails."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests import torture
from tests.robustness.limited import Trial, Trials, tried
from tests.robustness.mutating import mutant
from tests.robustness.rows import Row, report

ROOT = Path(__file__).parent.parent


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.skipif(sys.platform == "win32", reason="kills, pipes and limits of memory are Unix")
def test_a_few_of_each_trial_hold() -> None:
    command = [sys.executable, "tests/torture.py", "--quick", "--seed", "7"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    *rows, last = done.stdout.splitlines()
    assert last.endswith("rows hold") and last.split()[0] == last.split()[2]
    assert sum("mutants:" in row for row in rows) > 20 and sum("hostile" in row for row in rows) > 7


def test_a_row_holds_only_where_it_was_tried_and_nothing_failed(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [Row("a", 9, 100), Row("b", 9, 100, ("it fell",)), Row("c", 0, 100)]
    assert not report(rows) and report(rows[:1])
    said = capsys.readouterr().out
    assert "b: it fell" in said and "1 of 3 rows hold" in said and "1 of 1 rows hold" in said


def test_only_the_rows_that_are_asked_for_are_made() -> None:
    lessons, nothing = torture.Asked(("mutants: lessons", "soaks")), torture.Asked(("no such row",))
    assert [row.name for row in torture.mutants_until(lessons, 0.0, 1)] == ["mutants: lessons"]
    assert torture.all_rows(None, 1, nothing, quick=True) == torture.all_rows(None, 1, nothing, quick=False) == []
    assert all(torture.Asked().has(series.name) for series in torture.SERIES)


def _failing(folder: Path) -> Trial:
    """Each number is another way to fail, but the last."""

    def trial(seed: int, number: int) -> bool:
        match number:
            case 0:
                raise KeyError("foreign")
            case 1:
                bytearray(1 << 30)
            case 2:
                sum(range(10**8))
            case 3:
                import ctypes

                ctypes.string_at(0)
        return True

    return trial


FAILING = Trials("failing on purpose", 5, _failing, seconds=0.2)
TRIALS = {FAILING.name: FAILING}


@pytest.mark.slow
def test_every_way_to_fail_is_seen_and_the_next_trial_is_made() -> None:
    found = tried(FAILING, 1, 5, where="tests.test_torture")
    assert found.count == 5 and found.succeeded >= 1
    told = "\n".join(found.failures)
    assert len(found.failures) == 4
    for words in ("KeyError: 'foreign'", "MemoryError", "it took", "the process ended (-11)"):
        assert words in told, told


def test_the_same_seed_gives_the_same_mutants_and_another_gives_others() -> None:
    sample = (ROOT / "tests/project/files/small_v2.cnn").read_bytes()
    made = [mutant(sample, sample, random.Random(seed)) for seed in (1, 1, 2)]
    assert made[0] == made[1] != made[2]
