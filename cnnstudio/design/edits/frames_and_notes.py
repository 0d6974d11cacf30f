"""Edits about frames and notes, which are there for people only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from cnnstudio.design.edits.copies import unused
from cnnstudio.design.edits.edits import EditRefused
from cnnstudio.design.format.drawn_format import MOST_FRAMES, MOST_NOTES
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.drawn import LONGEST_NOTE, NOTE_WIDTH, SMALLEST, Frame, Note


def add_frame(design: Design, rect: tuple[float, float, float, float], title: str = "Frame") -> tuple[Design, str]:
    """Draw a frame (left, top, width, height). Returns its id.

    Raises:
        EditRefused: there are too many.
    """
    if len(design.frames) >= MOST_FRAMES:
        raise EditRefused("A design has at most {most} frames.", most=MOST_FRAMES)
    frame_id = unused("frame_1", design.ids, "_")
    title = unused(title, {frame.title for frame in design.frames.values()}, " ")
    design = design.with_changes(frames={**design.frames, frame_id: Frame(title, 0, 0, 0, 0)})
    return reshape(design, frame_id, rect), frame_id


def reshape(design: Design, item_id: str, rect: tuple[float, float, float, float]) -> Design:
    """Give a frame, or a note (its height is its own affair), another place and size."""
    x, y, width, height = rect
    width, height = max(SMALLEST, width), max(SMALLEST, height)
    if item_id in design.frames:
        frame = replace(design.frames[item_id], x=x, y=y, width=width, height=height)
        return design.with_changes(frames={**design.frames, item_id: frame})
    note = replace(design.notes[item_id], x=x, y=y, width=width)
    return design.with_changes(notes={**design.notes, item_id: note})


def shift(design: Design, items: Iterable[str], by: tuple[float, float]) -> Design:
    """Move frames and notes; the cards in a frame are the caller's affair."""
    frames, notes = dict(design.frames), dict(design.notes)
    for item_id in items:
        if item_id in frames:
            frames[item_id] = replace(frames[item_id], x=frames[item_id].x + by[0], y=frames[item_id].y + by[1])
        else:
            notes[item_id] = replace(notes[item_id], x=notes[item_id].x + by[0], y=notes[item_id].y + by[1])
    return design.with_changes(frames=frames, notes=notes)


def retitle(design: Design, frame_id: str, title: str) -> Design:
    """Give a frame another title; it may be empty."""
    title = " ".join(title.split())[:256]
    return design.with_changes(frames={**design.frames, frame_id: replace(design.frames[frame_id], title=title)})


def add_note(design: Design, text: str, position: tuple[float, float], width: float = NOTE_WIDTH) -> tuple[Design, str]:
    """Write a note. Returns its id.

    Raises:
        EditRefused: there are too many, or the text is too long.
    """
    if len(design.notes) >= MOST_NOTES:
        raise EditRefused("A design has at most {most} notes.", most=MOST_NOTES)
    note_id = unused("note_1", design.ids, "_")
    notes = {**design.notes, note_id: Note("", *position, max(SMALLEST, width))}
    return write(design.with_changes(notes=notes), note_id, text), note_id


def write(design: Design, note_id: str, text: str) -> Design:
    """Give a note another text.

    Raises:
        EditRefused: it is longer than 10,000 characters.
    """
    if len(text) > LONGEST_NOTE:
        raise EditRefused(
            "A note has at most {longest:thousands} characters; this one would have {text:thousands}.",
            longest=LONGEST_NOTE,
            text=len(text),
        )
    return design.with_changes(notes={**design.notes, note_id: replace(design.notes[note_id], text=text)})


def remove(design: Design, items: Iterable[str]) -> Design:
    """Delete frames and notes; what lies in a frame stays."""
    gone = frozenset(items)
    return design.with_changes(
        frames={i: frame for i, frame in design.frames.items() if i not in gone},
        notes={i: note for i, note in design.notes.items() if i not in gone},
    )


def copied(design: Design, other: Design, items: Iterable[str], by: tuple[float, float]) -> tuple[Design, list[str]]:
    """The design with copies of some frames and notes of ``other``, shifted, and the copies' ids."""
    made: list[str] = []
    for item_id in items:
        if item_id in other.frames:
            f = other.frames[item_id]
            design, new = add_frame(design, (f.x + by[0], f.y + by[1], f.width, f.height), f.title)
        else:
            n = other.notes[item_id]
            design, new = add_note(design, n.text, (n.x + by[0], n.y + by[1]), n.width)
        made.append(new)
    return design, made
