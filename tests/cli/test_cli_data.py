"""The command data, and training on pictures of one's own from the command line."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from loopback import letters, serving
from painted import classes_of, painted, write_files
from programs import Said

from cnnstudio.cli.data import with_choices
from cnnstudio.cli.main import FLAWS, _parser, main
from cnnstudio.data.downloads.published import PUBLISHED
from cnnstudio.data.drawn.flaws import FLAWS as PLANTED
from cnnstudio.data.library import open_data
from cnnstudio.data.preparation.choice import DataChoice
from cnnstudio.project.file import load_project

Run = Callable[..., Said]
TEN = [f"c{number}" for number in range(10)]


@pytest.fixture(autouse=True)
def _empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CNNSTUDIO_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    bad = {"cat/bad.png": b"", "dog/notes.txt": b"about"}
    return write_files(tmp_path / "pets", classes_of("cat", "dog", inside="") | bad)


def test_json_is_one_object_that_says_what_there_is(cnnstudio: Run, pets: Path) -> None:
    said = cnnstudio("data", pets, "--json")
    assert (said.code, said.err) == (0, "")
    found = json.loads(said.out)
    data = open_data(pets)
    assert found["source"] == str(pets)
    assert found["image_shape"] == [6, 8, 3]
    assert found["classes"] == {name: {"train": 4, "validation": 0, "test": 1} for name in ("cat", "dog")}
    assert found["sizes"] == {"6x8": 10}
    assert (found["fingerprint"], found["content"], found["layout"]) == (
        data.fingerprint, data.content, "a folder for each class"
    )  # fmt: skip
    assert found["skipped"] == [
        {"file": "cat/bad.png", "code": "nothing-in-it", "reason": "It is empty, no picture."},
        {"file": "dog/notes.txt", "code": "no-picture", "reason": "It is no picture."},
    ]


def test_without_json_it_is_a_table(cnnstudio: Run, pets: Path) -> None:
    said = cnnstudio("data", pets)
    assert said.code == 0
    assert "a folder for each class" in said.out and "cat" in said.out
    assert "left out: cat/bad.png: It is empty, no picture." in said.out.splitlines()


def test_what_is_chosen_is_what_is_written_and_opens_as_the_same(cnnstudio: Run, pets: Path, tmp_path: Path) -> None:
    out = tmp_path / "pets.npz"
    choices = ("--size", "5x4", "--fit", "pad", "--colour", "grey", "--split", "0.5", "--split-seed", "3")
    said = cnnstudio("data", pets, *choices, "--per-class", "4", "--to", out, "--json")
    assert said.code == 0
    found = json.loads(said.out)
    assert found["image_shape"] == [5, 4, 1]
    assert found["classes"]["cat"] == {"train": 2, "validation": 0, "test": 2}
    with np.load(out) as arrays:
        assert arrays["x_train"].shape == (4, 5, 4, 1) and arrays["classes"].tolist() == ["cat", "dog"]
    again = json.loads(cnnstudio("data", out, "--json").out)
    assert (again["fingerprint"], again["content"]) == (found["fingerprint"], found["content"])


def test_a_chosen_column_names_the_classes(cnnstudio: Run, tmp_path: Path) -> None:
    said_of = [f"{at}.png,{'cat' if at < 5 else 'dog'},{'red' if at % 2 else 'blue'}" for at in range(10)]
    rows = ["file,label,colour", *said_of]
    files = {f"{at}.png": painted(at) for at in range(10)}
    folder = write_files(tmp_path / "in", files | {"about.csv": "\n".join(rows).encode()})
    assert list(json.loads(cnnstudio("data", folder, "--json").out)["classes"]) == ["cat", "dog"]
    said = cnnstudio("data", folder, "--json", "--label-column", "Colour")
    assert list(json.loads(said.out)["classes"]) == ["blue", "red"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nowhere"], "There is no data set"),
        (["pets/cat"], "nothing says of which class"),
        (["pets", "--size", "large"], "--size must be height and width"),
        (["pets", "--size", "9999x9"], "size must be"),
        (["pets", "--split", "3"], "test share must be"),
        (["pets", "--per-class", "-1"], "pictures of a class must be"),
        (["pets", "--to", "out.zip"], "must end in .npz"),
        (["digits", "--size", "999"], "size must be"),
        (["digits", "--fit", "pad"], "no setting called “fit”"),
        (["pets", "--flaw", "leak"], "no setting called “flaw”"),
        (["pets.rar"], "unpack it"),
    ],
)  # fmt: skip
def test_bad_input_is_one_line(
    cnnstudio: Run, pets: Path, arguments: list[str], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(pets.parent)
    Path("pets.rar").write_bytes(b"Rar!")
    said = cnnstudio("data", *arguments)
    assert said.code == 2
    assert told in said.err and len(said.err.strip().splitlines()) == 1


def test_a_network_learns_from_a_folder_and_hears_what_was_left_out(cnnstudio: Run, tmp_path: Path) -> None:
    files = {
        f"{name}/{at}.png": painted(at + 20 * place, height=28, width=28, channels=1)
        for place, name in enumerate(TEN)
        for at in range(5)
    }
    folder = write_files(tmp_path / "ten", files | {"c0/bad.png": b""})
    said = cnnstudio("train", "lenet5", "--data", folder, "--epochs", 1, "--out", tmp_path / "ten.cnn", "--threads", 1)
    assert said.code == 0
    assert "1 file was left out: c0/bad.png (It is empty, no picture)." in said.err
    assert "36 training, 4 validation and 10 test images" in said.out
    said = cnnstudio("evaluate", tmp_path / "ten.cnn", "--json")
    assert said.code == 0 and "accuracy" in said.out


def test_where_classes_differ_in_number_the_accuracy_has_another_beside_it(cnnstudio: Run, tmp_path: Path) -> None:
    files = classes_of("cat", count=40) | classes_of("dog", count=5, first=60)
    folder, out = write_files(tmp_path / "in", files), tmp_path / "a.cnn"
    options = ("--adapt", "--epochs", 1, "--threads", 1, "--set", "drawing=balanced", "--out", out)
    said = cnnstudio("train", "lenet5", "--data", folder, "--size", "28x28", *options)
    assert said.code == 0 and "if every class counts alike), loss" in said.out
    told = json.loads(cnnstudio("evaluate", out, "--json").out)
    assert list(told) == ["test_loss", "test_accuracy", "test_balanced_accuracy"]
    data = json.loads(cnnstudio("data", folder, "--json").out)["classes"]
    assert data == {"cat": {"train": 32, "validation": 0, "test": 8}, "dog": {"train": 4, "validation": 0, "test": 1}}
    assert load_project(out).design.recipe.drawing == "balanced"


def test_one_class_is_refused_and_never_with_advice_to_make_one_unit(cnnstudio: Run, tmp_path: Path) -> None:
    folder = write_files(tmp_path / "in", classes_of("cat"))
    said = cnnstudio("train", "lenet5", "--data", folder)
    assert said.code == 2
    assert "of one class, “cat”: there is nothing to tell apart" in said.err and "unit" not in said.err


def test_one_class_to_learn_from_is_refused_though_the_test_has_two(cnnstudio: Run, tmp_path: Path) -> None:
    images = np.zeros((6, 28, 28), np.uint8)
    np.savez(tmp_path / "a.npz", x_train=images, y_train=np.ones(6, int), x_test=images, y_test=np.arange(6) % 2)
    said = cnnstudio("train", "lenet5", "--data", tmp_path / "a.npz")
    assert said.code == 2
    assert "of one class, “1”: there is nothing to tell apart" in said.err and "unit" not in said.err


@pytest.mark.slow
@pytest.mark.real_data
def test_mnist_has_one_content_as_idx_npz_csv_and_pictures(cnnstudio: Run, tmp_path: Path) -> None:
    """A tenth of it, so that the test is quick; the order is that of the files."""
    from PIL import Image

    mnist = Path(os.environ["CNNSTUDIO_REAL_DATA"]) / "mnist"
    few = tmp_path / "few.npz"
    assert cnnstudio("data", mnist, "--per-class", 60, "--to", few).code == 0
    data = open_data(few)
    (tmp_path / "csv").mkdir()
    for part, examples in data.parts.items():
        table = np.c_[examples.labels, examples.pixels.reshape(len(examples), -1)]
        np.savetxt(tmp_path / "csv" / f"mnist_{part}.csv", table, "%d", ",")
        for at, label in enumerate(examples.labels):
            file = tmp_path / "pictures" / part / str(label) / f"{at}.png"
            file.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(examples.pixels[at, ..., 0]).save(file)
    assert open_data(tmp_path / "csv" / "mnist_train.csv").fingerprint == data.fingerprint
    pictures = open_data(tmp_path / "pictures")
    assert pictures.content == data.content and pictures.fingerprint != data.fingerprint


def test_a_flaw_is_planted_by_an_option() -> None:
    assert FLAWS == PLANTED
    options = _parser().parse_args(["train", "lenet5", "--flaw", "leak"])
    assert with_choices(DataChoice(), options) == DataChoice("digits", (("flaw", "leak"),))


def test_a_published_set_is_fetched_when_it_is_asked_for_and_known_by_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    with serving() as server:
        monkeypatch.setitem(PUBLISHED, "mnist", letters(server, "mnist"))
        assert main(["data", "mnist"]) == 2
        assert "cnnstudio data mnist --download" in capfd.readouterr().err and server.asked == []
        assert main(["data", "pets", "--download"]) == 2
        assert "mnist (" in capfd.readouterr().err
        assert main(["data", "mnist", "--download", "--json"]) == 0
        assert json.loads(capfd.readouterr().out)["source"] == "mnist"
        server.files.clear()
        assert main(["data", "mnist"]) == 0
        # what lies here under that name goes before it
        monkeypatch.chdir(tmp_path)
        write_files(tmp_path / "mnist", classes_of("cat", "dog"))
        capfd.readouterr()
        assert main(["data", "mnist", "--json"]) == 0
        assert json.loads(capfd.readouterr().out)["source"] == str(tmp_path / "mnist")
