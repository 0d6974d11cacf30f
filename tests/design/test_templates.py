"""The designs that come with the program."""

import pytest

from cnnstudio.design.analysis.analysis import analyse
from cnnstudio.design.edits.edits import COLUMN, ROW
from cnnstudio.design.templates import template, template_names, template_sentence
from cnnstudio.design.wording.problems import why_not_trainable


def test_all_are_there_and_the_usual_start_is_first() -> None:
    deeper = ("vgg_mini", "resnet_mini", "inception_mini", "mobile_mini")
    assert template_names() == ("lenet5", "article", "first_conv", "vgg_digits", *deeper)


@pytest.mark.parametrize("name", template_names())
def test_each_is_sound_and_says_what_it_is(name: str) -> None:
    analysis = analyse(template(name).graph)
    assert not analysis.problems
    assert [advice.code for advice in analysis.advice] == (["no-softmax"] if name == "first_conv" else [])
    assert template_sentence(name).endswith(".")
    assert template(name).title


@pytest.mark.parametrize("name", template_names())
def test_cards_lie_in_rows_wider_than_high_and_none_covers_another(name: str) -> None:
    rows: dict[float, list[float]] = {}
    for node in template(name).graph:
        card = template(name).cards[node.id]
        rows.setdefault(card.y, []).append(card.x)
    assert sorted(rows) == [ROW * number for number in range(len(rows))]
    for row in rows.values():
        assert len(set(row)) == len(row)
        assert set(row) <= {COLUMN * number for number in range(12)}
    widest = max(max(row) for row in rows.values()) / COLUMN + 1
    assert widest * COLUMN > 0.9 * len(rows) * ROW, "a window shows it larger that way"
    if all(len(node.inputs) <= 1 for node in template(name).graph):
        assert list(rows) == sorted(rows)
        assert all(row == [COLUMN * number for number in range(len(row))] for row in rows.values())


def kinds(name: str) -> list[str]:
    return [node.layer.kind for node in template(name).graph]


def test_lenet5_is_lenet5() -> None:
    analysis = analyse(template("lenet5").graph)
    assert (analysis.parameters, analysis.macs) == (61_706, 416_520)
    shapes = [facts.shape for facts in analysis.layers.values()]
    assert shapes[:4] == [(28, 28, 1), (28, 28, 6), (28, 28, 6), (14, 14, 6)]
    assert shapes[4:8] == [(10, 10, 16), (10, 10, 16), (5, 5, 16), (400,)]
    assert shapes[8:] == [(120,), (120,), (84,), (84,), (10,), (10,)]
    assert why_not_trainable(template("lenet5"), (28, 28, 1), 10) == ""
    assert template("lenet5").recipe.data.source == "digits"


def test_article_is_the_articles_architecture() -> None:
    block = ["conv2d", "relu", "conv2d", "relu", "max_pool2d"]
    assert kinds("article") == ["input", *block * 3, "flatten", "dense", "softmax"]
    assert why_not_trainable(template("article"), (32, 32, 3), 10) == ""
    assert template("article").recipe.data.source == "shapes"


def test_first_conv_is_the_articles_first_example_and_no_classifier() -> None:
    analysis = analyse(template("first_conv").graph)
    (conv,) = [facts for facts in analysis.layers.values() if facts.parameters]
    assert (conv.shape, conv.parameters, conv.macs) == ((28, 28, 6), 456, 352_800)
    assert "Softmax" in why_not_trainable(template("first_conv"))


def test_resnet_mini_has_residual_blocks_and_batch_norm() -> None:
    graph = template("resnet_mini").graph
    assert kinds("resnet_mini").count("add") == 3
    assert all(len(node.inputs) == 2 for node in graph if node.layer.kind == "add")
    assert "batch_norm" in kinds("resnet_mini")


def test_inception_mini_looks_through_several_windows_side_by_side() -> None:
    graph = template("inception_mini").graph
    joins = [node for node in graph if node.layer.kind == "concatenate"]
    assert [len(node.inputs) for node in joins] == [4, 4]


def test_mobile_mini_is_depthwise() -> None:
    assert kinds("mobile_mini").count("depthwise_conv2d") == 5


@pytest.mark.parametrize("name", ["vgg_mini", "resnet_mini", "inception_mini", "mobile_mini"])
def test_the_deeper_ones_learn_the_built_in_pictures(name: str) -> None:
    assert why_not_trainable(template(name), (32, 32, 3), 10) == ""
    assert template(name).recipe.data.source == "shapes"


def test_an_unknown_name_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        template("../lenet5")


def test_vgg_digits_takes_mnist_and_varies_it() -> None:
    design = template("vgg_digits")
    assert why_not_trainable(design, (28, 28, 1), 10) == ""
    assert design.recipe.augmentation.changes
