"""Why a file or a picture is not taken, and what would help: code → words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from cnnstudio.nn.telling.phrases import Phrase, Phrases
from cnnstudio.nn.telling.told import Told


class Why(NamedTuple):
    """The phrases of the reason, and of a sentence that says what would help, or ""."""

    reason: Phrase
    remedy: Phrase = ""


LEFT_OUT: dict[str, Why] = {
    # files of a folder
    "no-picture": Why("It is no picture."),
    "unread-ending": Why("Pictures in {format} are not read: save it as PNG or JPEG."),
    "packed": Why("Packed files within are not unpacked: unpack it first."),
    "folder-unlisted": Why("The folder cannot be listed ({why})."),
    "out-of-sight": Why("It cannot be looked at ({why})."),
    "link-out": Why("It is a link that leads out of the folder, to a folder or to nothing."),
    "no-file": Why("It is neither a file nor a folder."),
    "too-deep": Why("It lies more than {deepest} folders deep."),
    # files of a zip
    "out-of-the-zip": Why("Its name leads out of the zip."),
    "same-name": Why("The zip holds another file of this name."),
    "link": Why("It is a link."),
    "encrypted": Why("It is encrypted: unpack the zip with its password first."),
    "bomb": Why("It would grow to more than {times} times its size."),
    "damaged-in-zip": Why("It is damaged within the zip: make the zip again."),
    "packed-otherwise": Why("It cannot be unpacked ({why})."),
    # of which class they are
    "beside-the-parts": Why("It lies in none of the folders for training, validation or test."),
    "of-no-class": Why("Nothing says of which class it is."),
    "beside-the-classes": Why("It lies in no class's folder."),
    "name-without-class": Why("Its name does not begin with a class."),
    "in-no-row": Why("No row of {tables:commas} names it."),
    "only-in-a-row": Why("{table} names it, but there is no such picture."),
    "row-without-class": Why("{table} names no class for it."),
    # what the pictures are like
    "too-many-megabytes": Why("It has {size:thousands}\u202fMB, more than the {most}\u202fMB that a picture may have."),
    "too-many-bytes": Why("It has more than {most}\u202fMB.", "Make the picture smaller first."),
    "nothing-in-it": Why("It is empty, no picture."),
    "unread-format": Why("Pictures in HEIC or AVIF are not read.", "Save it as a PNG or JPEG and open that."),
    "unknown-format": Why("It is no picture that can be read.", "Use a PNG or JPEG."),
    "endless-pixels": Why("It has too many pixels.", "Make it smaller first."),
    "too-many-pixels": Why("{size:×# pixel is|# pixels are} too many.", "Make it smaller first."),
    "no-brightness": Why("Its numbers go from {low:g} to {high:g}; 0 to 1, 255 or 65\u202f535 are read."),
    "damaged": Why("It is damaged and cannot be read."),
    "rows-missing": Why("It cannot be read: some of its rows are missing."),
    "no-memory": Why("It cannot be read: there is not enough memory for it."),
    "unreadable": Why("It cannot be read ({why})."),
    "no-such-input": Why("The Input layer takes neither grey images nor colours, so no picture fits it."),
}

_PHRASES = Phrases()


class WhyWords(NamedTuple):
    """The reason, a sentence, and another that says what would help, or ""."""

    reason: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.reason} {self.remedy}".rstrip()


def why_left_out(why: Told) -> WhyWords:
    """Why a file or a picture is not taken; as a text it is all sentences there are."""
    phrases, values = LEFT_OUT[why.code], dict(why.values)
    return WhyWords(_PHRASES.said(phrases.reason, values), _PHRASES.said(phrases.remedy, values))


@dataclass(frozen=True)
class NotTaken:
    """Why a picture is not taken, among the values of a sentence."""

    why: Told

    def __str__(self) -> str:
        return str(why_left_out(self.why))
