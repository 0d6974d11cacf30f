"""How fast pictures come in, how much memory that takes, and what training from the map costs.

    python benchmarks/data.py [--quick] [--json] [--only NAME] [--peer PYTHON]

All files are made in a temporary folder: JPEGs of 32×32 in ten folders, and photographs of 12 megapixels. ``--quick``
makes a tenth of them; the goals of time are then a tenth, too. Where ``CNNSTUDIO_REAL_DATA`` names a folder with MNIST,
labels of it are exchanged and looked for; with cifar10-small.zip in it, a network learns 2,500 of CIFAR-10's pictures
by a recipe, here and, as exported, in the PyTorch of ``--peer``. Each figure of memory is that of a process of its own,
what it holds without mapped files (RssAnon, Linux only).
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np
from PIL import Image

from benchmarks.rows import Row, report
from cnnstudio.data.dataset import DataSet, Examples
from cnnstudio.data.importing.choices import PictureChoices
from cnnstudio.data.importing.listing import list_folder
from cnnstudio.data.importing.survey import surveyed
from cnnstudio.data.library import open_data
from cnnstudio.data.preparation.changes import Changes
from cnnstudio.data.preparation.measured import brightness
from cnnstudio.data.preparation.split import Split
from cnnstudio.data.review.catalogue import Catalogue
from cnnstudio.data.review.second_opinion import second_opinion
from cnnstudio.data.review.wrong_labels import margins
from cnnstudio.design.edits.fitting import fitted
from cnnstudio.design.templates import template
from cnnstudio.nn.network.plan import default_threads
from cnnstudio.project.file import save_project
from cnnstudio.project.project import untrained
from cnnstudio.runs.plans import plan_for
from cnnstudio.runs.recorder import new_run, train_by, training_of

JPEGS, MANY, FEW, PHOTOGRAPHS = 60_000, 100_000, 1_000, 100
CLASSES, SIDE = 10, 32
#: rows and columns of a photograph of 12 megapixels, and the side it is brought to
PHOTOGRAPH, SMALL = (3000, 4000), 96


def make_jpegs(folder: Path, count: int) -> Path:
    """So many JPEGs in a folder for each class, each another."""
    draw = np.random.default_rng(0)
    coarse = draw.integers(0, 256, (256, 4, 4, 3), dtype=np.uint8)
    for label in range(CLASSES):
        (folder / f"class {label}").mkdir(parents=True)
    for at in range(count):
        picture = Image.fromarray(coarse[at % 256]).resize((SIDE, SIDE), Image.Resampling.BICUBIC)
        picture.putpixel((at // 256 % SIDE, at // 256 // SIDE), (255, 255, 255))
        picture.save(folder / f"class {at % CLASSES}" / f"{at:06}.jpg", quality=90)
    return folder


def make_photographs(folder: Path, count: int) -> Path:
    """Photographs of 12 megapixels, in two classes."""
    draw = np.random.default_rng(1)
    for label in "ab":
        (folder / label).mkdir(parents=True)
    for at in range(count):
        coarse = Image.fromarray(draw.integers(0, 256, (60, 80, 3), dtype=np.uint8))
        picture = coarse.resize((PHOTOGRAPH[1], PHOTOGRAPH[0]), Image.Resampling.BICUBIC)
        picture.save(folder / "ab"[at % 2] / f"{at:03}.jpg", quality=90)
    return folder


def apart(what: str, folder: Path, cache: Path) -> dict[str, float]:
    """The seconds, those of its cores, and the bytes that a task takes in a process of its own."""
    environment = os.environ | {"CNNSTUDIO_CACHE": str(cache)}
    command = [sys.executable, __file__, "--task", what, str(folder)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))


def task(what: str, folder: Path) -> dict[str, float]:
    """What a process does whose seconds and memory are measured."""
    before, begun, busy = held(), time.perf_counter(), time.process_time()
    match what:
        case "survey":
            next(iter(surveyed(list_folder(folder), PictureChoices())))
        case "open":
            open_data(folder)
        case "photographs":
            open_data(folder, size=(SMALL, SMALL))
        case "pillow":
            for file in sorted(folder.rglob("*.jpg")):
                np.asarray(Image.open(file).resize((SMALL, SMALL)))
    spent = {"seconds": time.perf_counter() - begun, "cpu": time.process_time() - busy}
    return spent | {"bytes": held() - before}


def held() -> float:
    """Bytes that this process holds without mapped files; not a number where the system does not say."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return math.nan
    return 1024.0 * next(int(line.split()[1]) for line in lines if line.startswith("RssAnon"))


def import_rows(home: Path, scale: int) -> list[Row]:
    """An import, the same opened again, and the first look at it."""
    folder, cache = make_jpegs(home / "jpegs", JPEGS // scale), home / "cache"
    first, look = apart("open", folder, cache), apart("survey", folder, cache)
    again = min(apart("open", folder, cache)["seconds"] for _ in range(3))
    return [
        Row("data/import/jpegs_32/seconds", first["seconds"], "s", f"≤ {30 / scale:g}"),
        Row("data/import/jpegs_32/cpu_seconds", first["cpu"], "s"),
        Row("data/import/opened_again/seconds", again, "s", "≤ 1"),
        Row("data/survey/first/seconds", look["seconds"], "s", "≤ 1"),
    ]


def memory_rows(home: Path, scale: int) -> list[Row]:
    """How much more an import holds, of few pictures and of many."""
    rows = []
    for count in (FEW, MANY // scale):
        folder = make_jpegs(home / f"{count} jpegs", count)
        grown = apart("open", folder, home / f"cache of {count}")["bytes"]
        rows.append(Row(f"data/memory/{count}/rss_anon", grown / 2**20, "MB", "≤ 200"))
    return rows


def photograph_rows(home: Path, scale: int) -> list[Row]:
    """Large photographs against Pillow's plain way on one core, by turns."""
    folder = make_photographs(home / "photographs", PHOTOGRAPHS // scale)
    plain, ours = [], []
    for turn in range(2):
        plain.append(apart("pillow", folder, home))
        ours.append(apart("photographs", folder, home / f"cache {turn}"))
    seconds, cpu = ([min(each[figure] for each in turns) for turns in (plain, ours)] for figure in ("seconds", "cpu"))
    return [
        Row("data/photographs/seconds", seconds[1], "s"),
        Row("data/photographs/ratio_to_pillow", seconds[0] / seconds[1], "×", "≥ 6"),
        Row("data/photographs/ratio_to_pillow_of_cpu_seconds", cpu[0] / cpu[1], "×"),
    ]


def training_rows(home: Path) -> list[Row]:
    """Epochs from the memory map and from memory, by turns."""
    os.environ["CNNSTUDIO_CACHE"] = str(home / "cache")
    mapped = open_data(home / "jpegs", per_class=500)
    copy = mapped.train.pixels.copy()
    held_in_memory = Examples(copy, mapped.train.labels)
    seconds: dict[str, list[float]] = {"map": [], "memory": []}
    for _ in range(4):
        for name, examples in (("map", mapped.train), ("memory", held_in_memory)):
            seconds[name].append(_epoch(mapped, examples))
    ratio = min(seconds["memory"]) / min(seconds["map"])
    return [Row("data/training/map_to_memory", ratio, "×", "≥ 0.95")]


def label_rows() -> list[Row]:
    """Of 6,000 pictures of MNIST, where it is there, every twentieth label is exchanged for another: how many of the
    twentieth whose labels look most wrong are of those."""
    folder = os.environ.get("CNNSTUDIO_REAL_DATA", "")
    if not folder:
        return []
    data, draw = open_data(Path(folder) / "mnist"), np.random.default_rng(0)
    train = data.train.take(slice(0, 6000))
    labels = train.labels.copy()
    swapped = draw.permutation(len(labels))[: len(labels) // 20]
    labels[swapped] = (labels[swapped] + draw.integers(1, 10, len(swapped))) % 10
    some = replace(data, train=train.relabelled(labels), test=data.test.take(slice(0, 1000)))
    opinion = second_opinion(Catalogue(some, Changes(), Split()))
    unlikely = np.argsort(margins(opinion.probabilities, opinion.labels)[: len(labels)])[: len(swapped)]
    return [Row("data/wrong_labels/mnist/swapped_of_most_suspected", np.isin(unlikely, swapped).mean(), "", "≥ 0.9")]


def accuracy_rows(home: Path, peer: str) -> list[Row]:
    """How often resnet_mini is right on the 500 test pictures of cifar10-small.zip, in percent, after it has learned
    from 2,250 of the 2,500 others by ``LEARNED``; and what PyTorch comes to that learns from the same weights, batches
    and variants, as exported."""
    source = Path(os.environ.get("CNNSTUDIO_REAL_DATA", "")) / "cifar10-small.zip"
    if not source.is_file():
        return []
    os.environ["CNNSTUDIO_CACHE"] = str(home / "cache")
    data = open_data(source)
    design = fitted(template("resnet_mini"), data.image_shape, data.classes, brightness(data.train))
    recipe = design.recipe.choose(**{"data": str(source), **LEARNED})
    start, ours, folder = home / "start.cnn", home / "ours.cnn", home / "as PyTorch"
    save_project(untrained(design.with_changes(recipe=recipe)), start)
    _command("train", start, "--out", ours)
    right = 100 * json.loads(_command("evaluate", ours, "--json"))["test_accuracy"]
    rows = [Row("data/cifar10_small/accuracy", right, "%")]
    if not peer:
        return rows
    _command("export", start, folder, "--as", "pytorch")
    _command("data", source, "--to", home / "set.npz")
    for command in (["train.py", "--data", str(home / "set.npz")], ["-c", _TESTED, str(home / "set.npz")]):
        done = subprocess.run([peer, *command], cwd=folder, capture_output=True, text=True, check=True)
    theirs = 100 * float(done.stdout)
    return [
        *rows,
        Row("data/cifar10_small/accuracy_pytorch", theirs, "%"),
        Row("data/cifar10_small/accuracy_difference", abs(right - theirs), "points", "≤ 4"),
    ]


#: what the recipe of ``accuracy_rows`` says where it says something else than the template's
LEARNED = {
    "epochs": 15, "batch_size": 64, "optimizer.learning_rate": 0.01, "schedule": "one_cycle",
    "augmentation.flip": "horizontal", "augmentation.shift": 3,
}  # fmt: skip
_TESTED = """
import sys
import numpy as np
import train
from model import load
with np.load(sys.argv[1]) as data:
    print(train.evaluated(load("trained.safetensors"), data["x_test"], data["y_test"])[1])
"""


def _command(*arguments: object) -> str:
    """What the program says to a command; one that exports may say that it could not prove it here."""
    command = [sys.executable, "-m", "cnnstudio", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 3):
        raise SystemExit(done.stderr)
    return done.stdout


def _epoch(data: DataSet, examples: Examples) -> float:
    design = fitted(template("lenet5"), data.image_shape, data.classes, brightness(data.train))
    design = design.with_changes(recipe=design.recipe.replace(epochs=1))
    plan = plan_for(design.graph, design.recipe.batch_size, default_threads())
    run = new_run(design, plan, data.fingerprint)
    training = training_of(run, untrained(design).weights.parameters)
    begun = time.perf_counter()
    for _ in train_by(design.recipe, training, examples, data.test):
        pass
    return time.perf_counter() - begun


def main() -> None:
    """Measure, or be a process that is measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a tenth of the pictures")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", default="", help="only rows of this kind: import, photographs, labels or accuracy")
    parser.add_argument("--peer", default="", metavar="PYTHON", help="a Python that has PyTorch")
    parser.add_argument("--task", nargs=2, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.task:
        print(json.dumps(task(asked.task[0], Path(asked.task[1]))))
        return
    scale = 10 if asked.quick else 1
    with tempfile.TemporaryDirectory(prefix="cnnstudio-data-") as folder:
        home = Path(folder)
        kinds: dict[str, Callable[[], list[Row]]] = {
            "import": lambda: import_rows(home, scale) + training_rows(home) + memory_rows(home, scale),
            "photographs": lambda: photograph_rows(home, scale),
            "labels": label_rows,
            "accuracy": lambda: accuracy_rows(home, asked.peer),
        }
        rows = [row for kind, rows_of in kinds.items() if asked.only in ("", kind) for row in rows_of()]
    report(rows, asked.json)


if __name__ == "__main__":
    main()
