"""Designs as JSON."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnstudio.data.preparation.choice import DataChoice
from cnnstudio.data.preparation.split import Split
from cnnstudio.design.edits import blocks, edits, frames_and_notes
from cnnstudio.design.format.data_format import choice_from_json
from cnnstudio.design.format.design_format import (
    FileFormatError,
    design_from_json,
    design_to_json,
    read_design,
    write_design,
)
from cnnstudio.design.format.strict import Checked, dump, parse
from cnnstudio.design.templates import template, template_names
from cnnstudio.design.value.design import Design
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.nn.telling.told import worded


def through_json(design: Design) -> Design:
    return design_from_json(parse(dump(design_to_json(design)), "f.cnn", "design.json"))


@pytest.mark.parametrize("name", template_names())
def test_a_design_comes_back_as_it_was(name: str) -> None:
    design = template(name)
    assert through_json(design) == design
    assert dump(design_to_json(through_json(design))) == dump(design_to_json(design))


@pytest.mark.parametrize("kind", layer_kinds())
def test_every_kind_of_layer_comes_back(kind: str) -> None:
    design, node = edits.add(Design(), layer_kinds()[kind](), (1.5, -2.25))
    again = through_json(design)
    assert again == design
    assert type(again.graph[node].layer) is layer_kinds()[kind]


def test_settings_that_a_file_does_not_name_keep_their_defaults() -> None:
    found = design_to_json(template("first_conv"))
    del found["nodes"][1]["settings"]["dilation"]
    assert design_from_json(Checked(found, "f")) == template("first_conv")


NODE = "design.json: nodes[1]"
#: what is done to first_conv, and where the complaint must point
DAMAGE: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "title is a number": (lambda d: d.update(title=3), "design.json: title"),
    "title too long": (lambda d: d.update(title="x" * 257), "design.json: title"),
    "no nodes": (lambda d: d.pop("nodes"), "design.json"),
    "nodes are an object": (lambda d: d.update(nodes={}), "design.json: nodes"),
    "unknown entry": (lambda d: d.update(extra=1), "design.json"),
    "too many nodes": (lambda d: d.update(nodes=d["nodes"] * 1001), "design.json: nodes"),
    "the same id twice": (lambda d: d["nodes"][1].update(id="input_1"), NODE),
    "id is empty": (lambda d: d["nodes"][1].update(id=""), NODE + ".id"),
    "id with a dot": (lambda d: d["nodes"][1].update(id="a.b"), NODE + ".id"),
    "id with a path": (lambda d: d["nodes"][1].update(id="../x"), NODE + ".id"),
    "id with a newline": (lambda d: d["nodes"][1].update(id="a\n"), NODE + ".id"),
    "id in other digits": (lambda d: d["nodes"][1].update(id="a٣"), NODE + ".id"),
    "id too long": (lambda d: d["nodes"][1].update(id="x" * 65), NODE + ".id"),
    "kind unknown": (lambda d: d["nodes"][1].update(kind="conv9d"), NODE + ".kind"),
    "kind is a list": (lambda d: d["nodes"][1].update(kind=[]), NODE + ".kind"),
    "kind is a method": (lambda d: d["nodes"][1].update(kind="__class__"), NODE + ".kind"),
    "name empty": (lambda d: d["nodes"][1].update(name=""), NODE + ".name"),
    "name too long": (lambda d: d["nodes"][1].update(name="x" * 257), NODE + ".name"),
    "name missing": (lambda d: d["nodes"][1].pop("name"), NODE),
    "position is one number": (lambda d: d["nodes"][1].update(position=[1]), NODE + ".position"),
    "position far away": (lambda d: d["nodes"][1].update(position=[2e6, 0]), NODE + ".position[0]"),
    "position true": (lambda d: d["nodes"][1].update(position=[0, True]), NODE + ".position[1]"),
    "position huge": (lambda d: d["nodes"][1].update(position=[0, 10**400]), NODE + ".position[1]"),
    "reads from nowhere": (lambda d: d["nodes"][1].update(inputs=["x"]), NODE),
    "reads a number": (lambda d: d["nodes"][1].update(inputs=[1]), NODE + ".inputs[0]"),
    "reads twice": (lambda d: d["nodes"][1].update(inputs=["input_1", "input_1"]), NODE + ".inputs"),
    "an input with an input": (
        lambda d: d["nodes"][0].update(inputs=["conv2d_1"]),
        "design.json: nodes[0].inputs",
    ),
    "setting unknown": (lambda d: d["nodes"][1]["settings"].update(colour=1), NODE + ".settings.colour"),
    "setting is a dunder": (lambda d: d["nodes"][1]["settings"].update(__init__=1), NODE + ".settings.__init__"),
    "settings are a list": (lambda d: d["nodes"][1].update(settings=[]), NODE + ".settings"),
    "filters true": (lambda d: d["nodes"][1]["settings"].update(filters=True), NODE + ".settings.filters"),
    "filters 1.0": (lambda d: d["nodes"][1]["settings"].update(filters=1.0), NODE + ".settings.filters"),
    "filters huge": (lambda d: d["nodes"][1]["settings"].update(filters=10**300), NODE + ".settings.filters"),
    "kernel zero": (lambda d: d["nodes"][1]["settings"].update(kernel=[0, 5]), NODE + ".settings.kernel"),
    "kernel of three": (lambda d: d["nodes"][1]["settings"].update(kernel=[5, 5, 5]), NODE + ".settings.kernel"),
    "kernel of lists": (lambda d: d["nodes"][1]["settings"].update(kernel=[[5], 5]), NODE + ".settings.kernel"),
    "kernel endless": (lambda d: d["nodes"][1]["settings"].update(kernel=[5] * 9999), NODE + ".settings.kernel"),
    "padding unknown": (lambda d: d["nodes"][1]["settings"].update(padding="most"), NODE + ".settings.padding"),
    "padding long": (lambda d: d["nodes"][1]["settings"].update(padding="x" * 9999), NODE + ".settings.padding"),
    "mean huge": (lambda d: d["nodes"][0]["settings"].update(mean=10**400), "design.json: nodes[0].settings.mean"),
    "mean a text": (lambda d: d["nodes"][0]["settings"].update(mean="0"), "design.json: nodes[0].settings.mean"),
    "mean null": (lambda d: d["nodes"][0]["settings"].update(mean=None), "design.json: nodes[0].settings.mean"),
    "seed negative": (lambda d: d["recipe"].update(seed=-1), "design.json: recipe.seed"),
    "data half a character": (
        lambda d: d["recipe"].update(data={"source": "\ud800"}),
        "design.json: recipe.data.source",
    ),
    "optimizer unknown": (lambda d: d["recipe"].update(optimizer="eval"), "design.json: recipe.optimizer"),
    "split a number": (lambda d: d["recipe"]["data"].update(split=10), "design.json: recipe.data.split"),
    "split without a seed": (
        lambda d: d["recipe"]["data"].update(split={"share": 10}),
        "design.json: recipe.data.split",
    ),
    "split of everything": (
        lambda d: d["recipe"]["data"].update(split={"share": 100, "seed": 0}),
        "design.json: recipe.data.split",
    ),
    "optimizer of no kind": (lambda d: d["recipe"]["optimizer"].pop("kind"), "design.json: recipe.optimizer"),
    "optimizer of a kind there is not": (
        lambda d: d["recipe"]["optimizer"].update(kind="eval"),
        "design.json: recipe.optimizer.kind",
    ),
    "a setting of another optimizer": (
        lambda d: d["recipe"]["optimizer"].update(momentum=0.5),
        "design.json: recipe.optimizer.momentum",
    ),
    "class weights of texts": (
        lambda d: d["recipe"]["loss"].update(class_weights=["1"]),
        "design.json: recipe.loss.class_weights",
    ),
    "a mean for each of many channels": (
        lambda d: d["nodes"][0]["settings"].update(mean=[0] * 20_000),
        "design.json: nodes[0].settings.mean",
    ),
    "classes that are numbers": (lambda d: d.update(classes=[0, 1]), "design.json: classes[0]"),
    "data without a source": (lambda d: d["recipe"].update(data={}), "design.json: recipe.data"),
    "recipe missing": (lambda d: d.pop("recipe"), "design.json"),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_a_wrong_design_is_refused_with_its_place(name: str) -> None:
    damage, place = DAMAGE[name]
    found = copy.deepcopy(design_to_json(template("first_conv")))
    damage(found)
    with pytest.raises(FileFormatError) as caught:
        design_from_json(parse(json.dumps(found).encode(), "f.cnn", "design.json"))
    assert caught.value.place == place
    assert str(caught.value).startswith(f"f.cnn: {place}: ")
    assert worded(caught.value.remedy) in str(caught.value)


def test_a_few_bytes_cannot_ask_for_gigabytes_of_weights() -> None:
    design = template("lenet5")
    for node in [n for n in design.graph if n.layer.kind == "dense"]:
        design = edits.configure(design, node.id, node.layer.replace(units=65_536))
    with pytest.raises(FileFormatError, match="more than 536\u202f870\u202f912 parameters"):
        through_json(design)


def test_a_layer_that_does_not_fit_is_no_reason_to_refuse() -> None:
    design = template("lenet5")
    design = edits.configure(design, "conv2d_2", design.graph["conv2d_2"].layer.replace(kernel=(50, 50)))
    assert through_json(design) == design


def test_a_design_file_holds_design_and_sentence() -> None:
    data = write_design(template("lenet5"), "A sentence.")
    assert read_design(data, "x.json") == (template("lenet5"), "A sentence.")


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ([], "not a CNN Studio design"),
        ({"format": "other"}, "not a CNN Studio design"),
        ({"format": "cnnstudio design"}, "“format_version” is missing"),
        (
            {"format": "cnnstudio design", "format_version": 3},
            "newer version of CNN Studio: its format is 3, this one reads up to 2. Install",
        ),
        ({"format": "cnnstudio design", "format_version": True}, "Expected a whole number"),
        ({"format": "cnnstudio design", "format_version": 1}, "“design” is missing"),
    ],
)
def test_foreign_and_newer_design_files_are_refused(document: object, reason: str) -> None:
    with pytest.raises(FileFormatError, match=reason):
        read_design(json.dumps(document).encode(), "x.json")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_value_in_any_place_is_read_or_refused(data: st.DataObject) -> None:
    """Replace one value anywhere in a design by anything: it is a design, or a FileFormatError says why not."""
    document = copy.deepcopy(design_to_json(template("first_conv")))
    here: Any = document
    while True:
        key = data.draw(st.sampled_from(sorted(here) if isinstance(here, dict) else range(len(here))))
        if not isinstance(here[key], dict | list) or not here[key] or data.draw(st.booleans()):
            break
        here = here[key]
    here[key] = data.draw(json_values)
    try:
        design = design_from_json(Checked(document, "f"))
    except FileFormatError:
        return
    assert through_json(design) == design


def drawn() -> Design:
    """LeNet-5 with a frame, a note, a block and a block within it."""
    design, _ = frames_and_notes.add_frame(template("lenet5"), (-20, -30, 400, 240), "First stage")
    design, _ = frames_and_notes.add_note(design, "Why 5×5?\nSee the article.", (10.5, 420))
    design, _ = blocks.group(design, ("conv2d_1", "relu_1"), "Conv–ReLU")
    design, outer = blocks.group(design, ("conv2d_1", "relu_1", "max_pool2d_1"), "Stage")
    return blocks.collapse(design, outer)


def test_frames_notes_and_blocks_come_back() -> None:
    assert through_json(drawn()) == drawn()


def test_a_design_without_them_names_none_of_them() -> None:
    assert set(design_to_json(template("lenet5"))) == {"title", "recipe", "nodes"}


#: what is done to a drawn design, and where the complaint must point
DRAWN_DAMAGE: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "frames are an object": (lambda d: d.update(frames={}), "design.json: frames"),
    "too many frames": (lambda d: d.update(frames=d["frames"] * 501), "design.json: frames"),
    "a frame twice": (lambda d: d.update(frames=d["frames"] * 2), "design.json: frames[1].id"),
    "a frame with a layer's id": (lambda d: d["frames"][0].update(id="relu_1"), "design.json: frames[0].id"),
    "a frame's title too long": (lambda d: d["frames"][0].update(title="x" * 257), "design.json: frames[0].title"),
    "a frame without width": (lambda d: d["frames"][0].update(size=[0, 99]), "design.json: frames[0].size[0]"),
    "a frame far away": (lambda d: d["frames"][0].update(position=[0, 2e6]), "design.json: frames[0].position[1]"),
    "a frame's extra": (lambda d: d["frames"][0].update(colour=1), "design.json: frames[0]"),
    "a note too long": (lambda d: d["notes"][0].update(text="x" * 10_001), "design.json: notes[0].text"),
    "a note's text is a list": (lambda d: d["notes"][0].update(text=[]), "design.json: notes[0].text"),
    "a note without width": (lambda d: d["notes"][0].pop("width"), "design.json: notes[0]"),
    "a note's id": (lambda d: d["notes"][0].update(id="../x"), "design.json: notes[0].id"),
    "a block's name empty": (lambda d: d["blocks"][0].update(name=""), "design.json: blocks[0].name"),
    "a block's stranger": (lambda d: d["blocks"][0].update(members=["nobody"]), "design.json: blocks"),
    "a layer twice": (lambda d: d["blocks"][0].update(members=["relu_1"] * 2), "design.json: blocks[0].members"),
    "a layer in two blocks": (lambda d: d["blocks"][1].update(members=["relu_1"]), "design.json: blocks"),
    "a block in itself": (lambda d: d["blocks"][0].update(parent="block_1"), "design.json: blocks"),
    "collapsed is a number": (lambda d: d["blocks"][0].update(collapsed=1), "design.json: blocks[0].collapsed"),
    "collapsed missing": (lambda d: d["blocks"][0].pop("collapsed"), "design.json: blocks[0]"),
}


@pytest.mark.parametrize("name", DRAWN_DAMAGE)
def test_damage_to_what_is_drawn_is_refused_with_its_place(name: str) -> None:
    damage, place = DRAWN_DAMAGE[name]
    found = copy.deepcopy(design_to_json(drawn()))
    damage(found)
    with pytest.raises(FileFormatError) as refused:
        design_from_json(parse(json.dumps(found).encode(), "f.cnn", "design.json"))
    assert refused.value.place == place


def test_a_note_keeps_its_lines_and_ten_thousand_characters() -> None:
    text = ("x" * 99 + "\n") * 100
    design, note = frames_and_notes.add_note(Design(), text, (0, 0))
    assert through_json(design).notes[note].text == text
    with pytest.raises(edits.EditRefused):
        frames_and_notes.write(design, note, text + "x")


@pytest.mark.parametrize("split", [Split(), Split(seed=4), Split(20, 4)])
@pytest.mark.parametrize("seed", [0, 4])
def test_a_split_is_always_named_and_no_seed_of_a_run_decides_it(seed: int, split: Split) -> None:
    design = template("first_conv")
    recipe = design.recipe.replace(seed=seed, data=DataChoice("shapes", split=split))
    written = design_to_json(design.with_changes(recipe=recipe))
    assert written["recipe"]["data"]["split"] == split.to_json()
    assert design_from_json(Checked(written, "f")).recipe == recipe


def test_a_choice_of_data_is_read_with_the_place_of_what_is_wrong() -> None:
    choice = DataChoice("/pictures", {"size": 32}, split=Split(20, 3))  # type: ignore[arg-type]
    assert choice_from_json(Checked(choice.to_json(), "f.cnn", "design.json: data")) == choice
    with pytest.raises(FileFormatError, match=r"f\.cnn: design\.json: data\.split: ") as caught:
        choice_from_json(Checked({**choice.to_json(), "split": {"share": 0, "seed": 0}}, "f.cnn", "design.json: data"))
    assert caught.value.place == "design.json: data.split"
