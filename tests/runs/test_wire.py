"""Why an engine in another process cannot go on comes as a template with its values."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from small_training import small_graph

from cnnstudio.nn.graph.graph import GraphError
from cnnstudio.nn.network.network import classifier
from cnnstudio.nn.parameters.parameters import layouts
from cnnstudio.nn.telling.told import Sentence, worded
from cnnstudio.nn.training.plain import MessageError
from cnnstudio.runs.wire import Failed, read_event, write

LAYOUTS = layouts(small_graph())


def through(why: Sentence) -> Sentence:
    """A reason as it comes out at the other end."""
    stream = io.BytesIO()
    write(stream, Failed(why))
    stream.seek(0)
    heard = read_event(stream, LAYOUTS)
    assert isinstance(heard, Failed)
    return heard.why


@pytest.mark.parametrize(
    "why",
    [
        Sentence("There is not enough memory."),
        Sentence("{count:# layer|# layers} of {shape:shape}", count=1, shape=(2, 3)),
        Sentence("{first} {then}", first=Sentence("{share:.1%} is gone.", share=0.25), then=Sentence("Begin anew.")),
        Sentence("“{name}” has a brace.", name="{count}"),
    ],
    ids=worded,
)
def test_a_reason_comes_as_it_was(why: Sentence) -> None:
    assert through(why) == why


def test_what_has_words_of_its_own_comes_with_these_and_a_strange_number_comes_at_all() -> None:
    with pytest.raises(GraphError) as refusal:
        classifier(small_graph().restricted({"input", "conv", "relu"}))
    assert worded(through(refusal.value.sentence)) == worded(refusal.value)
    assert worded(through(Sentence("The loss is {loss}.", loss=float("nan")))) == "The loss is nan."


@pytest.mark.parametrize(
    "values",
    [
        {"sentence": "It failed."},
        {"template": 3, "values": {}},
        {"template": "{count}", "values": {}},
        {"template": "{count:# layer|# layers}", "values": {"count": "many"}},
        {"template": "{count", "values": {"count": 1}},
        {"template": "{a}", "values": {"a": {"template": "{b}"}}},
        {"template": "{0}", "values": {}},
        {"template": "It failed.", "values": {}, "more": 1},
    ],
    ids=json.dumps,
)
def test_a_reason_that_cannot_be_put_into_words_is_no_message(values: dict[str, Any]) -> None:
    line = json.dumps({"kind": "failed", **values}).encode() + b"\n"
    with pytest.raises(MessageError):
        read_event(io.BytesIO(line), LAYOUTS)
