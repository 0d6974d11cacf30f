"""What is told of data sets, in words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tiny_set import tiny

from cnnstudio.data.dataset import LeftOut
from cnnstudio.data.pictures.picture import PictureError, reason_of
from cnnstudio.data.wording.found import layout_words, notice_words, remark_words
from cnnstudio.data.wording.left_out import LEFT_OUT, why_left_out
from cnnstudio.nn.telling.told import Told, told, worded

PLAIN = tiny(np.zeros((12, 4, 5, 1), np.uint8))


@pytest.mark.parametrize(
    ("classes", "words"),
    [
        (("eel",), "No picture is of class “eel”."),
        ((3,), "No picture is of class 3."),
        (("eel", "fox"), "No pictures are of the classes “eel” and “fox”."),
        ((1, 2, 4), "No pictures are of the classes 1, 2 and 4."),
        (tuple(range(5)), "No pictures are of the classes 0, 1, 2, 3 and 4."),
        (tuple(range(2000)), "No pictures are of the classes 0, 1, 2, 3, 4 and 1\u202f995 more."),
    ],
)
def test_classes_without_pictures_are_named_up_to_five(classes: tuple[str | int, ...], words: str) -> None:
    assert remark_words(told("without-pictures", classes=classes)) == words


@pytest.mark.parametrize(
    ("layout", "words"),
    [
        (None, ""),
        (told("class-folders", parts=()), "a folder for each class"),
        (told("class-folders", parts=("train", "test")), "training and test, a folder for each class"),
        (
            told("names-of-files", parts=("train", "validation", "test")),
            "training and validation and test, classes in the names of the files",
        ),
        (told("table-of-names", tables=("a.csv", "b.csv")), "classes named in a.csv, b.csv"),
        (told("binary-files", version="CIFAR-10"), "CIFAR-10's binary files"),
    ],
)
def test_layouts_go_on_a_sentence(layout: Told | None, words: str) -> None:
    assert layout_words(layout) == words


def test_a_notice_is_what_is_unusual_and_the_first_files_left_out() -> None:
    assert notice_words(PLAIN) == ""
    bad = [LeftOut(f"{at}.png", told("too-many-bytes", most=64)) for at in range(1002)]
    assert notice_words(replace(PLAIN, left_out=tuple(bad[:1]))) == (
        "1 file was left out: 0.png (It has more than 64\u202fMB)."
    )
    assert notice_words(replace(PLAIN, left_out=tuple(bad), remarks=(told("class-unread", name="eel"),))) == (
        "No picture of class “eel” can be read. 1\u202f002 files were left out: 0.png (It has more than 64\u202fMB); "
        "1.png (It has more than 64\u202fMB); 2.png (It has more than 64\u202fMB); and 999 more."
    )


def test_a_reason_comes_with_what_would_help_where_there_is_something() -> None:
    reason, remedy = words = why_left_out(told("too-many-pixels", size=(40_000, 1)))
    assert (reason, remedy) == ("40000×1 pixels are too many.", "Make it smaller first.")
    assert str(words) == f"{reason} {remedy}"
    assert str(why_left_out(told("link"))) == "It is a link."
    assert all(isinstance(each.reason, str) and each.reason.endswith(".") for each in LEFT_OUT.values())


def test_an_error_is_told_by_its_reason_and_a_system_in_its_own_words() -> None:
    refused = PictureError("a.png", told("nothing-in-it"))
    assert worded(refused) == "a.png: It is empty, no picture." and reason_of(refused) == told("nothing-in-it")
    assert str(why_left_out(reason_of(PermissionError(13, "Permission denied")))) == (
        "It cannot be read (Permission denied)."
    )
    assert "damaged" in str(why_left_out(reason_of(OSError("image file is truncated"))))
