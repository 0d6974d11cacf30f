"""The command classify, and training that fits the network to pictures of one's own."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from painted import painted, write_files
from PIL import Image
from programs import Said

from cnnstudio.cli.main import main
from cnnstudio.data.library import open_data
from cnnstudio.data.preparation.measured import brightness
from cnnstudio.nn.layers.dense.dense import Dense
from cnnstudio.nn.layers.input import Input
from cnnstudio.project.file import load_project

pytestmark = pytest.mark.slow  # each starts the program

Run = Callable[..., Said]
COLOURS = {"red": (220, 30, 30), "green": (30, 200, 40), "blue": (20, 40, 230)}


@pytest.fixture(autouse=True)
def _empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CNNSTUDIO_CACHE", str(tmp_path / "cache"))


def card(colour: tuple[int, int, int], seed: int, size: tuple[int, int] = (20, 16)) -> bytes:
    """A PNG (width, height) of nearly one colour."""
    noise = np.random.default_rng(seed).integers(-20, 20, (size[1], size[0], 3))
    held = io.BytesIO()
    Image.fromarray(np.clip(np.array(colour) + noise, 0, 255).astype(np.uint8)).save(held, "PNG")
    return held.getvalue()


@pytest.fixture(scope="module")
def cards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    files = {f"{name}/{at}.png": card(colour, at) for name, colour in COLOURS.items() for at in range(12)}
    return write_files(tmp_path_factory.mktemp("pictures") / "cards", files)


@pytest.fixture(scope="module")
def trained_once(cards: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("trained")
    recipe = ("--epochs", 30, "--batch-size", 8, "--threads", 1, "--learning-rate", 0.003)
    words = ("train", "lenet5", "--data", cards, "--adapt", "--fit", "pad", *recipe, "--out", folder / "cards.cnn")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CNNSTUDIO_CACHE", str(folder / "cache"))
        assert main([str(word) for word in words]) == 0
    return folder / "cards.cnn"


@pytest.fixture
def trained(trained_once: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(trained_once, tmp_path))


def test_adapt_makes_the_network_fit_and_says_what_it_changed(cnnstudio: Run, cards: Path, trained: Path) -> None:
    design = load_project(trained).design
    entry = design.graph[design.graph.images[0]].layer
    data = open_data(cards, fit="pad")
    measured = brightness(data.train)
    assert entry == Input(16, 20, 3, measured.mean, measured.deviation)
    last = [node.layer for node in design.graph if isinstance(node.layer, Dense)][-1]
    assert last.units == 3 and design.classes == ("blue", "green", "red")
    said = cnnstudio("train", "lenet5", "--data", cards, "--adapt", "--epochs", 1)
    assert "Fitted to cards: Input: height 28 → 16, width 28 → 20, channels 1 → 3" in said.err
    assert "Dense 3: units 10 → 3." in said.err


def test_without_adapt_nothing_is_changed_and_the_refusal_names_it(cnnstudio: Run, cards: Path) -> None:
    said = cnnstudio("train", "lenet5", "--data", cards)
    assert said.code == 2
    last = said.err.splitlines()[-1]
    assert "images of 16×20×3" in last and last.endswith("Or let --adapt fit the network to the images.")


def test_how_files_were_read_is_kept_and_goes_for_evaluate_and_resume(
    cnnstudio: Run, cards: Path, trained: Path
) -> None:
    data = load_project(trained).design.recipe.data
    assert (data.source, dict(data.choices)) == (str(cards), {"fit": "pad"})
    assert json.loads(cnnstudio("evaluate", trained, "--json").out)["test_accuracy"] == 1
    said = cnnstudio("evaluate", trained, "--size", "9x9")
    assert said.code == 2 and "images of 9×9×3" in said.err
    said = cnnstudio("train", trained, "--resume", "--fit", "crop")
    assert said.code == 2 and "--fit is crop now, and the run was begun with pad." in said.err
    said = cnnstudio("train", trained, "--resume", "--adapt", "--epochs", 31)
    assert said.code == 0 and "goes on after step" in said.out and "Fitted" not in said.err


def test_other_data_are_read_as_they_are_by_themselves(cnnstudio: Run, trained: Path, tmp_path: Path) -> None:
    files = {f"{name}/{at}.png": card(COLOURS[name], 50 + at) for name in ("blue", "red", "green") for at in range(5)}
    other = write_files(tmp_path / "other", files)
    out = tmp_path / "other.cnn"
    said = cnnstudio("train", trained, "--data", other, "--split", "0.4", "--epochs", 1, "--out", out)
    assert said.code == 0 and "6 test images" in said.out
    assert dict(load_project(out).design.recipe.data.choices) == {"test_share": 0.4}


def test_pictures_of_any_size_are_classified_and_a_broken_one_ends_nothing(
    cnnstudio: Run, trained: Path, tmp_path: Path
) -> None:
    new = {"b.png": card(COLOURS["blue"], 70, (90, 40)), "deep/r.PNG": card(COLOURS["red"], 71, (20, 16))}
    write_files(tmp_path / "new", new | {"empty.jpg": b"", "notes.txt": b"no", "phone.heic": b"\0\0\0\x18ftypheic"})
    single = write_files(tmp_path, {"g.png": card(COLOURS["green"], 72)}) / "g.png"
    said = cnnstudio("classify", trained, tmp_path / "new", single, tmp_path / "gone.png", "--json")
    assert (said.code, said.err) == (0, "")
    told = {Path(line["file"]).name: line for line in map(json.loads, said.out.splitlines())}
    assert {name: told[name]["class"] for name in ("b.png", "r.PNG", "g.png")} == {
        "b.png": "blue",
        "r.PNG": "red",
        "g.png": "green",
    }
    assert told["b.png"]["file"] == str(tmp_path / "new" / "b.png")
    shares = told["b.png"]["probabilities"]
    assert list(shares) == ["blue", "green", "red"] and abs(sum(shares.values()) - 1) < 1e-4
    assert told["b.png"]["probability"] == shares["blue"]
    assert told["empty.jpg"]["error"] == "It is empty, no picture."
    assert told["gone.png"]["error"] == "There is no such file."
    assert "PNG or JPEG" in told["phone.heic"]["error"] and "notes.txt" not in told


def test_it_answers_as_the_test_does(cnnstudio: Run, cards: Path, trained: Path) -> None:
    """The pictures come through the same door: what an import makes of a file, classify does."""
    said = cnnstudio("classify", trained, cards / "red", "--json")
    assert [json.loads(line)["class"] for line in said.out.splitlines()] == ["red"] * 12


def test_csv_is_a_table_with_a_column_a_class(cnnstudio: Run, trained: Path, tmp_path: Path) -> None:
    folder = write_files(tmp_path / "a, b", {"x.png": card(COLOURS["red"], 80), "bad.png": b"?"})
    rows = list(csv.DictReader(io.StringIO(cnnstudio("classify", trained, folder, "--csv").out)))
    assert [row["class"] for row in rows] == ["", "red"]
    assert rows[0]["error"] == "It is no picture that can be read. Use a PNG or JPEG."
    assert float(rows[1]["red"]) == float(rows[1]["probability"]) > 0.5
    assert rows[1]["file"] == str(folder / "x.png")


def test_tables_and_arrays_without_labels_are_classified_by_number(
    cnnstudio: Run, trained: Path, tmp_path: Path
) -> None:
    """What cannot be learned from as it has no labels can be classified, as its refusal says."""
    pixels = np.stack([np.full((9, 9, 3), COLOURS[name], np.uint8) for name in ("red", "blue", "green", "red")])
    heads = [",".join(f"pixel{at}" for at in range(243))]
    rows = [",".join(map(str, picture.ravel())) for picture in pixels]
    (tmp_path / "new.csv").write_text("\n".join(heads + rows))
    np.savez(tmp_path / "new.npz", x_test=pixels, ids=np.arange(4))
    np.save(tmp_path / "new.npy", pixels / 255)
    for name, named in (("new.csv", "new.csv"), ("new.npz", "new.npz:x_test"), ("new.npy", "new.npy")):
        refused = cnnstudio("data", tmp_path / "new.csv") if name == "new.csv" else None
        assert refused is None or (refused.code == 2 and "can be classified" in refused.err)
        said = cnnstudio("classify", trained, tmp_path / name, "--json")
        told = [json.loads(line) for line in said.out.splitlines()]
        assert [line["class"] for line in told] == ["red", "blue", "green", "red"]
        assert [line["file"] for line in told] == [f"{tmp_path / named}:{number}" for number in range(1, 5)]
    (tmp_path / "bad.npz").write_bytes(b"PK")
    said = cnnstudio("classify", trained, tmp_path / "bad.npz", tmp_path / "new.npy", "--json")
    assert said.code == 0 and "damaged zip" in json.loads(said.out.splitlines()[0])["error"]


def test_nothing_read_is_no_success_and_what_cannot_be_asked_is_refused(
    cnnstudio: Run, trained: Path, tmp_path: Path
) -> None:
    said = cnnstudio("classify", trained, tmp_path / "gone.png")
    assert (said.code, said.out) == (2, "") and "gone.png: There is no such file." in said.err
    assert cnnstudio("classify", "lenet5", tmp_path).code == 2
    assert cnnstudio("classify", tmp_path / "gone.cnn", tmp_path).code == 2


def test_grey_pictures_are_made_of_coloured_ones_where_the_network_is_grey(cnnstudio: Run, tmp_path: Path) -> None:
    files = {
        f"{name}/{at}.png": painted(at + 40 * place, height=28, width=28)
        for place, name in enumerate("ab")
        for at in range(6)
    }
    folder, out = write_files(tmp_path / "ab", files), tmp_path / "ab.cnn"
    recipe = ("--epochs", 1, "--batch-size", 4, "--threads", 1)
    said = cnnstudio("train", "lenet5", "--data", folder, "--adapt", "--colour", "grey", *recipe, "--out", out)
    assert said.code == 0, said.err
    said = cnnstudio("classify", out, folder)
    assert said.code == 0 and len(said.out.splitlines()) == 12
