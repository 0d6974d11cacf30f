"""The trained networks that come with the program: ``resources/trained``, made by ``docs/trained_networks.py``."""

from __future__ import annotations

from functools import cache

from cnnstudio.nn.telling.told import Sentence
from cnnstudio.project.file import SUFFIX, load_project
from cnnstudio.project.project import Project
from cnnstudio.resources import resource

#: in the order in which they are shown; further files follow by name
_FIRST = ("things", "digits")


@cache
def trained_names() -> tuple[str, ...]:
    """The name of every trained network, that with the fewest maps first."""
    further = {path.stem for path in resource("trained").glob(f"*{SUFFIX}")} - set(_FIRST)
    return (*_FIRST, *sorted(further))


@cache
def trained(name: str) -> Project:
    """A trained network with its weights and the figures of its run.

    Raises:
        KeyError: there is none of this name.
    """
    if name not in trained_names():
        raise KeyError(name)
    return load_project(resource("trained", f"{name}{SUFFIX}"))


def trained_sentence(name: str) -> Sentence:
    """What a trained network has learned.

    Raises:
        KeyError: there is none of this name.
    """
    run = trained(name).run
    assert run is not None
    share = run.history.epochs[-1].validation_accuracy
    return Sentence(
        "It has learned for {epochs:# epoch|# epochs} from the built-in {data} and answers {share} kept for validation "
        "rightly.",
        epochs=len(run.history.epochs),
        data=run.design.recipe.data.source,
        share=Sentence("all pictures") if share == 1 else Sentence("{share:.1%} of the pictures", share=share),
    )
