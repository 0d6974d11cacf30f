"""From files with pictures to a data set: looked at, made to fit on all cores, kept, every bad one named."""

from __future__ import annotations

import hashlib
import io
import itertools
import os
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from typing import BinaryIO, TypeAlias

import numpy as np

from cnnstudio.data.dataset import PARTS, Cancelled, DataError, DataSet, Labels, LeftOut, Part, Pixels, keyed
from cnnstudio.data.importing import stored
from cnnstudio.data.importing.choices import PictureChoices
from cnnstudio.data.importing.held_back import with_test
from cnnstudio.data.importing.layout import Labelled, Plan, by_folders_or_names
from cnnstudio.data.importing.listing import Listing
from cnnstudio.data.importing.name_table import by_table
from cnnstudio.data.importing.note import Note
from cnnstudio.data.importing.target import Target, target
from cnnstudio.data.pictures.picture import Look, PictureError, in_silence, look_at, made_to_fit, reason_of
from cnnstudio.data.reader import Cancel, Progress
from cnnstudio.nn.telling.told import Told, told

_Answers: TypeAlias = list[tuple[Pixels, Look] | LeftOut]
#: so many pictures tell the commonest size and whether there are colours
SAMPLE = 1000
#: pictures that a thread takes at once at most, and seconds after which a cancel is asked for again
_AT_ONCE, _PATIENCE = 16, 0.05
#: sizes that are told of
_SIZES = 100
_THREADS = min(8, os.cpu_count() or 1)


@dataclass
class _Decoded:
    """What came of the pictures, in the order of the plan."""

    taken: list[Labelled] = field(default_factory=list)
    marks: list[bytes] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    sizes: Counter[tuple[int, int]] = field(default_factory=Counter)
    deep: int = 0


def plan_of(listing: Listing, choices: PictureChoices) -> Plan:
    """What the names of files, or a table beside them, say of the pictures.

    Raises:
        DataError: nothing says of which classes they are.
    """
    if plan := by_table(listing, choices.label_column, sure=True):
        return plan
    if listing.table:
        if plan := by_table(listing, choices.label_column, sure=False):
            return plan
        raise DataError(
            "{path} names no pictures beside it and no classes of them: give a table with a column of names of files "
            "and one of classes, or open the folder of the pictures.",
            path=listing.path,
        )
    try:
        return by_folders_or_names(listing)
    except DataError:
        if plan := by_table(listing, choices.label_column, sure=False):
            return plan
        raise


def import_pictures(
    listing: Listing, choices: PictureChoices, progress: Progress = None, cancelled: Cancel = None
) -> DataSet:
    """The data set of pictures in files, from the cache where it was imported before.

    Pictures come in an order that mixes the classes and depends on nothing but how many there are.

    Raises:
        DataError: there are no classes, too few pictures can be read, or they take more room than there is.
        Cancelled: ``cancelled`` answered yes; nothing is left behind.
    """
    plan = plan_of(listing, choices)
    pictures = at_most(mixed(plan.pictures), choices.per_class)
    key = stored.key_of(str(listing.path), replace(plan, pictures=()), _sum(plan.pictures), choices)
    found = stored.load(key)
    if found is None:
        with in_silence():
            found = _imported(listing, plan, pictures, choices, key, progress, cancelled)
    if progress:
        progress(1.0)
    return found


def _sum(pictures: Sequence[Labelled]) -> str:
    """A hash of what says which pictures these are, and of which class and part, quick for a hundred thousand."""
    said = [f"{of.key}\0{of.size}\0{of.changed}\0{label}\0{part}" for of, label, part in pictures]
    return hashlib.sha256("\0".join(said).encode("utf-8", "surrogatepass")).hexdigest()


def mixed(pictures: Sequence[Labelled]) -> list[Labelled]:
    """Pictures in the order of an import, which depends on nothing but how many there are."""
    return [pictures[place] for place in keyed(len(pictures), "order of an import").permutation(len(pictures))]


def at_most(pictures: Sequence[Labelled], per_class: int) -> list[Labelled]:
    """Those of mixed pictures that are taken where each class has at most so many in each part; 0 takes all."""
    if not per_class:
        return list(pictures)
    seen: Counter[tuple[Part | None, str]] = Counter()
    kept: list[Labelled] = []
    for each in pictures:
        seen[each.part, each.label] += 1
        if seen[each.part, each.label] <= per_class:
            kept.append(each)
    return kept


def _imported(
    listing: Listing,
    plan: Plan,
    pictures: list[Labelled],
    choices: PictureChoices,
    key: str,
    progress: Progress,
    cancelled: Cancel,
) -> DataSet:
    wanted, remark = target(_looks(listing, pictures, cancelled), choices)
    stored.room_for(len(pictures) * int(np.prod(wanted.shape)), listing.path)
    with stored.scratch() as file:
        done = _decode_all(listing, pictures, wanted, file, progress, cancelled)
        file.flush()
        shape = (len(done.taken), *wanted.shape)
        if not done.taken:
            raise DataError(
                "None of the {pictures:# picture|# pictures} in {path} can be read: check the files.",
                pictures=len(pictures),
                path=listing.path,
            )
        pixels = np.memmap(file.name, np.uint8, "r", shape=shape)
        parts = _parts(done, plan, choices, str(listing.path))
        place = {name: number for number, name in enumerate(plan.classes)}
        note = Note(
            name=listing.path.name or str(listing.path),
            source=str(listing.path),
            layout=plan.layout,
            classes=plan.classes,
            shape=wanted.shape,
            labels={part: [place[done.taken[at].label] for at in places] for part, places in parts.items()},
            sizes=tuple((height, width, count) for (height, width), count in done.sizes.most_common(_SIZES)),
            left_out=(*sorted(done.left_out, key=lambda each: each.file), *plan.left_out),
            remarks=_remarks(plan, done, remark),
            files={part: [done.taken[at].file.path for at in places] for part, places in parts.items()},
        )
        return stored.keep(
            key, note, pixels, np.concatenate([parts[part] for part in PARTS if part in parts]), cancelled
        )


def _looks(listing: Listing, pictures: list[Labelled], cancelled: Cancel) -> list[Look]:
    """What the heads of the first pictures tell; they are mixed, so these stand for all."""
    looks: list[Look] = []
    for each in pictures[:SAMPLE]:
        if cancelled and cancelled():
            raise Cancelled
        try:
            looks.append(look_at(io.BytesIO(listing.read(each.file)), each.file.path))
        except (OSError, DataError):
            continue  # it is named when its turn comes
    return looks


def _decode_all(
    listing: Listing, pictures: list[Labelled], wanted: Target, file: BinaryIO, progress: Progress, cancelled: Cancel
) -> _Decoded:
    """Every picture on all cores; pixels go into the file as they come, in order."""
    done = _Decoded()
    stopped = threading.Event()
    at_once = max(1, min(_AT_ONCE, len(pictures) // (4 * _THREADS)))  # few may be large: each thread has several turns

    def some(start: int) -> _Answers:
        return [_decode(listing, each, wanted) for each in pictures[start : start + at_once] if not stopped.is_set()]

    with ThreadPoolExecutor(_THREADS, "import") as threads:
        for start, answers in _ahead(threads, some, range(0, len(pictures), at_once), cancelled):
            if answers is None:
                stopped.set()
                threads.shutdown(cancel_futures=True)
                raise Cancelled
            for each, answer in zip(pictures[start:], answers, strict=False):
                if isinstance(answer, LeftOut):
                    done.left_out.append(answer)
                    continue
                pixels, look = answer
                _write(file, pixels)
                done.taken.append(each)
                done.marks.append(hashlib.blake2b(pixels.data, digest_size=16).digest())
                done.sizes[look.height, look.width] += 1
                done.deep += look.deep
            if progress:
                progress(min(0.99, (start + len(answers)) / len(pictures)))
    return done


def _write(file: BinaryIO, pixels: Pixels) -> None:
    try:
        file.write(pixels.data)
    except OSError as error:
        raise DataError(
            "The imported pictures cannot be written ({why}): make room on the disk.", why=error.strerror
        ) from error


def _ahead(
    threads: ThreadPoolExecutor, work: Callable[[int], _Answers], places: Iterable[int], cancelled: Cancel
) -> Iterator[tuple[int, _Answers | None]]:
    """What the work gives for each place, in order, and None once it is cancelled; only a few are waited for at a time,
    so that memory stays small."""
    waiting: deque[tuple[int, Future[_Answers]]] = deque()
    left = iter(places)
    while True:
        for place in itertools.islice(left, 4 * _THREADS - len(waiting)):
            waiting.append((place, threads.submit(work, place)))
        if not waiting:
            return
        first, future = waiting.popleft()
        while True:
            if cancelled and cancelled():
                yield first, None
                return
            if wait([future], _PATIENCE).done:
                break
        yield first, future.result()


def _decode(listing: Listing, each: Labelled, wanted: Target) -> tuple[Pixels, Look] | LeftOut:
    """The pixels, or why there are none."""
    try:
        return decode(listing, each, wanted)
    except (OSError, PictureError) as error:
        return LeftOut(each.file.path, reason_of(error))


def decode(listing: Listing, each: Labelled, wanted: Target) -> tuple[Pixels, Look]:
    """A picture as it is imported, uint8 (H, W, C), and what it was like. Runs within ``in_silence``.

    Raises:
        PictureError, OSError: it cannot be read.
    """
    content = io.BytesIO(listing.read(each.file))
    return made_to_fit(content, each.file.path, wanted.shape, wanted.fit, wanted.ground)


def _parts(done: _Decoded, plan: Plan, choices: PictureChoices, source: str) -> dict[Part, Labels]:
    """The places int64 of the pictures of each part."""
    place = {name: number for number, name in enumerate(plan.classes)}
    labels = np.array([place[each.label] for each in done.taken], dtype=np.int64)
    parts = {part: np.flatnonzero([each.part == part for each in done.taken]) for part in PARTS}
    return with_test(parts, labels, np.array(done.marks), plan.classes, choices, source)


def _remarks(plan: Plan, done: _Decoded, sizes: Told | None) -> tuple[Told, ...]:
    remarks = [*plan.remarks, *([sizes] if sizes else [])]
    before, after = ({each.label for each in pictures} for pictures in (plan.pictures, done.taken))
    remarks += [told("class-unread", name=name) for name in plan.classes if name in before - after]
    if done.deep:
        remarks.append(told("deep-pictures", deep=done.deep))
    return tuple(remarks)
