"""How the files of a data set were laid out, and what is unusual in it: code → words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cnnstudio.data.dataset import DataSet
from cnnstudio.data.wording.left_out import why_left_out
from cnnstudio.nn.arrays import thousands
from cnnstudio.nn.telling.phrases import Phrase, Phrases, listed
from cnnstudio.nn.telling.told import Told

#: classes, and files left out, that are named
_CLASSES, _FILES = 5, 3


def _in_parts(layout: str) -> Phrase:
    """A layout of pictures, after the parts whose folders they lie in."""

    def phrase(values: Mapping[str, Any]) -> str:
        names = {"train": "training", "validation": "validation", "test": "test"}
        parts = " and ".join(names[part] for part in values["parts"])
        return ", ".join(filter(None, (parts, layout)))

    return phrase


#: to go on a sentence with
LAYOUTS: dict[str, Phrase] = {
    "class-folders": _in_parts("a folder for each class"),
    "names-of-files": _in_parts("classes in the names of the files"),
    "table-of-names": "classes named in {tables:commas}",
    "idx-files": "IDX files",
    "npy-arrays": "arrays in .npy files",
    "npz-arrays": "arrays in an .npz",
    "table-of-pixels": "a CSV of pixels",
    "binary-files": "{version}'s binary files",
}


def _without(values: Mapping[str, Any]) -> str:
    """Names of classes in quotation marks, numbers without."""
    names = [f"“{name}”" if isinstance(name, str) else str(name) for name in values["classes"]]
    if len(names) == 1:
        return f"No picture is of class {names[0]}."
    if len(names) > _CLASSES:
        return (
            f"No pictures are of the classes {', '.join(names[:_CLASSES])} and {thousands(len(names) - _CLASSES)} more."
        )
    return f"No pictures are of the classes {listed(names)}."


REMARKS: dict[str, Phrase] = {
    "without-pictures": _without,
    "class-unread": "No picture of class “{name}” can be read.",
    "many-sizes": "The pictures have many sizes or large ones and were made {size:shape}.",
    "array-unlabelled": "“{name}” has no labels and is left out.",
    "table-unlabelled": "{name} has no labels and is left out.",
    "levels-lost": "{name} holds numbers up to {high:number}: of 65\u202f536 levels 256 are left.",
    "deep-pictures": "{deep:# picture has|# pictures have} more than 8 bits a channel: of up to 65\u202f536 levels 256 "
    "are left.",
}

_PHRASES = Phrases()


def layout_words(layout: Told | None) -> str:
    """How files are laid out, to go on a sentence with; "" for what has none."""
    return "" if layout is None else _PHRASES.said(LAYOUTS[layout.code], dict(layout.values))


def remark_words(remark: Told) -> str:
    """What is unusual in a data set, a sentence."""
    return _PHRASES.said(REMARKS[remark.code], dict(remark.values))


def notice_words(data: DataSet) -> str:
    """What people should hear of a data set: the remarks, and how many files were left out with the first of them; ""
    if there is nothing to tell."""
    notice = [remark_words(remark) for remark in data.remarks]
    if data.left_out:
        shown, more = data.left_out[:_FILES], len(data.left_out) - _FILES
        said = _PHRASES.said("{count:# file was|# files were} left out: ", {"count": len(data.left_out)})
        reasons = (
            _PHRASES.said("{file} ({why:unended})", {"file": each.file, "why": why_left_out(each.why).reason})
            for each in shown
        )
        notice.append(f"{said}{'; '.join(reasons)}{f'; and {thousands(more)} more' if more > 0 else ''}.")
    return " ".join(notice)
