"""What has become of a network since it was trained: whether the figures of its last run are still its own."""

from __future__ import annotations

from dataclasses import dataclass

from cnnstudio.project.project import Project


@dataclass(frozen=True)
class Changes:
    """Why the figures of the last run are those of another network. ``anew`` are the ids of layers that have the
    weights they begin with, in the graph's order; ``layers`` says whether the layers themselves are others, and not
    only their weights; ``only_images``, that the network is the same and the images are others."""

    anew: tuple[str, ...]
    layers: bool
    only_images: bool = False


def since_training(project: Project, images: str = "") -> Changes | None:
    """What has changed since the last run ended; None if nothing has, or if there was no run. ``images`` is the
    fingerprint of those there are now, where they are known."""
    run, weights = project.run, project.weights
    if run is None or run.step == 0:
        return None
    layers = not run.design.graph.goes_on_as(project.design.graph)
    if not layers and weights.run == run.id:
        return None if images in ("", run.data) else Changes((), layers=False, only_images=True)
    nodes = (slot.node for slot in weights.parameters.layout.firsts)
    anew = (node for node in nodes if not weights.origin(node))
    return Changes(tuple(node for node in anew if layers or node not in run.design.locks.layers), layers)
