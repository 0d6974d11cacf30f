"""What a refusal advises helps: each is provoked by real input, its advice is taken, and then it is accepted.

Trials of problems' repairs, which are previewed and undone, are in ``tests/design/problems/test_repairs_hold.py``.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.remedies import command_trials, data_trials, file_trials, library_trials, picture_trials
from tests.remedies.command_trials import pets, typed
from tests.remedies.data_trials import Do
from tests.remedies.sentences import advising, is_said, words_of

pytestmark = pytest.mark.slow  # each tries what a sentence advises

TRIALS: dict[str, tuple[Do, str, Do]] = {
    f"{area}: {name}": trial
    for area, trials in {
        "data": data_trials.TRIALS,
        "pictures": picture_trials.TRIALS,
        "library": library_trials.TRIALS,
        "files": file_trials.TRIALS,
        "commands": command_trials.TRIALS,
    }.items()
    for name, trial in trials.items()
}
#: advice that no test can take, and texts that only look like one
UNTRIED = {
    "{path} holds more than {most:thousands} files: choose a folder deeper in it.": "takes 300,001 files",
    "The imported pictures cannot be written ({why}): make room on the disk.": "takes a full disk",
    'ONNX models are read and written with the package onnx. Install it: pip install "cnnstudio[onnx]"': "installs",
    'Keras models are read with the package pyfive. Install it: pip install "cnnstudio[keras]"': "installs",
    "Cameras and films are read with the package opencv-python-headless. Install it: "
    'pip install "cnnstudio[camera]"': "installs",
    "There is no camera number {number}, or another program uses it: plug one in, close that one, or choose a film in "
    "its place.": "plugs one in",
    "Save it there with safetensors.torch.save_file(model.state_dict(), FILE) and open that.": "takes PyTorch",
    "Save model.state_dict() and open that.": "takes PyTorch",
    "Install a newer CNN Studio to open it.": "installs",
    "{name} cannot be written in {target}. Replace it first.": "every layer can be written today",
    "A record holds the commands lock and set alone.": "says what it holds",
    "Unlock {what}": "an undo step",
}


#: what each trial was refused with, once it was tried
REFUSED: dict[str, str] = {}


def refused(name: str, folder: Path) -> str:
    """With what words a trial is refused; it is made in an empty folder, and only once."""
    if name not in REFUSED:
        folder.mkdir()
        REFUSED[name] = words_of(TRIALS[name][0], folder)
    return REFUSED[name]


@pytest.mark.parametrize("name", TRIALS)
def test_what_a_refusal_advises_helps(tmp_path: Path, name: str) -> None:
    _, advice, advised = TRIALS[name]
    assert advice in refused(name, tmp_path / "before")
    (tmp_path / "after").mkdir()
    assert words_of(advised, tmp_path / "after") == ""


def test_every_sentence_that_advises_something_is_tried(tmp_path: Path) -> None:
    words = [refused(name, tmp_path / str(place)) for place, name in enumerate(TRIALS)]
    templates = advising()
    assert len(templates) > 130
    untried = {template for template in templates if not any(is_said(template, each) for each in words)}
    new = "\n".join(f"{templates[template]}: {template}" for template in sorted(untried - UNTRIED.keys()))
    assert not new, f"give it a trial in this folder:\n{new}"
    assert untried == UNTRIED.keys(), "one that is tried, or not there any more, needs no reason"


@pytest.mark.parametrize(
    ("template", "words", "is_one"),
    [
        ("{path} is empty: fetch it again.", "/a: b.gz is empty: fetch it again.", True),
        ("{path} is empty: fetch it again.", "/a is empty: save it again.", False),
        ("Give images / {white}.", "these go from 0 to 9. Give images / 16.", True),
        ("holds {n:# file|# files}: pack them", "a holds 1 file: pack them", True),
    ],
)
def test_a_sentence_is_known_by_its_template(template: str, words: str, is_one: bool) -> None:
    assert is_said(template, words) == is_one


def test_nothing_is_advised_that_does_not_help(tmp_path: Path) -> None:
    """LeNet-5 cannot be fitted to pictures of six rows, so the option that fits networks is not offered."""
    small = pets(tmp_path, side=6)
    refused = typed("train", "lenet5", "--data", small)
    assert "takes 28×28×1" in refused and "--adapt" not in refused
    assert "needs at least" in typed("train", "lenet5", "--data", small, "--adapt")
