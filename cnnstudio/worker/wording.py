"""What jobs are called, in words: code → phrase."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cnnstudio.nn.telling.phrases import Phrase, Phrases, amount
from cnnstudio.nn.telling.told import Told


def _training(values: Mapping[str, Any]) -> str:
    return f"Training {values['design'] or 'the network'}"


def _training_seeds(values: Mapping[str, Any]) -> str:
    return f"{_training(values)} with {amount(values['count'], 'seed')}"


JOBS: dict[str, Phrase] = {
    "training": _training,
    "training-seeds": _training_seeds,
    "race": "Training all three ways",
    "timing": "Timing a batch",
    "trying-rates": "Trying learning rates",
    "testing": "Testing on {count:# image|# images}",
    "testing-changed": "Testing the changed weights",
    "calibrating": "Asking about the validation pictures",
    "looking": "Where the network looked",
    "drawing-anew": "Drawing the layers anew",
    "taking-away": "Taking pixels away",
    "changing-all": "Testing on changed pictures",
    "looking-for-flip": "Looking for a change that flips the answer",
    "mixing-pictures": "Mixing two pictures",
    "writing-report": "Writing the report",
    "muting-costs": "Testing without each filter",
    "reading": "Reading {source}",
    "fetching": "Fetching {source}",
    "importing": "Importing {source}",
    "exporting-model": "Exporting for {target}",
    "verifying-model": "Verifying the export for {target}",
    "preparing": "Preparing {source}",
    "asking": "Asking the network about {count:# picture|# pictures}",
    "duplicates": "Looking for duplicates in {source}",
    "writing-copy": "Writing a copy of {source}",
    "second-opinion": "Asking for a second opinion on the labels of {source}",
    "exciting": "What {layer} looks for",
    "patterns": "Patterns for {layer}",
    "patterns-through": "Patterns through the network",
}

_PHRASES = Phrases()


@dataclass(frozen=True)
class JobTitle:
    """What a job is called, among the values of a sentence."""

    told: Told

    def __str__(self) -> str:
        return job_words(self.told)


def job_words(title: Told) -> str:
    """What a job is called: “Training LeNet-5”."""
    return _PHRASES.said(JOBS[title.code], dict(title.values))
