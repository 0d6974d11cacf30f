"""compare: two designs side by side."""

import json
from collections.abc import Callable

from programs import Said

Run = Callable[..., Said]


def test_equal_designs(cnnstudio: Run) -> None:
    said = cnnstudio("compare", "lenet5", "lenet5")
    assert said.code == 0
    assert said.out.splitlines()[-1] == "The two are equal."


def test_two_templates_side_by_side(cnnstudio: Run) -> None:
    said = cnnstudio("compare", "lenet5", "vgg_mini")
    assert said.code == 0
    lines = said.out.splitlines()
    assert any(line.startswith("+") for line in lines)
    assert any("→" in line and line.startswith("Parameters") for line in lines)
    assert "added" in lines[-1]


def test_as_json(cnnstudio: Run) -> None:
    said = cnnstudio("compare", "lenet5", "article", "--json")
    found = json.loads(said.out)
    assert found["equal"] is False
    assert found["first"]["parameters"] == 61_706
    assert {row["change"] for row in found["layers"]} <= {"same", "changed", "added", "removed"}
    assert next(row["first"]["name"] for row in found["layers"] if row["first"]) == "Input"


def test_a_missing_design_is_refused(cnnstudio: Run) -> None:
    assert cnnstudio("compare", "lenet5", "nowhere.cnn").code == 2
