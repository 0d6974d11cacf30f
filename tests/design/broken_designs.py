"""Designs that each show one kind of problem."""

from __future__ import annotations

from dataclasses import replace

from cnnstudio.design.edits import edits
from cnnstudio.design.edits.locking import lock
from cnnstudio.design.templates import template
from cnnstudio.design.value.design import Card, Design
from cnnstudio.design.value.environment import NOTHING_KNOWN, Environment
from cnnstudio.nn.graph.graph import Edge, Graph, Node
from cnnstudio.nn.graph.layer import Layer, layer_kinds


def made(kind: str, **settings: object) -> Layer:
    return layer_kinds()[kind](**settings)


def designed(*nodes: tuple[str, Layer, str]) -> Design:
    """A design from (id, layer, “ids of inputs”), its cards in a row."""
    graph = Graph(tuple(Node(node_id, layer, tuple(inputs.split())) for node_id, layer, inputs in nodes))
    cards = {node_id: Card(node_id, 150.0 * place, 0.0) for place, (node_id, _, _) in enumerate(nodes)}
    return Design(graph, cards)


IMAGE = ("image", made("input"), "")
CONV = made("conv2d", filters=8, kernel=(3, 3))
DIGITS = Environment((28, 28, 1), 10, 64, 2, 0)


def look_build() -> Design:
    """The design of the picture: a stride of 3 leaves too little for the next convolution."""
    return designed(
        ("image", made("input", height=32, width=32, channels=3), ""),
        ("conv1", made("conv2d", filters=6, kernel=(5, 5)), "image"),
        ("relu", made("relu"), "conv1"),
        ("pool1", made("max_pool2d"), "relu"),
        ("conv2", made("conv2d", filters=10, kernel=(5, 5)), "pool1"),
        ("pool2", made("max_pool2d", stride=(3, 3)), "conv2"),
        ("conv3", made("conv2d", filters=16, kernel=(5, 5)), "pool2"),
        ("flatten", made("flatten"), "conv3"),
    )


def branches(one: Layer, two: Layer, merge: Layer) -> Design:
    return designed(IMAGE, ("one", one, "image"), ("two", two, "image"), ("merge", merge, "one two"))


def two_inputs() -> Design:
    return designed(
        IMAGE,
        ("other", made("input"), ""),
        ("conv", CONV, "image"),
        ("conv2", CONV, "other"),
        ("add", made("add"), "conv conv2"),
    )


def two_answers() -> Design:
    design, node = edits.add(template("lenet5"), made("softmax"), (0.0, 900.0))
    return edits.connect(design, "dense_3", node)


def without(node: str) -> Design:
    return edits.remove(template("lenet5"), [node], rejoin=True)


def configured(node: str, **settings: object) -> Design:
    design = template("lenet5")
    return edits.configure(design, node, design.graph[node].layer.replace(**settings))


def cut(source: str, target: str) -> Design:
    return edits.disconnect(template("lenet5"), Edge(source, target))


def appended(*layers: Layer, to: str = "lenet5") -> Design:
    design = template(to)
    for layer in layers:
        design, _ = edits.append(design, layer)
    return design


def with_branch() -> Design:
    """LeNet-5 with a convolution beside the stack that nobody reads."""
    design, node = edits.add(template("lenet5"), CONV, (200.0, 400.0))
    return edits.connect(design, "max_pool2d_1", node)


HEAVY = designed(
    IMAGE,
    ("conv", CONV, "image"),
    ("relu", made("relu"), "conv"),
    ("flatten", made("flatten"), "relu"),
    ("dense", made("dense", units=200), "flatten"),
    ("relu2", made("relu"), "dense"),
    ("last", made("dense", units=10), "relu2"),
    ("softmax", made("softmax"), "last"),
)


def stacked(*layers: tuple[str, Layer], size: int = 28) -> Design:
    """An image and some layers one after the other."""
    names = ["image", *(name for name, _ in layers)]
    image = ("image", made("input", height=size, width=size), "")
    return designed(image, *((name, layer, names[place]) for place, (name, layer) in enumerate(layers)))


FLAT, DENSE, SOFTMAX = ("flat", made("flatten")), ("dense", made("dense", units=10)), ("softmax", made("softmax"))


#: where pictures were
GONE = "/home/ada/photos"
TAUGHT = Environment((32, 32, 3), 8, source="shapes", taught=True)
MISSING = Environment(missing_data="photos", source=GONE)


def learning_from(design: Design, source: str, size: tuple[int, int] | None = None, colour: str = "grey") -> Design:
    """With other data; pictures in files where they are made to have a size."""
    recipe = design.recipe
    data = recipe.data.taken_from(source)
    if size is not None:
        data = data.replace(choices={"size": size, "colour": colour})
    return design.with_changes(recipe=recipe.replace(data=data))


def normed() -> Design:
    """A classifier with batch norm where an image has one number for each channel."""
    return designed(
        IMAGE,
        ("conv", CONV, "image"),
        ("relu", made("relu"), "conv"),
        ("mean", made("global_average_pool"), "relu"),
        ("norm", made("batch_norm"), "mean"),
        ("dense", made("dense", units=10), "norm"),
        ("softmax", made("softmax"), "dense"),
    )


def in_batches(size: int, design: Design) -> Design:
    return design.with_changes(recipe=design.recipe.replace(batch_size=size))


def weighing(*weights: float) -> Design:
    design = template("lenet5")
    return design.with_changes(recipe=design.recipe.choose(**{"loss.class_weights": weights}))


#: (code of the problem, design that shows it, its environment)
BROKEN: tuple[tuple[str, Design, Environment], ...] = (
    ("window", look_build(), NOTHING_KNOWN),
    ("window", configured("conv2d_2", kernel=(15, 15)), NOTHING_KNOWN),
    ("window", configured("max_pool2d_2", kernel=(11, 2)), NOTHING_KNOWN),
    ("window", configured("conv2d_2", kernel=(5, 5), dilation=(4, 4)), NOTHING_KNOWN),
    ("padding", configured("max_pool2d_1", padding=(2, 0, 0, 3)), NOTHING_KNOWN),
    ("padding", designed(IMAGE, ("up", made("conv_transpose2d", padding=(60, 60, 0, 0)), "image")), NOTHING_KNOWN),
    ("groups", configured("conv2d_2", groups=4), NOTHING_KNOWN),
    ("dropped", look_build(), NOTHING_KNOWN),
    ("dropped", configured("max_pool2d_1", kernel=(3, 3)), NOTHING_KNOWN),
    ("dropped", configured("conv2d_2", stride=(4, 1)), NOTHING_KNOWN),
    ("dropped", configured("max_pool2d_1", kernel=(1, 1), stride=(3, 3)), NOTHING_KNOWN),
    ("dropped", configured("conv2d_1", dilation=(2, 2), stride=(2, 1), padding="same"), NOTHING_KNOWN),
    ("merge", branches(CONV, made("conv2d", filters=6, kernel=(3, 3)), made("add")), NOTHING_KNOWN),
    ("merge", branches(CONV, made("conv2d", filters=8, kernel=(5, 5)), made("add")), NOTHING_KNOWN),
    ("merge", branches(CONV, made("conv2d", filters=5, kernel=(5, 3)), made("concatenate")), NOTHING_KNOWN),
    ("merge", branches(made("max_pool2d"), made("conv2d", filters=4, padding="same"), made("multiply")), NOTHING_KNOWN),
    ("merge", branches(CONV, made("global_average_pool"), made("add")), NOTHING_KNOWN),
    ("merge", branches(made("flatten"), made("global_average_pool"), made("add")), NOTHING_KNOWN),
    ("merge", branches(made("flatten"), CONV, made("concatenate")), NOTHING_KNOWN),
    ("merge", branches(made("conv2d", kernel=(3, 9)), made("conv2d", kernel=(9, 3)), made("add")), NOTHING_KNOWN),
    ("no-wire", edits.add(template("lenet5"), CONV, (0.0, 400.0))[0], NOTHING_KNOWN),
    ("no-wire", designed(IMAGE, ("conv", CONV, "image"), ("add", made("add"), "conv")), NOTHING_KNOWN),
    ("no-wire", designed(IMAGE, ("conv", CONV, "image"), ("add", made("add"), "")), NOTHING_KNOWN),
    ("no-input", designed(("conv", CONV, ""), ("relu", made("relu"), "conv")), NOTHING_KNOWN),
    ("second-input", two_inputs(), NOTHING_KNOWN),
    ("second-input", edits.add(template("lenet5"), made("input"), (0.0, 900.0))[0], NOTHING_KNOWN),
    ("same-twice", designed(IMAGE, ("a", CONV, "image"), ("add", made("add"), "a a")), NOTHING_KNOWN),
    ("same-twice", designed(IMAGE, ("a", CONV, "image"), ("cat", made("concatenate"), "a a image")), NOTHING_KNOWN),
    ("unreachable", cut("relu_1", "max_pool2d_1"), NOTHING_KNOWN),
    ("cycle", designed(IMAGE, ("a", made("relu"), "b"), ("b", made("relu"), "a")), NOTHING_KNOWN),
    (
        "cycle",
        designed(IMAGE, ("add", made("add"), "image c"), ("c", made("conv2d", filters=1, padding="same"), "add")),
        NOTHING_KNOWN,
    ),
    ("unflattened", without("flatten_1"), NOTHING_KNOWN),
    ("flattened", designed(IMAGE, ("flat", made("flatten"), "image"), ("conv", CONV, "flat")), NOTHING_KNOWN),
    (
        "flattened",
        designed(IMAGE, ("flat", made("flatten"), "image"), ("again", made("flatten"), "flat")),
        NOTHING_KNOWN,
    ),
    ("no-softmax", designed(IMAGE, ("conv", CONV, "image")), DIGITS),
    ("no-softmax", without("softmax_1"), DIGITS),
    ("no-softmax", designed(IMAGE, ("flat", made("flatten"), "image"), ("dense", made("dense"), "flat")), DIGITS),
    ("no-softmax", two_answers(), DIGITS),
    ("all-locked", lock(template("lenet5"), template("lenet5").graph.ids), replace(DIGITS, all_locked=True)),
    ("classes", template("lenet5"), Environment((28, 28, 1), 12, 64, 2, 0)),
    ("image-size", template("lenet5"), Environment((32, 32, 3), 10, 64, 2, 0)),
    ("softmax-twice", appended(made("softmax")), NOTHING_KNOWN),
    ("softmax-twice", appended(made("dense", units=10), made("softmax")), NOTHING_KNOWN),
    ("linear", without("relu_3"), NOTHING_KNOWN),
    ("linear", designed(IMAGE, ("a", CONV, "image"), ("n", made("batch_norm"), "a"), ("b", CONV, "n")), NOTHING_KNOWN),
    ("heavy-dense", HEAVY, NOTHING_KNOWN),
    (
        "heavy-weights",
        designed(
            IMAGE,
            ("flat", made("flatten"), "image"),
            ("wide", made("dense", units=65_536), "flat"),
            ("wider", made("dense", units=2000), "wide"),
        ),
        NOTHING_KNOWN,
    ),
    ("class-weights", weighing(1.0, 2.0, 3.0), replace(DIGITS, class_weights=(1.0, 2.0, 3.0))),
    ("class-weights", weighing(*[0.0] * 10), replace(DIGITS, class_weights=(0.0,) * 10)),
    ("dead-end", with_branch(), NOTHING_KNOWN),
    ("too-large", appended(*[made("upsample2d", factor=(16, 16))] * 3, to="first_conv"), NOTHING_KNOWN),
    ("memory", template("vgg_mini"), Environment((), 0, 4096, 2, 2_000_000_000)),
    ("channels", configured("input_1", mean=(0.1, 0.2)), NOTHING_KNOWN),
    ("channels", configured("input_1", deviation=(0.1, 0.2, 0.3)), Environment((28, 28, 3), 10)),
    ("unflattened", designed(IMAGE, ("conv", CONV, "image"), ("softmax", made("softmax"), "conv")), DIGITS),
    ("linear", stacked(("conv", CONV), FLAT, DENSE, SOFTMAX, size=10), Environment((), 10)),
    ("relu-before-softmax", stacked(FLAT, DENSE, ("relu", made("relu")), SOFTMAX), DIGITS),
    ("norm-of-one", in_batches(1, normed()), replace(DIGITS, batch_size=1)),
    ("norm-of-one", normed(), replace(DIGITS, images=6401)),
    ("cropped-away", designed(IMAGE, ("crop", made("crop2d", top=20, bottom=9), "image")), NOTHING_KNOWN),
    ("padding", configured("conv2d_2", padding="same", dilation=(1024, 1024)), NOTHING_KNOWN),
    ("empty", Design(), DIGITS),
    # a folder that is gone
    ("no-images", learning_from(template("lenet5"), GONE), MISSING),
    ("no-images", learning_from(stacked(("conv", CONV), FLAT, DENSE, SOFTMAX, size=10), GONE), MISSING),
    # with weights that came with a model
    (
        "image-size",
        learning_from(template("lenet5"), "shapes"),
        Environment((32, 32, 3), 8, source="shapes", taught=True),
    ),
    # the same, with pictures in files, which can be made as large as the Input layer
    (
        "image-size",
        learning_from(template("lenet5"), "pets", (14, 14)),
        Environment((14, 14, 1), 10, source="pets", taught=True),
    ),
    (
        "image-size",
        learning_from(template("lenet5"), "pets", (64, 48), "rgb"),
        Environment((64, 48, 3), 10, source="pets"),
    ),
    ("no-softmax", appended(made("dropout")), DIGITS),
    ("no-softmax", appended(made("dense", units=10), made("relu")), DIGITS),
)

SAME_8, SAME_6 = (made("conv2d", filters=count, kernel=(3, 3), padding="same") for count in (8, 6))

#: further designs, whose problems have repairs that those above do not offer
OFFERING: tuple[tuple[str, Design, Environment], ...] = (
    ("merge", branches(SAME_8, SAME_6, made("add")), NOTHING_KNOWN),
    ("merge", branches(made("max_pool2d"), made("conv2d", filters=1, padding="same"), made("add")), NOTHING_KNOWN),
    (
        "merge",
        designed(
            IMAGE,
            ("flat", made("flatten"), "image"),
            ("one", made("dense", units=4), "flat"),
            ("two", made("dense", units=6), "flat"),
            ("add", made("add"), "one two"),
        ),
        NOTHING_KNOWN,
    ),
    (
        "dead-end",
        designed(
            IMAGE, ("a", CONV, "image"), ("b", CONV, "image"), ("c", CONV, "image"), ("cat", made("concatenate"), "a b")
        ),
        NOTHING_KNOWN,
    ),
    ("dropped", stacked(("pool", made("max_pool2d", kernel=(1, 1), stride=(6, 6)))), NOTHING_KNOWN),
    (
        "too-large",
        stacked(("up", made("upsample2d", factor=(16, 16))), ("conv", made("conv2d", filters=4096))),
        NOTHING_KNOWN,
    ),
    (
        "heavy-dense",
        stacked(("conv", CONV), ("mean", made("global_average_pool")), ("dense", made("dense", units=100))),
        NOTHING_KNOWN,
    ),
    ("groups", stacked(("one", SAME_6), ("two", made("conv2d", filters=16, groups=3))), NOTHING_KNOWN),
    ("groups", stacked(("one", SAME_6), ("two", made("conv2d", filters=7, groups=4))), NOTHING_KNOWN),
    ("groups", stacked(("one", SAME_6), ("two", made("group_norm", groups=4))), NOTHING_KNOWN),
    ("groups", stacked(("one", made("conv2d", filters=1)), ("two", made("group_norm"))), NOTHING_KNOWN),
    (
        "no-wire",
        designed(IMAGE, ("large", made("conv2d", kernel=(40, 40)), "image"), ("relu", made("relu"), "")),
        NOTHING_KNOWN,
    ),
    (
        "unreachable",
        designed(IMAGE, ("conv", CONV, "image"), ("a", made("relu"), ""), ("b", made("relu"), "a")),
        NOTHING_KNOWN,
    ),
    (
        "same-twice",
        designed(IMAGE, ("a", CONV, "image"), ("b", CONV, "image"), ("add", made("add"), "a a")),
        NOTHING_KNOWN,
    ),
    # two weighted sums in a row that are one, or that no layer can replace
    ("linear", stacked(("one", CONV), ("two", CONV), FLAT, DENSE, SOFTMAX, size=10), Environment((), 10)),
    ("linear", stacked(("one", SAME_8), ("two", SAME_8), size=10), NOTHING_KNOWN),
    (
        "linear",
        stacked(
            ("one", made("conv2d", filters=3, kernel=(3, 2), stride=(2, 1), padding=(1, 0, 2, 1))),
            ("norm", made("batch_norm")),
            ("two", made("conv2d", filters=5, kernel=(2, 3), stride=(1, 3), dilation=(2, 1))),
            size=10,
        ),
        NOTHING_KNOWN,
    ),
    ("linear", stacked(("one", made("conv2d", filters=4, kernel=(1, 1))), ("two", CONV), size=10), NOTHING_KNOWN),
    ("linear", stacked(("one", made("conv2d", filters=4, kernel=(1, 1))), ("two", SAME_8), size=10), NOTHING_KNOWN),
    ("linear", stacked(("one", SAME_8), ("two", made("conv2d", filters=8, kernel=(1, 1))), size=10), NOTHING_KNOWN),
    (
        "linear",
        stacked(("one", SAME_8), ("two", made("conv2d", filters=4, kernel=(1, 1), stride=(2, 2))), size=10),
        Environment((), 10),
    ),
    (
        "linear",
        stacked(
            ("one", made("conv2d", filters=6, kernel=(1, 1))), ("two", made("conv2d", filters=6, groups=3)), size=10
        ),
        NOTHING_KNOWN,
    ),
    (
        "linear",
        stacked(("conv", CONV), ("mean", made("average_pool2d")), FLAT, DENSE, SOFTMAX, size=10),
        Environment((), 10),
    ),
    (
        "linear",
        designed(
            IMAGE,
            ("a", SAME_8, "image"),
            ("b", made("conv2d", filters=8, kernel=(1, 1)), "a"),
            ("add", made("add"), "a b"),
        ),
        NOTHING_KNOWN,
    ),
)
