"""Makes the trained networks that come with the program again: ``resources/trained``.

    python docs/trained_networks.py            train them and write the files
    python docs/trained_networks.py --check    train them and compare their weights with those in the files

The program trains them itself on its built-in data, from a seed and on one thread: the same machine makes the same
bits. What is written is the design with its recipe, the weights, and the figures of the run; what only going on with
that run would need, the optimizer's memory, is left out.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np

import cnnstudio as cs
from cnnstudio.data.preparation.choice import DataChoice
from cnnstudio.design.edits.stacking import stacked
from cnnstudio.design.value.design import Design
from cnnstudio.model import Model
from cnnstudio.nn.training.events import EpochDone
from cnnstudio.project.file import load_project, save_project
from cnnstudio.project.project import Project, untrained

FOLDER = ROOT / "resources" / "trained"


def digits() -> Design:
    """LeNet-5 on the built-in digits, as its template trains it."""
    return cs.template("lenet5").project.design


def things() -> Design:
    """Two convolutions of 5×5 on the built-in things, 32×32: so small that every map of it can be looked at."""
    layers = (
        cs.Input(32, 32, 3, mean=0.5, deviation=0.25),
        cs.Conv2D(8, (5, 5)),
        cs.ReLU(),
        cs.MaxPool2D(),
        cs.Conv2D(16, (5, 5)),
        cs.ReLU(),
        cs.MaxPool2D(),
        cs.Flatten(),
        cs.Dense(10),
        cs.Softmax(),
    )
    design = stacked(layers).with_changes(title="Small network for things")
    data = DataChoice("things").making((32, 32, 3))
    return design.with_changes(recipe=design.recipe.choose(data=data, seed=3, epochs=12))


NETWORKS = {"digits": digits, "things": things}


def told(done: EpochDone) -> None:
    """Say how far it is."""
    print(f"  epoch {done.epoch}: {done.validation_accuracy:.2%}", flush=True)


def trained(design: Design) -> Project:
    """The design with what it has learned."""
    model = Model.of(untrained(design))
    model.fit(threads=1, progress=told)
    print(f"  test images: {model.evaluate().accuracy:.2%}")
    run = model.project.run
    return replace(model.project, run=run and run.with_changes(optimizer=None, best=None))


def same(ours: Project, theirs: Project) -> bool:
    """Whether two projects have the same design and the same weights, bit for bit."""
    ours_vector, theirs_vector = (project.weights.parameters.vector for project in (ours, theirs))
    return ours.design.graph == theirs.design.graph and np.array_equal(ours_vector, theirs_vector)


def main() -> int:
    """Train all of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare with the files instead of writing them")
    parser.add_argument("--only", default="", help="only the one of this name")
    arguments = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    apart = 0
    for name, design in NETWORKS.items():
        if arguments.only in ("", name):
            print(name, flush=True)
            project, path = trained(design()), FOLDER / f"{name}.cnn"
            if not arguments.check:
                save_project(project, path, backup=False)
                print(f"  wrote {path.relative_to(ROOT)}, {path.stat().st_size / 1024:.0f} KiB")
            elif not same(project, load_project(path)):
                apart += 1
                print(f"  {path.relative_to(ROOT)} holds other weights")
    return 1 if apart else 0


if __name__ == "__main__":
    sys.exit(main())
