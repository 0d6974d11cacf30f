"""States of the Explain workspace for ``screenshots.py``: every stage of every layer kind, and every mode."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from build_states import pause
from parts import part

Condition = Callable[[], bool]

#: on a LeNet that has been trained for an epoch: the layer, and the way it is looked at
TRAINED = {
    "network": ("conv2d_2", "Network"),
    "input": ("input_1", "Forward"),
    "film": ("conv2d_1", "Forward"),
    "film-many": ("conv2d_2", "Forward"),
    "convolution": ("conv2d_1", "ledger"),
    "channels": ("conv2d_2", "ledger"),
    "after": ("conv2d_2", "after"),
    "bench": ("conv2d_1", "bench"),
    "activation": ("relu_1", "Forward"),
    "pooling": ("max_pool2d_1", "Forward"),
    "flatten": ("flatten_1", "Forward"),
    "dense": ("dense_1", "Forward"),
    "softmax": ("softmax_1", "Forward"),
    "weight-back": ("conv2d_1", "Backward"),
    "winner-back": ("max_pool2d_1", "Backward"),
    "gate-back": ("relu_1", "Backward"),
    "softmax-back": ("softmax_1", "Backward"),
    "field": ("conv2d_2", "Field"),
    "sharing": ("conv2d_1", "Sharing"),
    "race": ("conv2d_1", "race"),
    "predict-size": ("conv2d_2", "predict"),
    "predict-value": ("relu_1", "predict"),
    "looks": ("conv2d_2", "Looks for"),
    "looks-classes": ("softmax_1", "Looks for"),
    "looks-through": ("conv2d_1", "through"),
    "surgery": ("conv2d_1", "Surgery"),
}
#: on an untrained network in which every other kind takes part
KINDS = {
    "dilated": ("dilated", "Forward"),
    "one-place": ("point", "Forward"),
    "depthwise": ("depthwise", "Forward"),
    "local": ("local", "Forward"),
    "transposed": ("transposed", "Forward"),
    "upsample": ("up", "Forward"),
    "zero-pad": ("pad", "Forward"),
    "batch-norm": ("batch", "Forward"),
    "layer-norm": ("norm", "Forward"),
    "dropout": ("drop", "Forward"),
    "spatial-dropout": ("maps", "Forward"),
    "curve": ("gelu", "Forward"),
    "add": ("sum", "Forward"),
    "add-many": ("many", "Forward"),
    "multiply": ("product", "Forward"),
    "concatenate": ("join", "Forward"),
    "average-pooling": ("average", "Forward"),
    "global-average": ("means", "Forward"),
    "global-max": ("largest", "Forward"),
    "layer-norm-back": ("norm", "Backward"),
    "concatenate-back": ("join", "Backward"),
    "field-holes": ("average", "Field"),
    "local-sharing": ("local", "Sharing"),
}
STATES = (*TRAINED, *KINDS)


def explaining(studio, names: list[str], take: Callable[[str], None]) -> Iterator[Condition]:
    """The states of these names."""
    trained = [name for name in names if name in TRAINED]
    if trained:
        yield from studio.open(studio.look, studio.size)
        yield from _train(studio)
        for name in trained:
            yield from _show(studio, *TRAINED[name])
            take(f"x-{name}")
    kinds = [name for name in names if name in KINDS]
    if kinds:
        from cnnstudio.project.project import untrained

        yield from studio.open(studio.look, studio.size)
        studio.window.studio.document.new(untrained(_every_kind()))
        for name in kinds:
            yield from _show(studio, *KINDS[name])
            take(f"x-{name}")


def _train(studio) -> Iterator[Condition]:
    window = studio.window
    design = window.studio.document.project.design
    window.studio.document.edit("Recipe", design.with_changes(recipe=design.recipe.replace(epochs=1)))
    window.studio.workspaces.show("Train")
    yield from pause(0.3)
    part(window, "training").train_button.click()
    yield lambda: window.studio.session.active
    yield lambda: not window.studio.session.active


def _show(studio, node: str, mode: str) -> Iterator[Condition]:
    window, page = studio.window, part(studio.window, "Explain")
    from cnnstudio.ui.studio.intents import ExplainLayer

    window.studio.intents.ask(ExplainLayer(node))
    yield lambda: page.place.ready and page.place.node == node
    within = {
        "ledger": "Forward",
        "bench": "Forward",
        "after": "Forward",
        "predict": "Forward",
        "race": "Sharing",
        "through": "Looks for",
    }
    page.show_ledger(mode in ("ledger", "after"))
    page.set_mode(within.get(mode, mode))
    if mode == "Network":
        page.overview.look_at(node, 0)
        trace = page.overview.stage.trace  # in a small window the map may be one of those that stand together
        yield lambda: trace.spot.number < 0 or bool(page.overview.stage.trace.found)
    page.side.predict_toggle.setChecked(mode == "predict")
    page.stage.after.setChecked(mode == "after")
    if mode == "race":
        page.sharing.race.start()
        yield lambda: page.sharing.race.job.over
    if mode == "bench":
        page.open_bench()
        page.bench.rows["stride"].editor.entered.emit((3, 3))
    if mode == "Backward":
        back = page.back
        yield lambda: back.answered_for == (node, page.place.cell, back.weight)
    if mode == "Field":
        yield lambda: page.field.measured_words.text().startswith("Measured:")
    if mode == "Looks for":
        page.looks.begin()
        page.looks.begin_growing()
        yield lambda: page.looks.finder.running is None
    page.looks.all.setChecked(mode == "through")
    if mode == "through":
        yield lambda: page.looks.finder.running is None
    if mode == "Surgery":
        page.surgery.lay_in("sobel-down")
        yield lambda: "→" in page.surgery.accuracy.text() and "…" not in page.surgery.accuracy.text()
        window.studio.document.history.undo()
        window.studio.document.history.redo()
    yield from pause(0.4)


def _every_kind():
    """A network of all that LeNet has not, for 28×28×1."""
    from cnnstudio.design.value.design import Card, Design
    from cnnstudio.nn.graph.graph import Graph, Node
    from cnnstudio.nn.graph.layer import layer_kinds

    def layer(kind: str, **settings):
        return layer_kinds()[kind](**settings)

    branches = ("dilated", "depthwise", "point", "batch")
    rows = (
        ("input", layer("input", height=28, width=28, mean=0.13, deviation=0.31), ()),
        ("conv", layer("conv2d", filters=8, kernel=(5, 3), stride=(2, 1), padding="same"), ("input",)),
        ("batch", layer("batch_norm"), ("conv",)),
        ("gelu", layer("gelu"), ("batch",)),
        ("dilated", layer("conv2d", filters=8, padding="same", dilation=(3, 2), groups=2, bias=False), ("gelu",)),
        ("depthwise", layer("depthwise_conv2d", padding="same"), ("gelu",)),
        ("point", layer("conv2d", filters=8, kernel=(1, 1)), ("gelu",)),
        ("sum", layer("add"), ("gelu", "dilated")),
        ("many", layer("add"), branches * 4),
        ("product", layer("multiply"), ("sum", "many", "depthwise", "point", "batch")),
        ("join", layer("concatenate"), ("product", "sum", "many")),
        ("norm", layer("layer_norm"), ("join",)),
        (
            "average",
            layer("average_pool2d", kernel=(3, 3), stride=(2, 2), padding="same", count_padding=False),
            ("norm",),
        ),
        ("maps", layer("spatial_dropout2d"), ("average",)),
        ("local", layer("locally_connected2d", filters=4, stride=(1, 2)), ("maps",)),
        ("pad", layer("zero_pad2d"), ("local",)),
        ("crop", layer("crop2d", top=2, bottom=0, left=0, right=2), ("pad",)),
        ("up", layer("upsample2d"), ("crop",)),
        ("transposed", layer("conv_transpose2d", filters=6, kernel=(3, 4), stride=(2, 3)), ("local",)),
        ("means", layer("global_average_pool"), ("transposed",)),
        ("largest", layer("global_max_pool"), ("up",)),
        ("vector", layer("concatenate"), ("means", "largest")),
        ("drop", layer("dropout"), ("vector",)),
        ("dense", layer("dense", units=10), ("drop",)),
        ("softmax", layer("softmax"), ("dense",)),
    )
    graph = Graph(tuple(Node(*row) for row in rows))
    return Design(graph, cards={row[0]: Card(row[1].title, 150.0 * i, 0.0) for i, row in enumerate(rows)})
