"""What repairs promise is true: every repair of every kind of problem is done, and what it says of itself tried out.

``PROMISES`` has a trial for each meaning in ``MEANINGS``. A kind or a meaning that no design here brings is missed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pytest
from broken_designs import BROKEN, OFFERING, designed, learning_from, made
from equivalents import excerpt, run, same_function

from cnnstudio.data.library import preview
from cnnstudio.data.preparation.changes import Changes
from cnnstudio.design.analysis.analysis import analyse
from cnnstudio.design.analysis.repairs import Repair, environment_after, repairs
from cnnstudio.design.facts.answers import classes_answered
from cnnstudio.design.problems.kind import problem_kinds
from cnnstudio.design.templates import template
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.environment import Environment
from cnnstudio.design.value.problem import Problem
from cnnstudio.design.wording.repairs import MEANINGS, repair_words
from cnnstudio.nn.graph.graph import Graph, Node
from cnnstudio.nn.graph.layer import Layer, layer_kinds
from cnnstudio.nn.layers.input import Input
from cnnstudio.nn.parameters.locks import trainable
from cnnstudio.nn.parameters.parameters import layouts
from cnnstudio.nn.telling.told import NodeId

pytestmark = pytest.mark.slow  # each tries out every repair

WALKED = (*BROKEN, *OFFERING)
#: designs with more parameters take too long to be computed here
LARGE = 500_000


@dataclass(frozen=True)
class Trial:
    """A repair that was done: the design before and after it, and what it says of itself."""

    before: Design
    after: Design
    problem: Problem
    repair: Repair
    around: Environment

    @property
    def before_each(self) -> int:
        """What a picture took before, as it is told."""
        return dict(self.repair.means.values)["before"]

    def __getattr__(self, name: str) -> Any:
        """A value of what it means."""
        values = dict(self.repair.means.values)
        if name not in values:
            raise AttributeError(name)
        return values[name]

    @property
    def what(self) -> dict[str, Any]:
        what = self.repair.what
        while "fitting" in dict(what.values):
            what = dict(what.values)["fitting"]
        return dict(what.values)

    @property
    def node(self) -> str:
        """Where the problem shows."""
        assert self.problem.node is not None
        return self.problem.node

    @cached_property
    def old(self) -> Graph:
        return self.before.graph

    @cached_property
    def new(self) -> Graph:
        return self.after.graph

    @property
    def gone(self) -> frozenset[str]:
        return self.old.ids - self.new.ids

    @cached_property
    def added(self) -> list[Node]:
        """The new layers, the first nearest to the image."""
        return [self.new[i] for i in self.new.order if i not in self.old]

    @property
    def changed(self) -> list[str]:
        return [n.id for n in self.new if n.id in self.old and self.old[n.id].layer != n.layer]

    def entering(self, node: str | None = None) -> tuple[tuple[int, ...], ...]:
        """The shapes that a layer reads afterwards."""
        return self.new.inferred[node or self.node].inputs

    def leaving(self, node: str | None = None) -> tuple[int, ...]:
        shape = self.new.inferred[node or self.node].output
        assert shape is not None
        return shape

    def readers_read(self, node: str, source: str) -> bool:
        """Whether all who read a layer read another now."""
        return all(source in self.new[i].inputs for i in self.old.consumers[node] if i in self.new)

    @property
    def rest_stays(self) -> bool:
        """Whether all layers that are left are what they were and read what they read."""
        return all(n == self.old[n.id] or set(self.old[n.id].inputs) & self.gone for n in self.new)


def setting(graph: Graph, node: str, name: str) -> Any:
    return getattr(graph[node].layer, name)


def parameters_of(graph: Graph, node: str) -> int:
    return sum(math.prod(spec.shape) for spec in graph[node].layer.parameters(graph.inferred[node].inputs))


def reads_every_cell(t: Trial) -> bool:
    """Another number in a cell of the input, another output: tried with every cell."""
    shape = t.entering()[0]
    graph = Graph(
        (
            Node("i", layer_kinds()["input"](height=shape[0], width=shape[1], channels=1)),
            Node("l", t.new[t.node].layer, ("i",)),
        )
    )
    cells = np.repeat(np.zeros((1, *shape[:2], 1)), shape[0] * shape[1] + 1, 0)
    for place in range(shape[0] * shape[1]):
        cells[place + 1, place // shape[1], place % shape[1], 0] = 1.0
    found = run(graph, cells, "l").reshape(len(cells), -1)
    return bool((np.abs(found[1:] - found[0]).max(1) > 1e-12).all())


def bends(t: Trial) -> bool:
    """Together the two layers were affine, f(x) + f(y) = f(x + y) + f(0), and are no more."""
    first = dict(t.problem.told.values)["first"]
    gaps = []
    for graph in (t.old, t.new):
        part = excerpt(graph, graph[first].inputs[0], t.node)
        one, two = (np.random.default_rng(seed).normal(0, 1, (1, *part.shape(part.images[0]))) for seed in (1, 2))
        f = [run(part, x, t.node) for x in (one, two, one + two, 0 * one)]
        gaps.append(np.abs(f[0] + f[1] - f[2] - f[3]).max())
    return gaps[0] < 1e-9 < 1e-6 < gaps[1]


def same_answers(t: Trial) -> bool:
    """The same output at every end that stays, for random images."""
    image = np.random.default_rng(4).normal(0, 1, (2, *t.old.shape(t.old.images[0])))
    ends = [n.id for n in t.new if not t.new.consumers[n.id] and n.id in t.old and not t.old.consumers[n.id]]
    assert ends
    return all(np.array_equal(run(t.old, image, end), run(t.new, image, end)) for end in ends)


def is_led_to_softmax(t: Trial) -> bool:
    return classes_answered(t.new) == (t.around.classes or 10)


def shares_alike(t: Trial) -> list[float]:
    """What the images of each class weigh in the loss together, with 1, 2, 3 … images in them."""
    classes = classes_answered(t.new)
    assert classes is not None
    labels = np.repeat(np.arange(classes), np.arange(1, classes + 1))
    chosen = t.after.recipe.loss.weighed(labels, classes).class_weights
    return [1.0] * classes if chosen == "equal" else [w * n for w, n in zip(chosen, range(1, classes + 1), strict=True)]


def still_windowed(t: Trial) -> bool:
    return t.new.inferred[t.node].error is None


def equal_sides(t: Trial) -> bool:
    changed = [t.new[i].layer for i in t.changed if hasattr(t.new[i].layer, "padding")]
    return len({shape[:2] for shape in t.entering()}) == 1 and all(layer.padding == "same" for layer in changed)


def mean_kept(t: Trial) -> bool:
    pool = next(n for n in (*t.added, *(t.new[i] for i in t.changed)) if n.layer.kind == "global_average_pool")
    cells = np.random.default_rng(5).normal(0, 1, (2, *t.entering(pool.id)[0]))
    kept = excerpt(t.new, pool.inputs[0], pool.id)
    return np.allclose(run(kept, cells, pool.id), cells.mean((1, 2)))


def far_fewer(t: Trial) -> bool:
    units = setting(t.new, t.node, "units")
    flat = units * (math.prod(t.entering(t.added[0].id)[0]) + 1)
    return t.count == t.entering(t.added[0].id)[0][2] and 2 * parameters_of(t.new, t.node) < flat and mean_kept(t)


def smaller(t: Trial) -> bool:
    (node,) = t.changed
    pairs = [(getattr(t.old[node].layer, n), getattr(t.new[node].layer, n)) for n in dict(t.what["changes"])]
    return all(np.prod(now) < np.prod(then) for then, now in pairs)


def one_layer_less(t: Trial) -> bool:
    """The layer that is left is given the weights with which it does what both did."""
    assert t.other in t.new and len(t.gone) == 1
    return same_function(t.old, t.new, dict(t.problem.told.values)["first"], t.node)


def least_divided(t: Trial) -> bool:
    filters, groups = setting(t.new, t.node, "filters"), setting(t.new, t.node, "groups")
    before = setting(t.old, t.node, "filters")
    return filters == next(n for n in range(before, before + groups) if n % groups == 0)


def nearest_divider(t: Trial) -> bool:
    channels = t.entering()[0][2]
    both = math.gcd(channels, t.leaving()[2]) if hasattr(t.old[t.node].layer, "filters") else channels
    old, new = (setting(graph, t.node, "groups") for graph in (t.old, t.new))
    return abs(new - old) == min(abs(g - old) for g in range(1, both + 1) if both % g == 0)


def most_padding(t: Trial) -> bool:
    asked, given = (setting(graph, t.node, "padding") for graph in (t.old, t.new))
    more = t.new[t.node].layer.replace(padding=tuple(min(p, max(given) + 1) for p in asked))
    return not fits(more, t.entering())


def most_cropping(t: Trial) -> bool:
    """One row or column more at any side that was cut back, and nothing would be left."""
    sides = list(dict(t.what["changes"]))
    one_more = (t.new[t.node].layer.replace(**{side: setting(t.new, t.node, side) + 1}) for side in sides)
    return bool(sides) and all(not fits(layer, t.entering()) for layer in one_more)


def fits(layer: Layer, inputs: tuple[tuple[int, ...], ...]) -> bool:
    try:
        layer.output_shape(inputs)
    except ValueError:
        return False
    return True


def averages(t: Trial) -> bool:
    old, new = t.old[t.node].layer, t.new[t.node].layer
    return all(getattr(new, n) == pytest.approx(np.mean(getattr(old, n)), rel=1e-3) for n in dict(t.what["changes"]))


def kept_at_stride_one(t: Trial) -> bool:
    layer = t.new[t.node].layer.replace(stride=(1, 1))
    return layer.output_shape(t.entering())[:2] == t.entering()[0][:2]


def reads_below_zero(t: Trial) -> bool:
    softmax = dict(t.problem.told.values)["softmax"]
    image = np.random.default_rng(6).normal(0, 1, (8, *t.old.shape(t.old.images[0])))
    low = [run(g, image, g[softmax].inputs[0]).min() for g in (t.old, t.new)]
    return low[0] >= 0 > low[1]


def a_little_gets_through(t: Trial) -> bool:
    part = excerpt(t.new, t.added[0].inputs[0], t.added[0].id)
    numbers = run(part, np.full((1, *part.shape(part.images[0])), -1.0), t.added[0].id)
    return bool((numbers > -0.1).all() and (numbers < 0).all()) and bends(t)


def answer_of(graph: Graph) -> set[str]:
    return {n.id for n in graph if n.layer.category == "output" and not graph.consumers[n.id]}


def pooled(t: Trial, kind: str) -> bool:
    return t.added[0].layer.kind == kind and t.leaving(t.added[0].id) == t.entering(t.added[0].id)[0][2:]


def pictures_made(t: Trial) -> bool:
    """The data are then as the Input layer takes them, and nothing of the network has changed."""
    then = environment_after(t.after, t.around)
    bytes_told = (t.each, t.before_each) == (math.prod(then.image_shape), math.prod(t.around.image_shape))
    return bytes_told and t.new is t.old and then.image_shape == t.new.shape(t.new.images[0])


def pixels_repeated(t: Trial) -> bool:
    """All layers but the first read what they read, keep their parameters and cost the same; and each pixel stands for
    so many."""
    (added,) = t.added
    kept = all(layouts(t.old)[0].fits(slot) for slot in layouts(t.new)[0].slots)
    stays = all(t.new.shape(n.id) == t.old.shape(n.id) for n in t.old if n.id != t.node)
    image = np.random.default_rng(1).random(t.new.shape(t.node))
    repeated = np.repeat(np.repeat(image, t.times[0], axis=0), t.times[1], axis=1)
    costs = analyse(t.new).macs == analyse(t.old).macs
    return kept and stays and costs and added.layer.factor == t.times and repeated.shape == t.new.shape(added.id)


PROMISES: dict[str, Callable[[Trial], bool]] = {
    "does-without": lambda t: t.gone == {t.what["node"]},
    "circle-opened": lambda t: t.node not in t.new.cyclic,
    "circle-opened-to-image": lambda t: (
        t.node not in t.new.cyclic and bool(set(t.new.images) & t.new.ancestors(t.node))
    ),
    "branch-into-wire": lambda t: (
        t.what["end"] in t.new[t.what["target"]].inputs
        and t.root in t.new.ancestors(t.what["end"])
        and t.root in t.old[t.what["target"]].inputs
    ),
    "branch-joins": lambda t: t.node in t.new[t.what["target"]].inputs and len(t.entering(t.what["target"])) > 2,
    "answers-stay": same_answers,
    "images-as-large": lambda t: t.new.shape(t.new.images[0]) == t.around.image_shape,
    "images-grey": lambda t: t.new.shape(t.new.images[0]) == (28, 28, 1),
    "unread-first": lambda t: (
        [bool(t.old.consumers[s]) for s in t.what["sources"]]
        == sorted(bool(t.old.consumers[s]) for s in t.what["sources"])
    ),
    "nothing-to-merge": lambda t: t.node in t.gone and len(t.old[t.node].inputs) == 1,
    "gives": lambda t: t.old.shape(t.what["source"]) == t.shape and t.what["source"] in t.new[t.node].inputs,
    "no-shape-yet": lambda t: t.old.inferred[t.what["source"]].output is None,
    "others-stay": lambda t: (
        sorted((*t.new[t.node].inputs, t.what["source"])) == sorted(t.old[t.node].inputs) and not t.gone
    ),
    "shape-fits": still_windowed,
    "read-directly": lambda t: t.readers_read(t.node, t.twice) and set(t.old[t.node].inputs) == {t.twice},
    "one-image": lambda t: (
        len(t.new.images) == 1 and t.readers_read(t.node, t.what["first"]) if t.problem.node else len(t.new.images) == 1
    ),
    "other-input": lambda t: t.new.images == (t.first,),
    "first-network-stays": lambda t: t.rest_stays,
    "rest-stays": lambda t: t.rest_stays and all(n == t.old[n.id] for n in t.new),
    "reads-all-by-stride": reads_every_cell,
    "reads-all-by-kernel": reads_every_cell,
    "reads-all-by-dilation": lambda t: reads_every_cell(t) and setting(t.new, t.node, "dilation") == (1, 1),
    "reads-all-by-padding": reads_every_cell,
    "every-position": lambda t: reads_every_cell(t) and setting(t.new, t.node, "stride") == (1, 1),
    "list-already": lambda t: len(t.old.inferred[t.node].inputs[0]) == 1,
    "volume-there": lambda t: len(t.entering(t.added[0].id)[0]) == 3 and t.added[0].layer == t.old[t.node].layer,
    "stays-volume": lambda t: len(t.entering()[0]) == 3,
    "divides-both": nearest_divider,
    "divides-channels": nearest_divider,
    "all-channels-together": lambda t: setting(t.new, t.node, "groups") == 1 and not t.new.inferred[t.node].error,
    "groups-divide": least_divided,
    "sees-all-channels": lambda t: setting(t.new, t.node, "groups") == 1 and still_windowed(t),
    "one-for-all-channels": averages,
    "channel-for-each": lambda t: t.leaving()[2] == t.around.image_shape[2] and still_windowed(t),
    "reads-all-by-round_up": lambda t: reads_every_cell(t) and setting(t.new, t.node, "round_up"),
    "most-padding": most_padding,
    "most-cropping": most_cropping,
    "cropped-to": lambda t: t.leaving(t.added[0].id)[:2] == t.both and t.added[0].layer.kind == "crop2d",
    "nothing-added": lambda t: setting(t.new, t.node, "padding") == "valid" and still_windowed(t),
    "keeps-size": kept_at_stride_one,
    "shrunk-first": lambda t: t.entering(t.added[0].id) == (t.given,) and t.leaving(t.added[0].id) == t.left,
    "fewer-numbers": smaller,
    "grows-less": smaller,
    "all-kept": lambda t: t.leaving(t.added[0].id) == (t.count,) == (math.prod(t.entering(t.added[0].id)[0]),),
    "maps-to-means": far_fewer,
    "maps-to-largest": lambda t: pooled(t, "global_max_pool") and t.leaving(t.added[0].id) == (t.count,),
    "zeros-make-room": still_windowed,
    "side-by-side": lambda t: setting(t.new, t.node, "dilation") == (1, 1) and still_windowed(t),
    "stays-large": lambda t: t.readers_read(t.what["node"], t.old[t.what["node"]].inputs[0]),
    "slower": lambda t: (
        setting(t.new, t.what["node"], "stride") == t.stride
        and math.prod(t.leaving(t.what["node"])) > math.prod(t.old.shape(t.what["node"]))
    ),
    "smaller-filters": lambda t: (
        still_windowed(t) and math.prod(setting(t.new, t.node, "kernel")) < math.prod(setting(t.old, t.node, "kernel"))
    ),
    "maps-behind-each-other": lambda t: t.leaving()[-1] == sum(shape[-1] for shape in t.entering()),
    "others-fit": lambda t: still_windowed(t) and len(t.entering()) == len(t.old.inferred[t.node].inputs) - 1,
    "first-branch-goes-on": lambda t: t.gone == {t.node} and t.readers_read(t.node, t.old[t.node].inputs[0]),
    "branches-keep-size": equal_sides,
    "branches-end-alike": lambda t: equal_sides(t) and len(set(t.entering())) == 1,
    "maps-mixed": lambda t: (
        t.entering(t.added[0].id)[0][2] == t.maps
        and t.leaving(t.added[0].id)[2] == t.wanted
        and setting(t.new, t.added[0].id, "kernel") == (1, 1)
    ),
    "volume-as-list": lambda t: t.leaving(t.added[0].id) == (math.prod(t.entering(t.added[0].id)[0]),),
    "map-to-mean": mean_kept,
    "volume-to-numbers": lambda t: t.entering(t.added[0].id) == (t.volume,) and t.leaving(t.added[1].id) == (t.wanted,),
    "as-many-maps": lambda t: {shape[2] for shape in t.entering()} == {t.wanted},
    "as-many-numbers": lambda t: set(t.entering()) == {(t.wanted,)},
    "say-in-new-ones": lambda t: t.added[0].layer.kind == "dense" and t.leaving(t.added[0].id) == (t.wanted,),
    "largest-of-window": lambda t: t.added[0].layer.kind == "max_pool2d" and equal_sides(t),
    "residual-shortcut": lambda t: (
        setting(t.new, t.added[0].id, "stride") == t.stride and t.leaving(t.added[0].id)[2] == t.maps and equal_sides(t)
    ),
    "window-leaves": lambda t: (
        setting(t.new, t.added[0].id, "kernel") == t.kernel and t.leaving(t.added[0].id)[:2] == t.left
    ),
    "zeros-around": lambda t: {shape[:2] for shape in t.entering()} == {t.both},
    "zeros-and-window": lambda t: {shape[:2] for shape in t.entering()} == {t.both},
    "number-a-class": lambda t: classes_answered(t.new) == t.around.classes,
    "computed-from-those": lambda t: classes_answered(t.new) == t.around.classes == t.wanted,
    "drawn-here": lambda t: (
        (drawn := preview(t.after.recipe.data)).image_shape == t.images and len(drawn.classes) == t.classes
    ),
    "images-as-they-are": lambda t: t.new.shape(t.new.images[0]) == t.around.image_shape,
    "images-as-they-are-anew": lambda t: (
        t.new.shape(t.new.images[0]) == t.around.image_shape
        and t.layers == len({slot.node for slot in layouts(t.new)[0].slots if not layouts(t.old)[0].fits(slot)})
    ),
    "fewer-at-once": lambda t: t.after.recipe.batch_size < t.before.recipe.batch_size,
    "several-at-once": lambda t: (
        t.after.recipe.batch_size > 1
        and t.around.images % t.after.recipe.batch_size != 1
        and t.after.recipe.batch_size > t.before.recipe.batch_size
    ),
    "last-learns": lambda t: (
        bool(trainable(layouts(t.new)[0], t.after.locks))
        and not [i for i in t.new.order[t.new.order.index(t.what["node"]) + 1 :] if parameters_of(t.new, i)]
    ),
    "all-learn": lambda t: not t.after.locks,
    "mean-before-dense": lambda t: mean_kept(t) and len(t.entering()[0]) == 1,
    "pictures-enlarged": lambda t: pictures_made(t) and t.each > t.before_each,
    "pictures-made-so": lambda t: pictures_made(t) and t.each < t.before_each,
    "pixels-repeated": pixels_repeated,
    "balanced-classes": lambda t: len({round(share, 9) for share in shares_alike(t)}) == 1,
    "equal-classes": lambda t: t.after.recipe.loss.class_weights == "equal",
    "fewer-parameters-here": lambda t: parameters_of(t.new, t.node) < parameters_of(t.old, t.node),
    "fewer-units": lambda t: smaller(t) and parameters_of(t.new, t.node) < parameters_of(t.old, t.node),
    "below-zero-is-zero": bends,
    "a-little-gets-through": a_little_gets_through,
    "other-alone": one_layer_less,
    "one-answer-left": lambda t: len(answer_of(t.new)) == 1,
    "probability-a-class": lambda t: is_led_to_softmax(t) and t.classes == t.around.classes,
    "probabilities": lambda t: classes_answered(t.new) is not None,
    "reaches-reader": lambda t: t.old[t.what["node"]].inputs[0] in t.new[t.reader].inputs,
    "softmax-answers": lambda t: answer_of(t.new) == {t.softmax},
    "answer-before-it": lambda t: answer_of(t.new) == {t.old[t.node].inputs[0]},
    "below-zero-speaks-against": reads_below_zero,
}


#: what computes the networks themselves
COMPUTED = (same_answers, bends, a_little_gets_through, one_layer_less, reads_below_zero)


def trials() -> Iterator[Trial]:
    for _, design, around in WALKED:
        for problem in analyse(design.graph, around).findings:
            for repair in repairs(design, problem, around):
                yield Trial(design, repair.edit(design), problem, repair, around)


TRIALS = list(trials())


def test_every_kind_and_every_meaning_is_tried() -> None:
    assert PROMISES.keys() == MEANINGS.keys()
    assert MEANINGS.keys() - {t.repair.means.code for t in TRIALS} == set()
    # the rest kind is for layers with limits of their own
    assert problem_kinds().keys() - {t.problem.code for t in TRIALS} == {"shape"}


@pytest.mark.parametrize("code", sorted(MEANINGS))
def test_what_a_repair_says_of_itself_holds(code: str) -> None:
    tried = [t for t in TRIALS if t.repair.means.code == code]
    computed = PROMISES[code] in COMPUTED
    chosen = [t for t in tried if not computed or analyse(t.old).parameters < LARGE]
    assert chosen
    for t in chosen:
        words = repair_words(t.before, t.repair)
        assert PROMISES[code](t), f"{t.problem.code} at {t.problem.node}: {words.title}. {words.sentence}"


def test_what_was_a_classifier_of_the_classes_still_is_one() -> None:
    for t in TRIALS:
        was, now = classes_answered(t.old), classes_answered(t.new)
        said = t.problem.code, repair_words(t.before, t.repair).title
        if was is not None:
            assert now == (t.around.classes if t.around.classes and now != was else was), said
        if was is not None and was == t.around.classes:
            assert now == was, said
        before = {p.code for p in analyse(t.old, t.around).findings}
        after = analyse(t.new, environment_after(t.after, t.around)).findings
        if t.problem.code != "no-images":  # of images that are gone nobody knows what the network was to take
            assert not {p.code for p in after} - before & {"classes", "image-size"}, said


def test_a_change_is_the_one_that_is_told() -> None:
    for t in TRIALS:
        if t.repair.what.code == "change":
            node = t.what["node"]
            assert isinstance(node, NodeId)
            assert t.new[node].layer == t.what["layer"].replace(**dict(t.what["changes"])) and t.changed == [node]
        if t.repair.what.code == "insert":
            assert tuple(n.layer for n in t.added) == t.what["layers"] and not t.gone
            assert t.added[-1].id in t.new[t.what["target"]].inputs


def test_what_was_learned_is_kept_where_other_images_fit() -> None:
    """Weights that came with a model are not for an Input layer of another size: what loses them comes last."""
    design = learning_from(template("lenet5"), "shapes")
    around = Environment((32, 32, 3), 8, source="shapes")
    for taught in (False, True):
        around = replace(around, taught=taught)
        (problem,) = (p for p in analyse(design.graph, around).findings if p.code == "image-size")
        titles = [repair_words(design, repair).title for repair in repairs(design, problem, around)]
        resized = "Input: height 28 → 32, width 28 → 32, channels 1 → 3"
        assert titles == (["Learn from Digits", resized] if taught else [resized])


def imported(size: int) -> Design:
    """As a published network: it halves its maps five times, and ends in their means."""
    conv, pool = made("conv2d", filters=8, kernel=(3, 3), padding="same"), made("max_pool2d")
    ends = made("global_average_pool"), made("dense", units=10), made("softmax")
    layers = [Input(size, size, 3), *[conv, pool] * 5, *ends]
    names = ["Input", *(f"{place}" for place in range(1, len(layers)))]
    return designed(*zip(names, layers, ["", *names], strict=False))


@pytest.mark.parametrize("taught", [False, True])
def test_what_is_likely_meant_of_small_pictures_and_a_network_for_large_ones_comes_first(taught: bool) -> None:
    """A network for 224×224 beside pictures of 32×32: with weights it stays, without any it may be smaller."""
    around = Environment((32, 32, 3), 10, taught=taught)
    pictures = learning_from(imported(224), "pets", (32, 32), "rgb"), replace(around, source="pets")
    drawn = learning_from(imported(224), "shapes"), replace(around, source="shapes")
    as_they_are, enlarged = "Input: height 224 → 32, width 224 → 32", "Make every picture 224×224"
    repeated = "Input: 32×32, and Upsample (7×7) behind it"
    for (design, here), expected in (
        (pictures, [enlarged, repeated, as_they_are] if taught else [as_they_are, enlarged]),
        (drawn, [repeated, as_they_are] if taught else [as_they_are]),
    ):
        (problem,) = (p for p in analyse(design.graph, here).findings if p.code == "image-size")
        assert [repair_words(design, repair).title for repair in repairs(design, problem, here)] == expected


def test_pictures_that_somebody_has_changed_are_not_made_anew() -> None:
    """What was changed is known by what the pictures are; pixels in tables have no other size."""
    around = Environment((14, 14, 1), 10, source="pets", taught=True)
    design = learning_from(template("lenet5"), "pets", (14, 14))
    changed = design.recipe.data.replace(changes=Changes("abc", excluded=(("train", 1),)))
    for data in (changed, design.recipe.data.replace(choices={"size": (14, 14)})):
        other = design.with_changes(recipe=design.recipe.replace(data=data))
        (problem,) = (p for p in analyse(other.graph, around).findings if p.code == "image-size")
        assert not any("picture" in repair_words(other, r).title for r in repairs(other, problem, around))
