"""JSON that may have been written by anybody."""

import json
import time
import tracemalloc

import pytest

from cnnstudio.design.format.strict import LARGEST_JSON, Checked, FileFormatError, dump, parse
from cnnstudio.files.printable import printable

REFUSED = {
    "empty": (b"", "not valid JSON"),
    "cut off": (b'{"a": [1, 2', "line 1, column"),
    "text behind": (b"{} {}", "not valid JSON"),
    "single quotes": (b"{'a': 1}", "not valid JSON"),
    "not a number": (b'{"a": NaN}', "NaN is not a number"),
    "infinity": (b"[-Infinity]", "-Infinity is not a number"),
    "key twice": (b'{"a": 1, "b": 2, "a": 3}', "key “a” is there twice"),
    "no UTF-8": (b'{"a": "\xff"}', "not UTF-8"),
    "UTF-16": ('{"a": 1}'.encode("utf-16"), "not UTF-8"),
    "nested": (b"[" * 40_000, "nested too deep"),
    "nested objects": (b'{"a":' * 40_000, "nested too deep"),
    "digits": (b"[" + b"9" * 10_000 + b"]", "too long"),
    "too large": (b" " * (LARGEST_JSON + 1), "at most"),
    "empty lists": (b"[" + b"[]," * 2_000_000 + b"[]]", "more than"),
    "empty objects": (b"[" + b"{}," * 2_000_000 + b"{}]", "more than"),
    "entries": (b"[" + b"0," * 4_000_000 + b"0]", "more than"),
    "keys": (b"{" + b",".join(b'"%d":0' % i for i in range(200_000)) + b"}", "more than"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_bad_json_is_refused_early(name: str) -> None:
    data, reason = REFUSED[name]
    tracemalloc.start()
    begun = time.process_time()
    with pytest.raises(FileFormatError, match=reason) as caught:
        parse(data, "some.cnn", "design.json")
    elapsed = time.process_time() - begun
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 64e6
    assert elapsed < 2
    assert str(caught.value).startswith("some.cnn: design.json: ")
    assert "\n" not in str(caught.value)


def test_what_is_dumped_is_parsed_and_equal_values_give_equal_bytes() -> None:
    value = {"b": [1, 2.5, True, None], "a": {"ü×": "text"}}
    assert parse(dump(value), "f").value == value
    assert dump({"a": {"ü×": "text"}, "b": [1, 2.5, True, None]}) == dump(value)
    with pytest.raises(ValueError, match="not JSON compliant"):
        dump([float("nan")])


@pytest.mark.parametrize("value", [True, 1.0, "1", None, [1], {}, -1, 11, 10**400])
def test_an_integer_is_exactly_one_and_within_limits(value: object) -> None:
    with pytest.raises(FileFormatError, match=r"a\.b"):
        Checked(value, "f", "a.b").integer(0, 10)


@pytest.mark.parametrize("value", [True, "1", None, [], 10**400, float("inf"), 11.5])
def test_a_number_is_finite_and_no_boolean(value: object) -> None:
    with pytest.raises(FileFormatError):
        Checked(value, "f").number(0, 10)


@pytest.mark.parametrize("value", [1, None, "", "x" * 11, "\ud800"])
def test_a_text_has_its_length_and_whole_characters(value: object) -> None:
    with pytest.raises(FileFormatError):
        Checked(value, "f").text(10, 1)


def test_a_name_has_whole_characters() -> None:
    with pytest.raises(FileFormatError, match="half a character"):
        parse(b'{"\\ud800": 1}', "f").mapping()


def test_places_read_like_paths() -> None:
    document = parse(b'{"nodes": [{}, {"settings": {"kernel": 3}}]}', "f", "design.json")
    nodes = list(document.mapping()["nodes"].items(10))
    assert nodes[1].fields("settings")["settings"].mapping()["kernel"].place == "design.json: nodes[1].settings.kernel"


def test_objects_have_exactly_the_keys_that_are_expected() -> None:
    found = Checked({"a": 1, "b": 2}, "f", "place")
    assert set(found.fields("a", optional=("b", "c"))) == {"a", "b"}
    with pytest.raises(FileFormatError, match="“c” is missing"):
        found.fields("a", "b", "c")
    with pytest.raises(FileFormatError, match="unknown entry “b”"):
        found.fields("a")


def test_what_is_shown_cannot_write_to_the_terminal() -> None:
    assert printable("a\n\x1b[31mb\x07") == "a ?[31mb?"
    assert printable("a \t60\u202f000\u2028\u00a0b ") == "a 60\u202f000 b"
    error = FileFormatError("evil\n\x1b]0;name", "p", json.dumps("x"))
    assert "\x1b" not in str(error)
    assert "\n" not in str(error)
