"""What is looked at: the document's weights and the sample image, and the newest weights of a run under way."""

from __future__ import annotations

import numpy as np
from pytestqt.qtbot import QtBot

from cnnstudio.design.edits import edits
from cnnstudio.ui.run.looked_at import LookedAt
from tests.ui.training_parts import LONG, Parts, parts, unloaded  # noqa: F401


def test_it_is_the_document_s_network_and_the_sample_and_told_once_a_change(parts: Parts) -> None:  # noqa: F811
    told: list[LookedAt] = []
    parts.looking.changed.connect(told.append)
    now = parts.looking.now
    assert (now.graph, now.snapshot, now.run, now.live) == (
        parts.project.design.graph, parts.project.weights, None, False,
    )  # fmt: skip
    assert now.picture is parts.inspection.image and now.label == parts.inspection.label != ""
    parts.set_recipe(epochs=7)
    assert not told, "the recipe is nothing that is looked at"
    parts.samples.step(1)
    assert [seen.picture is parts.inspection.image for seen in told] == [True]
    layer = parts.project.design.graph["conv"].layer
    parts.document.edit("More", edits.configure(parts.project.design, "conv", layer.replace(filters=9)))
    assert [seen.graph for seen in told[1:]] == [parts.project.design.graph]
    assert parts.looking.now.snapshot is parts.project.weights


def test_a_run_under_way_is_looked_at_even_when_the_design_is_edited_and_the_document_after_it(
    qtbot: QtBot,
    parts: Parts,  # noqa: F811
) -> None:
    begun = parts.project.design.graph
    parts.set_recipe(epochs=LONG)
    parts.run_control.train()
    qtbot.waitUntil(lambda: parts.looking.now.live and parts.looking.now.step > 0)
    layer = parts.project.design.graph["conv"].layer
    parts.document.edit("More", edits.configure(parts.project.design, "conv", layer.replace(filters=9)))
    now = parts.looking.now
    assert now.graph is begun and now.run is parts.session.run and now.snapshot.run == now.run.id
    with qtbot.waitSignal(parts.session.finished):
        parts.run_control.stop()
    ended = parts.looking.now
    assert not ended.live and ended.graph is parts.project.design.graph and ended.snapshot is parts.project.weights
    assert ended.run is parts.project.run and ended.run.id == now.run.id
    parts.document.undo_stack.undo()
    parts.run_control.train()
    assert parts.looking.now.live and parts.looking.now.snapshot is parts.project.weights, (
        "until the run has told of its"
    )
    qtbot.waitUntil(lambda: parts.looking.now.step > ended.step)
    assert not np.array_equal(parts.looking.now.snapshot.parameters.vector, ended.snapshot.parameters.vector)
    with qtbot.waitSignal(parts.session.finished):
        parts.run_control.stop()
