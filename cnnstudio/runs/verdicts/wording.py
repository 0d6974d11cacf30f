"""Verdicts in words: code → a short form that fits into a line, and what was seen with one thing to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cnnstudio.nn.telling.phrases import Phrase, Phrases, Wording, Words
from cnnstudio.nn.telling.told import Told

_PHRASES = Phrases()


def guess_words(share: float, images: int) -> str:
    """What guessing gets, as a part of a sentence, for all who say it: on so many validation images, 0 where nobody
    knows them."""
    known = (
        "always naming the most frequent class gets {share:.1%} of the {images:# validation image|# validation images}"
    )
    even = "guessing gets {share:.1%} where all classes are equally frequent"
    return _PHRASES.said(known if images else even, {"share": share, "images": images})


def _beside_a_guess(phrase: str) -> Phrase:
    """A sentence with a place for what guessing gets."""

    def said(values: Mapping[str, Any]) -> str:
        luck = ", and the difference may be luck" if values.get("luck") else ""
        guess = guess_words(values["share"], values["images"])
        return _PHRASES.said(phrase, {**values, "guess_gets": guess + luck})

    return said


def _or_as_it_was(phrase: str) -> Phrase:
    """A sentence of a run that has gone wrong, and where its best weights are kept, which epoch they are of."""

    def said(values: Mapping[str, Any]) -> str:
        kept = " The weights of epoch {kept} were the best, and are kept until then." if values["kept"] else ""
        return _PHRASES.said(phrase + kept, values)

    return said


VERDICTS: dict[str, Wording] = {
    "begun": Wording(
        "too early to tell",
        "The run has only begun. Wait for the end of the first epoch.",
    ),
    "falling": Wording(
        "the loss falls",
        "The training loss is {loss:.3g} now and was {start:.3g} at the start. Watch the feature maps on the cards "
        "take shape.",
    ),
    "diverging": Wording(
        "the loss grows",
        _or_as_it_was(
            "The loss is {loss:.3g} now and was {start:.3g} at the start: the steps are too large. Reset, and train "
            "with a learning rate of {rate:g}."
        ),
    ),
    "worse": Wording(
        "worse than at the start",
        _or_as_it_was(
            "The loss is {loss:.3g} now and was {start:.3g} at the start. Reset, and train with a learning rate of "
            "{rate:g}."
        ),
    ),
    "dead": Wording(
        "the network is dead",
        _or_as_it_was(
            "A whole layer of ReLUs is 0 for every image, so nothing behind it depends on the image. Reset, and train "
            "with a learning rate of {rate:g}."
        ),
    ),
    "still": Wording(
        "the loss does not move",
        _or_as_it_was(
            "The validation loss stays at {loss:.4g}, no better than guessing: nothing is learned any more. Reset, and "
            "train with a learning rate of {rate:g}."
        ),
    ),
    "no-rate": Wording(
        "nothing is learned",
        "The learning rate is 0, so no weight moves. Set it to {rate:g}.",
    ),
    "by-heart": Wording(
        "learned by heart",
        _beside_a_guess(
            "{train:.1%} of the training images are right, but of the validation images only {validation:.1%}; "
            "{guess_gets}. Check that each image has its own label, or add images."
        ),
    ),
    "unjudged": Wording(
        "it cannot be judged",
        "{images:The one validation image is|All # validation images are} of one class, so whoever always names that "
        "class is right. Keep more images for validation.",
    ),
    "guessing": Wording(
        "no better than guessing",
        _beside_a_guess(
            "After {epochs:# epoch|# epochs} {accuracy:.1%} of the validation images are right; {guess_gets}. Reset, "
            "and train with another learning rate; check that each image has its own label, too."
        ),
    ),
    "overfitting": Wording(
        "it overfits",
        "The validation loss was lowest after epoch {epoch}, {best:.3g}, and is {loss:.3g} now, while the training "
        "loss still falls: what it learns now helps with the training images alone. Use the weights of epoch {epoch}.",
    ),
    "past-best": Wording(
        "it was better before",
        "The validation loss was lowest after epoch {epoch}, {best:.3g}, and is {loss:.3g} now. Use the weights of "
        "epoch {epoch}, or go on with a smaller learning rate.",
    ),
    "better": Wording(
        "better than guessing",
        _beside_a_guess(
            "After one epoch {accuracy:.1%} of the validation images are right, at a loss of {loss:.3g}; {guess_gets}, "
            "at a loss of {guess:.3g}. Let it train on."
        ),
    ),
    "improving": Wording(
        "still improving",
        "The validation loss has come down to {loss:.3g}; before the last epochs it was {before:.3g}. Let it train on.",
    ),
    "stuck": Wording(
        "no longer improving",
        _beside_a_guess(
            "{accuracy:.1%} of the validation images are right; {guess_gets}. The last epochs brought nothing more. "
            "Try a network with more filters."
        ),
    ),
    "learned": Wording(
        "it has learned",
        _beside_a_guess(
            "{accuracy:.1%} of the validation images are right; {guess_gets}. Test it on images it has never seen."
        ),
    ),
}


def verdict_words(verdict: Told) -> Words:
    """A verdict in a few words for a line, and in sentences."""
    wording, values = VERDICTS[verdict.code], dict(verdict.values)
    return Words(_PHRASES.said(wording.title, values), _PHRASES.said(wording.sentence, values))


@dataclass(frozen=True)
class VerdictTitle:
    """A verdict in a few words, among the values of a sentence."""

    verdict: Told

    def __str__(self) -> str:
        return verdict_words(self.verdict).title


def verdict_heading(verdict: Told) -> str:
    """The few words where they stand alone: “No better than guessing”."""
    title = verdict_words(verdict).title
    return f"{title[0].upper()}{title[1:]}"


def verdict_text(verdict: Told) -> str:
    """All of it: “No better than guessing. After 6 epochs …”."""
    return f"{verdict_heading(verdict)}. {verdict_words(verdict).sentence}"
