"""What is worth a look in a data set: pictures that occur twice, such on which there is nothing, and odd ones."""

from __future__ import annotations

from dataclasses import dataclass

from cnnstudio.data.dataset import DataSet
from cnnstudio.data.reader import Cancel, Progress
from cnnstudio.data.review.catalogue import LEFT_OUT, Catalogue
from cnnstudio.data.review.duplicates import blank_pictures, exact_duplicates, near_duplicates
from cnnstudio.data.review.unlike import odd_pictures

#: rows of pictures that belong together
Groups = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, eq=False)
class Oddities:
    """Rows of a catalogue of the data; see ``duplicates.py`` and ``unlike.py``."""

    data: DataSet
    exact: Groups
    near: Groups
    blank: Groups
    odd: Groups


def oddities(catalogue: Catalogue, progress: Progress = None, cancelled: Cancel = None) -> Oddities:
    """All there are among the pictures that are not left out.

    Raises:
        Cancelled: ``cancelled`` answered yes.
    """
    exact = exact_duplicates(catalogue, cancelled)
    near = near_duplicates(catalogue, exact, progress, cancelled)
    blank = blank_pictures(catalogue, cancelled)
    known = set(blank)
    odd = tuple((row,) for row in odd_pictures(catalogue, cancelled) if row not in known)
    return Oddities(catalogue.data, exact, near, tuple((row,) for row in blank), odd)


def remaining(groups: Groups, catalogue: Catalogue) -> Groups:
    """Those of which there still is what was found, now that pictures may be left out."""
    return tuple(group for group in groups if _used(group, catalogue) >= min(2, len(group)))


def across(groups: Groups, catalogue: Catalogue) -> int:
    """How many groups have pictures that are used for different things: a network is then tested on what it learned."""
    used = ({int(catalogue.parts[row]) for row in group} - {LEFT_OUT} for group in groups)
    return sum(len(parts) > 1 for parts in used)


def _used(group: tuple[int, ...], catalogue: Catalogue) -> int:
    return sum(int(catalogue.parts[row]) != LEFT_OUT for row in group)
