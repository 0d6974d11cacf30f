"""The benchmarks start: their rows are valid JSON, and what they time is still there."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def _found_from_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT))


def test_rows_say_whether_they_hold_and_are_json(capsys: pytest.CaptureFixture[str]) -> None:
    from benchmarks.rows import Row, report

    rows = [
        Row("a", 1.2, "×", "≥ 1.0"),
        Row("b", 1.2, "s", "≤ 1"),
        Row("c", 3.0, "ms"),
        Row("d", math.inf, "s", "≤ 60"),
    ]
    report(rows, as_json=True)
    told = json.loads(capsys.readouterr().out, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    assert [row["holds"] for row in told] == [True, False, None, False]
    assert set(told[0]) == {"name", "value", "unit", "goal", "holds"}
    assert told[3]["value"] is None
    report(rows, as_json=False)
    assert capsys.readouterr().out.count("DOES NOT HOLD") == 2


@pytest.mark.parametrize("name", ["lenet5", "first_conv"])
def test_a_template_compiles_and_makes_a_step(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from benchmarks.compiling import seconds_to_compile

    monkeypatch.setenv("CNNSTUDIO_CACHE", str(tmp_path))
    assert seconds_to_compile(name) > 0
    assert list((tmp_path / "plans").glob("*.json")), "the plan is remembered"


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="the kernel does not count memory there")
def test_the_engine_takes_its_turns_and_counts_its_memory() -> None:
    command = [sys.executable, "-m", "benchmarks.contenders.ours", "lenet5", "train", "8", "--threads", "2"]
    done = subprocess.run(command, cwd=ROOT, input="3\n", capture_output=True, text=True, check=True)
    ready, turn = map(json.loads, done.stdout.splitlines())
    assert ready == "ready"
    assert len(turn["seconds"]) == 3
    assert 1 < turn["megabytes"] < 100


@pytest.mark.slow
def test_a_training_that_was_written_down_is_not_repeated(tmp_path: Path) -> None:
    from benchmarks.first_recipe import Record, random_design
    from cnnstudio.design.value.recipe import FIRST_RECIPE

    (graph, data), path = random_design(8), tmp_path / "record"
    recipe = FIRST_RECIPE.choose(data=data, epochs=1)
    reached = Record(path).accuracy("random_08", graph, recipe)
    assert 0.5 < reached <= 1
    path.write_text(path.read_text().replace(str(reached), "0.123"))
    assert Record(path).accuracy("random_08", graph, recipe) == 0.123


def test_the_first_recipe_is_a_share_of_the_best_rate(tmp_path: Path) -> None:
    from benchmarks.first_recipe import RATES, Record, random_rows
    from cnnstudio.design.value.recipe import FIRST_RECIPE

    def line(name: str, data: str, accuracy: float, **settings: float) -> str:
        recipe = FIRST_RECIPE.choose(data=data, **settings).to_json()
        training = json.dumps([name, recipe], sort_keys=True)
        return json.dumps({"training": training, "accuracy": accuracy}) + "\n"

    lines = [line("random_00", "digits", 0.98), line("random_01", "shapes", 0.6)]
    lines += [line("random_01", "shapes", 0.8 if rate == 0.01 else 0.5, learning_rate=rate) for rate in RATES]
    path = tmp_path / "record"
    path.write_text("".join(lines))
    first, second = random_rows([0, 1], Record(path))
    assert (first.value, first.unit, first.holds) == (0.98, "of all", True)
    assert (second.value, second.unit, second.holds) == (pytest.approx(0.75), "of best", False)
