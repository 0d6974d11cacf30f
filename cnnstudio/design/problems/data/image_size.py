"""An Input layer of another size than the images of the data."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import ClassVar

from cnnstudio.design.edits import edits
from cnnstudio.design.problems.data.no_images import fitting_data
from cnnstudio.design.problems.ideas import change, insert_all, made
from cnnstudio.design.problems.kind import Case, Idea, ProblemKind
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.environment import Environment
from cnnstudio.design.value.problem import Problem
from cnnstudio.design.value.recipe import Recipe
from cnnstudio.nn.graph.graph import Edge
from cnnstudio.nn.layers.input import Input
from cnnstudio.nn.parameters.parameters import layouts
from cnnstudio.nn.telling.told import NodeId, told

#: how often a pixel can be repeated each way
_MOST_TIMES = 16


class WrongImageSize(ProblemKind):
    """The first Input against the data's images."""

    code: ClassVar[str] = "image-size"
    looks_around: ClassVar[bool] = True
    prevents_training: ClassVar[bool] = True

    def find(self, case: Case) -> Iterator[Problem]:
        wanted = case.environment.image_shape
        for node_id in case.graph.images[:1]:
            shape = case.facts[node_id].shape
            if wanted and shape is not None and shape != wanted:
                yield self.problem(node_id, images=wanted, input=shape)

    def ideas(self, design: Design, problem: Problem, environment: Environment) -> Iterator[Idea]:
        assert problem.node is not None
        layer = design.graph[problem.node].layer
        if not isinstance(layer, Input):
            return
        taken = layer.taking(environment.image_shape)
        changes = {name: value for name, value in vars(taken).items() if getattr(layer, name) != value}
        if not environment.taught:
            yield change(design, problem.node, told("images-as-they-are"), **changes)
            yield from _pictures_made(design, layer, environment)
            return
        # before what was learned is lost
        yield from _pictures_made(design, layer, environment)
        yield from _enlarged(design, problem.node, layer, taken)
        yield from fitting_data(design)
        anew = _layers_anew(design, edits.configure(design, problem.node, taken))
        means = told("images-as-they-are-anew", layers=anew) if anew else told("images-as-they-are")
        yield change(design, problem.node, means, **changes)


def _pictures_made(design: Design, layer: Input, environment: Environment) -> Iterator[Idea]:
    """Pictures in files can be made as large as the Input layer; those that somebody has changed are known by what they
    are now."""
    data, wanted = design.recipe.data, (layer.height, layer.width, layer.channels)
    if not data.made or data.changes or layer.channels not in (1, 3):
        return
    now = environment.image_shape
    code = "pictures-enlarged" if math.prod(wanted[:2]) > math.prod(now[:2]) else "pictures-made-so"
    means = told(code, each=math.prod(wanted), before=math.prod(now))
    what = told("make-pictures", images=wanted, before=now)
    yield Idea(what, means, lambda before: before.with_changes(recipe=_making(before, wanted)))


def _making(design: Design, shape: tuple[int, ...]) -> Recipe:
    return design.recipe.replace(data=design.recipe.data.making(shape))


def _enlarged(design: Design, node: str, layer: Input, taken: Input) -> Iterator[Idea]:
    """Where the Input layer is some whole times as large as the images, each of their pixels can stand for several."""
    times = layer.height // taken.height, layer.width // taken.width
    readers = design.graph.consumers[node]
    fits = (taken.height * times[0], taken.width * times[1], taken.channels)
    if fits != (layer.height, layer.width, layer.channels) or len(readers) != 1 or max(times) > _MOST_TIMES:
        return
    repeated = made("upsample2d", factor=times)

    def edit(before: Design) -> Design:
        port = before.graph[readers[0]].inputs.index(node)
        return insert_all(edits.configure(before, node, taken), Edge(node, readers[0], port), repeated)

    what = told("enlarge-images", node=NodeId(node), size=(taken.height, taken.width), times=times)
    yield Idea(what, told("pixels-repeated", times=times), edit)


def _layers_anew(before: Design, after: Design) -> int:
    """How many layers have parameters of other shapes, and begin anew."""
    return len({slot.node for slot in layouts(after.graph)[0].slots if not layouts(before.graph)[0].fits(slot)})
