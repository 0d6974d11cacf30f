"""Fetching from a server on this computer: whole, on from where it broke off, and what goes wrong in one sentence."""

from __future__ import annotations

import gzip
import hashlib
import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from loopback import Server, letters, packed, remote, serving

from cnnstudio.data.dataset import Cancelled, DataError
from cnnstudio.data.downloads.fetching import fetch
from cnnstudio.data.downloads.published import CIFAR_10, EMNIST_LETTERS, MNIST, PUBLISHED, Published
from cnnstudio.data.library import open_data, preview
from tests.one_line import is_one_line

pytestmark = pytest.mark.usefixtures("empty_cache")


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as found:
        yield found


@pytest.fixture
def found(server: Server, monkeypatch: pytest.MonkeyPatch) -> Published:
    made = letters(server)
    monkeypatch.setitem(PUBLISHED, made.name, made)
    return made


def refused(found: Published) -> str:
    with pytest.raises(DataError) as caught:
        fetch(found)
    assert is_one_line(str(caught.value))
    return str(caught.value)


def test_a_set_is_fetched_once_and_opened_by_its_name(found: Published, server: Server) -> None:
    with pytest.raises(DataError, match=r"Letters is not on this computer yet: fetch it .* data letters --download"):
        open_data(found.name)
    heard: list[float] = []
    fetch(found, heard.append)
    assert found.is_here and heard == sorted(heard) and heard[-1] == 1
    data = open_data(found.name)
    assert (data.source, data.title, data.classes) == ("letters", "Letters", tuple("abcdefghij"))
    assert (len(data.train), len(data.test)) == (60, 20) and preview(found.name).source == "letters"
    asked = len(server.asked)
    fetch(found)
    assert len(server.asked) == asked == 4
    assert sorted(file.name for file in found.folder.iterdir()) == sorted(file.name for file in found.files)


def test_where_a_server_broke_off_it_is_gone_on_from_also_at_the_next_place_and_another_day(
    found: Published, server: Server
) -> None:
    server.breaks_off_after = 40
    said = refused(found)
    assert "broke off after" in said and "try again" in said
    (part,) = found.folder.iterdir()
    come = part.stat().st_size
    assert come == 120  # it was asked three times
    server.breaks_off_after, server.asked = None, []
    fetch(found)
    assert found.is_here and server.asked[0] == (f"/{found.files[0].name}", come)


def test_a_server_that_knows_no_ranges_begins_anew(found: Published, server: Server) -> None:
    found.folder.mkdir(parents=True)
    (found.folder / f"{found.files[0].name}.part").write_bytes(b"something else")
    server.knows_ranges = False
    fetch(found)
    assert found.is_here


def test_what_is_not_what_was_published_is_not_kept_and_the_next_place_is_asked(
    found: Published, server: Server
) -> None:
    first = found.files[0]
    other = bytes(len(server.files[f"/{first.name}"]))
    server.files["/other"] = other
    wrong = replace(first, places=(f"{server.at}/other",))
    said = refused(replace(found, files=(wrong,)))
    assert "not what was published" in said and list(found.folder.iterdir()) == []
    longer = replace(first, size=first.size - 1)
    assert "not what was published" in refused(replace(found, files=(longer,)))
    unpacked = replace(first, inside=hashlib.sha256(b"").hexdigest())
    assert "not what was published" in refused(replace(found, files=(unpacked,)))
    fetch(replace(found, files=(replace(first, places=(*wrong.places, *first.places)), *found.files[1:])))
    assert found.is_here


def test_who_is_offline_and_whose_disk_is_full_is_told_so(found: Published, server: Server) -> None:
    with serving() as gone:
        nowhere = gone.at
    first = replace(found.files[0], places=(f"{nowhere}/file",))
    said = refused(replace(found, files=(first,)))
    assert said.startswith(f"Letters cannot be fetched, as {nowhere[7:]} cannot be reached") and "try again" in said
    nameless = replace(found.files[0], places=("http://no-such-server.invalid/file",))
    said += refused(replace(found, files=(nameless,)))
    assert "its name is not found" in said and "Errno" not in said
    lost = replace(found.files[0], places=(f"{server.at}/lost",))
    assert "404" in refused(replace(found, files=(lost,)))
    if Path("/dev/full").exists():
        (found.folder / f"{found.files[0].name}.part").symlink_to("/dev/full")
        assert refused(found).startswith("There is no room for Letters (")


def test_whoever_cancels_keeps_what_has_come(found: Published, server: Server) -> None:
    server.holds = holds = threading.Event()
    sizes: list[float] = []

    def progress(share: float) -> None:
        sizes.append(share)
        if share > 0:
            holds.set()

    with pytest.raises(Cancelled):
        fetch(found, progress, lambda: bool(sizes) and sizes[-1] > 0)
    (part,) = found.folder.iterdir()
    assert part.stat().st_size > 0 and not found.is_here
    server.holds = None
    fetch(found)
    assert found.is_here


def test_out_of_an_archive_only_what_is_wanted_is_taken(found: Published, server: Server) -> None:
    content = packed({"in/a.bin": b"a", "in/b.bin": b"b", "in/readme": b"c"})
    archive = remote(server, "set.tar.gz", content, members=("in/a.bin", "in/b.bin"))
    several = replace(found, files=(archive,))
    fetch(several)
    assert sorted(file.name for file in found.folder.iterdir()) == ["a.bin", "b.bin"] and several.is_here
    assert "not what was published" in refused(
        replace(found, files=(replace(archive, members=("in/a.bin", "in/none.bin")),))
    )


@pytest.mark.slow
@pytest.mark.real_data
def test_the_sums_of_what_is_in_mnist_are_those_of_its_files() -> None:
    folder = Path(os.environ["CNNSTUDIO_REAL_DATA"]) / "mnist"
    for file in MNIST.files:
        with gzip.open(folder / file.name) as inside:
            assert hashlib.sha256(inside.read()).hexdigest() == file.inside
    # as LeCun's page, NIST and Krizhevsky's page give them
    assert [file.size for file in MNIST.files] == [9912422, 28881, 1648877, 4542]
    assert (EMNIST_LETTERS.size, CIFAR_10.size) == (561753746, 170052171)
