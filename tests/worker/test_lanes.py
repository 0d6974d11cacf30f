"""Lanes: the log loses nothing and keeps its order; the latest value is the latest."""

from __future__ import annotations

import threading

from cnnstudio.worker.lanes import Latest, Log


def test_a_reader_that_comes_back_gets_everything_once_and_in_order() -> None:
    log: Log[int] = Log()
    read: list[int] = []
    writer = threading.Thread(target=lambda: [log.append(i) for i in range(20_000)])
    writer.start()
    while writer.is_alive():
        read += log.read(len(read))
    writer.join()
    read += log.read(len(read))
    assert read == list(range(20_000))
    assert len(log) == 20_000 and log.read(20_000) == []


def test_what_was_read_does_not_change_when_more_is_appended() -> None:
    log: Log[str] = Log()
    log.extend(["a", "b"])
    before = log.read()
    log.append("c")
    assert before == ["a", "b"] and log.read(2) == ["c"]


def test_only_the_newest_value_is_kept_and_seen_once() -> None:
    lane: Latest[str] = Latest()
    assert lane.value is None and lane.newer_than(0) == (None, 0)
    lane.put("old")
    lane.put("new")
    assert lane.value == "new"
    value, count = lane.newer_than(0)
    assert (value, count) == ("new", 2)
    assert lane.newer_than(count) == (None, 2)
