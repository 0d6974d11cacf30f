"""The figures of the main job: data that is there at once, networks that learn, a window that stays usable.

    python benchmarks/main_job.py [--mnist FOLDER] [--no-templates] [--no-window] [--json]

The window's rows come from ``benchmarks/window.py``. MNIST's rows need its four files in FOLDER.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.rows import Row, report
from cnnstudio.data.library import BUILTIN, open_data, preview
from cnnstudio.design.templates import template, template_names
from cnnstudio.design.wording.problems import why_not_trainable


def data_rows() -> list[Row]:
    """Making the built-in sets, with an empty cache."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        os.environ["CNNSTUDIO_CACHE"] = folder
        for name in BUILTIN:
            begun = time.perf_counter()
            preview(name)
            rows.append(Row(f"data/{name}/first_1000", time.perf_counter() - begun, "s", "≤ 1"))
            begun = time.perf_counter()
            open_data(name)
            rows.append(Row(f"data/{name}/all_12000", time.perf_counter() - begun, "s", "≤ 10"))
        del os.environ["CNNSTUDIO_CACHE"]
    return rows


def cnnstudio(*arguments: str) -> tuple[list[dict[str, float]], float]:
    """Run the command line; its JSON lines, and the seconds the whole took."""
    begun = time.perf_counter()
    command = [sys.executable, "-m", "cnnstudio", *arguments, "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()], time.perf_counter() - begun


def learning_rows(mnist: str) -> list[Row]:
    """How well and how fast LeNet-5 learns."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        trained = str(Path(folder) / "digits.cnn")
        lines, seconds = cnnstudio("train", "lenet5", "--out", trained)
        rows.append(Row("lenet5/digits/test_accuracy", 100 * lines[-1]["test_accuracy"], "%", "≥ 97"))
        rows.append(Row("lenet5/digits/seconds", seconds, "s", "≤ 60"))
        if mnist:
            lines, _ = cnnstudio("evaluate", trained, "--data", mnist)
            rows.append(Row("lenet5/digits_to_mnist/test_accuracy", 100 * lines[-1]["test_accuracy"], "%", "≥ 90"))
            lines, _ = cnnstudio("train", "lenet5", "--epochs", "12", "--out", trained)
            lines, _ = cnnstudio("evaluate", trained, "--data", mnist)
            rows.append(
                Row("lenet5/digits_12_epochs_to_mnist/test_accuracy", 100 * lines[-1]["test_accuracy"], "%", "≥ 95")
            )
            lines, seconds = cnnstudio("train", "lenet5", "--data", mnist, "--epochs", "3")
            rows.append(Row("lenet5/mnist_3_epochs/test_accuracy", 100 * lines[-1]["test_accuracy"], "%", "≥ 98.5"))
            rows.append(Row("lenet5/mnist_3_epochs/seconds", seconds, "s"))
    return rows


def template_rows() -> list[Row]:
    """What the other templates make of the built-in data they name, by their own recipes."""
    rows = []
    for name in template_names():
        if name == "lenet5" or why_not_trainable(template(name)):
            continue
        lines, seconds = cnnstudio("train", name)
        data = template(name).recipe.data.source
        rows.append(Row(f"{name}/{data}/test_accuracy", 100 * lines[-1]["test_accuracy"], "%", "≥ 97"))
        rows.append(Row(f"{name}/{data}/seconds", seconds, "s"))
    return rows


def window_rows() -> list[Row]:
    """What ``benchmarks/window.py`` says, in a process of its own."""
    command = [sys.executable, str(ROOT / "benchmarks" / "window.py"), "--json"]
    environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return [Row(**{k: v for k, v in row.items() if k != "holds"}) for row in json.loads(done.stdout)]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    real = os.environ.get("CNNSTUDIO_REAL_DATA", "")
    parser.add_argument("--mnist", default=str(Path(real) / "mnist") if real else "", metavar="FOLDER")
    parser.add_argument("--no-window", action="store_true", help="leave the window's rows out")
    parser.add_argument("--no-templates", action="store_true", help="leave the rows of the larger templates out")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    rows = data_rows() + learning_rows(asked.mnist)
    rows += [] if asked.no_templates else template_rows()
    rows += [] if asked.no_window else window_rows()
    report(rows, asked.json)


if __name__ == "__main__":
    main()
