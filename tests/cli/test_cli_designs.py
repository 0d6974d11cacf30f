"""templates, new and check, and what is common to all commands."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from programs import Said

from cnnstudio import __version__
from cnnstudio.design.edits import edits
from cnnstudio.design.edits.locking import lock
from cnnstudio.design.format.design_format import write_design
from cnnstudio.design.templates import template, template_names, template_sentence
from cnnstudio.design.value.design import Design
from cnnstudio.nn.graph.graph import Edge, Graph
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.project.file import load_project, save_project
from cnnstudio.project.project import untrained
from tests.one_line import is_one_line

Run = Callable[..., Said]


def test_templates_are_listed_with_their_sentences(cnnstudio: Run) -> None:
    said = cnnstudio("templates")
    assert said.code == 0
    for line, name in zip(said.out.splitlines(), template_names(), strict=True):
        assert line.split()[0] == name
        assert line.endswith(template_sentence(name))


@pytest.mark.parametrize("name", template_names())
def test_new_writes_a_project_and_never_over_another(cnnstudio: Run, tmp_path: Path, name: str) -> None:
    path = tmp_path / "out.cnn"
    assert cnnstudio("new", name, path).code == 0
    assert load_project(path).design == template(name)
    before = path.read_bytes()
    said = cnnstudio("new", "article", path)
    assert said.code == 2
    assert "It is there already" in said.err
    assert path.read_bytes() == before


def test_check_lists_the_layers_from_the_image_on(cnnstudio: Run, tmp_path: Path) -> None:
    """Whatever order they were drawn in."""
    design = template("lenet5")
    backwards = design.with_changes(graph=Graph(tuple(reversed(tuple(design.graph)))))
    save_project(untrained(backwards), tmp_path / "a.cnn")
    layers = json.loads(cnnstudio("check", tmp_path / "a.cnn", "--json").out)["layers"]
    assert [layer["name"] for layer in layers] == [design.cards[node].name for node in design.graph.order]


ENDLESS = (
    "The network ends in Conv 2D with 28×28×6. To learn classes it must end in a Softmax layer: add Flatten, Dense and "
    "Softmax layers."
)


def test_what_cannot_be_trained_is_advice_to_check_and_refused_by_train_in_the_same_words(cnnstudio: Run) -> None:
    said = cnnstudio("check", "first_conv")
    assert said.code == 0 and f"Advice: {ENDLESS}\n" in said.out and said.out.endswith("No problems.\n")
    said = cnnstudio("train", "first_conv")
    assert (said.code, said.err) == (2, f"first_conv: {ENDLESS}\n")


def ends(name: str) -> Design:
    """A network without an end, with two Inputs, or with two ends."""
    kinds, lenet = layer_kinds(), template("lenet5")
    match name:
        case "no end":
            return edits.remove(lenet, ["softmax_1"])
        case "two inputs":
            design, other = edits.add(lenet, kinds["input"](height=28, width=28, channels=1), (0.0, 400.0))
            design, add = edits.insert(design, Edge("input_1", "conv2d_1"), kinds["add"](), (0.0, 0.0))
            return edits.connect(design, other, add)
        case _:
            design, twin = edits.add(lenet, kinds["softmax"](), (0.0, 400.0))
            return edits.connect(design, "dense_3", twin)


@pytest.mark.parametrize("name", ["no end", "two inputs", "two ends"])
def test_whatever_end_is_wrong_is_advice_and_refused_in_the_same_words(
    cnnstudio: Run, tmp_path: Path, name: str
) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(write_design(ends(name)))
    said = cnnstudio("check", path, "--json")
    found = json.loads(said.out)
    assert said.code == 0 and found["problems"] == []
    (advice,) = (finding for finding in found["advice"] if finding["code"] == "no-softmax")
    assert advice["repairs"]
    said = cnnstudio("train", path)
    assert (said.code, said.err) == (2, f"{path}: {advice['sentence']}\n")


def test_check_says_in_json_what_is_known(cnnstudio: Run) -> None:
    said = cnnstudio("check", "first_conv", "--json")
    assert said.code == 0
    assert json.loads(said.out) == {
        "layers": [
            {
                "name": "Input", "kind": "input", "output_shape": [32, 32, 3],
                "parameters": 0, "trainable_parameters": 0, "locked": False, "macs": 0,
            },
            {
                "name": "Conv 2D", "kind": "conv2d", "output_shape": [28, 28, 6],
                "parameters": 456, "trainable_parameters": 456, "locked": False, "macs": 352_800,
            },
        ],
        "parameters": 456,
        "trainable_parameters": 456,
        "macs": 352_800,
        "problems": [],
        "advice": [
            {
                "layer": None, "code": "no-softmax", "title": "Cannot be trained yet", "sentence": ENDLESS,
                "repairs": [
                    {
                        "title": "Add Global average pooling, Dense (10 units) and Softmax at the end",
                        "effect": "+70 parameters",
                    },
                    {
                        "title": "Add Flatten, Dense (10 units) and Softmax at the end",
                        "effect": "+47\u202f050 parameters · +13\u202f%\u202fMACs",
                    },
                ],
            },
        ],
    }  # fmt: skip


def test_check_tells_what_is_left_to_train(cnnstudio: Run, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(write_design(lock(template("lenet5"), ["conv2d_1", "conv2d_2"])))
    said = json.loads(cnnstudio("check", tmp_path / "a.json", "--json").out)
    assert (said["parameters"], said["trainable_parameters"]) == (61_706, 59_134)
    assert [layer["name"] for layer in said["layers"] if layer["locked"]] == ["Conv 2D", "Conv 2D 2"]
    table = cnnstudio("check", tmp_path / "a.json").out
    assert "16 filters 5×5, locked" in table and "trainable" in table and "59\u202f134" in table


def test_check_reads_projects_and_designs_in_json_alike(cnnstudio: Run, tmp_path: Path) -> None:
    save_project(untrained(template("lenet5")), tmp_path / "a.cnn")
    (tmp_path / "a.json").write_bytes(write_design(template("lenet5")))
    wanted = cnnstudio("check", "lenet5", "--json")
    assert json.loads(wanted.out)["parameters"] == 61_706
    for name in ("a.cnn", "a.json"):
        assert cnnstudio("check", tmp_path / name, "--json") == wanted


def test_check_prints_a_table(cnnstudio: Run) -> None:
    said = cnnstudio("check", "lenet5")
    assert said.code == 0
    assert "Conv 2D 2      16 filters 5×5       10×10×16       2\u202f416  240\u202f000" in said.out
    assert "61\u202f706  416\u202f520" in said.out
    assert said.out.endswith("No problems.\n")


def test_a_problem_gives_exit_1_and_advice_does_not(cnnstudio: Run, tmp_path: Path) -> None:
    design = template("lenet5")
    broken = edits.configure(design, "conv2d_2", design.graph["conv2d_2"].layer.replace(kernel=(15, 15)))
    (tmp_path / "broken.json").write_bytes(write_design(broken))
    said = cnnstudio("check", tmp_path / "broken.json", "--json")
    report = json.loads(said.out)
    assert said.code == 1
    assert [problem["layer"] for problem in report["problems"]] == ["Conv 2D 2"]
    assert report["layers"][-1]["output_shape"] is None
    said = cnnstudio("check", tmp_path / "broken.json")
    assert said.code == 1
    assert "Problem: Conv 2D 2: " in said.out
    assert "No problems" not in said.out

    advised, _ = edits.add(design, layer_kinds()["input"](), (0, 900))
    (tmp_path / "advised.json").write_bytes(write_design(advised))
    said = cnnstudio("check", tmp_path / "advised.json", "--json")
    assert said.code == 0
    assert len(json.loads(said.out)["advice"]) == 1


BAD: dict[str, tuple[list[str], str]] = {
    "no command": ([], "COMMAND"),
    "unknown command": (["paint"], "paint: There is no such command or file."),
    "unknown option": (["templates", "--fast"], "--fast"),
    "an option cut short": (["train", "lenet5", "--batch", "3"], "--batch"),
    "no design": (["train"], "DESIGN"),
    "unknown template": (["check", "alexnet"], "alexnet: There is no such template or file."),
    "new of nothing": (["new", "alexnet", "x.cnn"], "alexnet: There is no such template."),
    "new nowhere": (["new", "lenet5", "no/x.cnn"], "no/x.cnn: There is no folder no."),
    "new onto a folder": (["new", "lenet5", "folder"], "folder: It is not a file."),
    "a folder": (["check", "folder"], "folder: It is not a file."),
    "a text": (["check", "text.cnn"], "text.cnn: It is not a CNN Studio project."),
    "a foreign JSON": (["check", "other.json"], "other.json: It is not a CNN Studio design."),
    "a broken JSON": (["check", "broken.json"], "broken.json: It is not valid JSON (line 1, column 2"),
    "evaluate a template": (["evaluate", "lenet5"], "lenet5: It holds no weights."),
    "evaluate a text": (["evaluate", "text.cnn"], "text.cnn: It is not a CNN Studio project."),
    "no classifier": (["train", "first_conv"], "first_conv: The network ends in Conv 2D with 28×28×6."),
    "epochs in words": (["train", "lenet5", "--epochs", "three"], "--epochs: invalid int value: 'three'"),
    "no epochs": (["train", "lenet5", "--epochs", "0"], "epochs must be a whole number from 1"),
    "batch size": (["train", "lenet5", "--batch-size", "5000"], "must be a whole number from 1 to 4\u202f096"),
    "learning rate": (["train", "lenet5", "--learning-rate", "nan"], "learning rate must be a number"),
    "optimizer": (["train", "lenet5", "--optimizer", "rms"], "optimizer must be one of sgd, "),
    "seed": (["train", "lenet5", "--seed", "-1"], "seed must be"),
    "threads": (["train", "lenet5", "--threads", "0"], "--threads must be from 1 to 256"),
    "no data": (["train", "lenet5", "--data", "nothing"], "There is no data set “"),
    "a folder without data": (["train", "lenet5", "--data", "folder"], "folder holds no pictures to learn from"),
    "out nowhere": (["train", "lenet5", "--out", "no/x.cnn"], "no/x.cnn: There is no folder no."),
    "a name that writes to the terminal": (["check", "\x1b[31mred\n"], "?[31mred"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_line_that_says_what_and_where(
    cnnstudio: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "text.cnn").write_text("not a zip")
    (tmp_path / "other.json").write_text('{"a": 1}')
    (tmp_path / "broken.json").write_text("{1}")
    monkeypatch.chdir(tmp_path)
    arguments, line = BAD[name]
    said = cnnstudio(*arguments)
    assert said.code == 2
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert line in said.err
    assert is_one_line(said.err.strip())


def test_help_and_version_are_short(cnnstudio: Run) -> None:
    said = cnnstudio("--version")
    assert (said.code, said.out) == (0, f"CNN Studio {__version__}\n")
    said = cnnstudio("--help")
    assert said.code == 0
    assert len(said.out.splitlines()) <= 30
    assert all(len(line) <= 100 for line in said.out.splitlines())
    for command in ("templates", "new", "check", "train", "evaluate"):
        assert command in said.out
        assert cnnstudio(command, "--help").code == 0


@pytest.mark.slow
def test_a_command_waits_for_nothing_that_only_others_need() -> None:
    script = """
import sys
from cnnstudio.__main__ import main
waits = (["--version"], "numpy"), (["train", "--help"], "numpy"), (["templates"], "cnnstudio.cli.exchange")
for command, late in waits:
    sys.argv[1:] = command
    assert main() == 0
    assert late not in sys.modules, command
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
