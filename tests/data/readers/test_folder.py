"""A folder of pictures is understood whatever its layout; no bad file ends an import, and each is named."""

from __future__ import annotations

import io
import os
import shutil
import struct
import sys
import threading
import time
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from painted import classes_of, painted, pixels_of, write_files
from PIL import Image

from cnnstudio.data.dataset import Cancelled, DataError, DataSet
from cnnstudio.data.importing import stored
from cnnstudio.data.library import open_data
from cnnstudio.data.wording.found import notice_words
from cnnstudio.data.wording.left_out import why_left_out

pytestmark = pytest.mark.usefixtures("empty_cache")


def counts(data: DataSet) -> dict[str, dict[str, int]]:
    """How many pictures of each class each part has."""
    return {
        part: {name: int((found.labels == place).sum()) for place, name in enumerate(data.classes)}
        for part, found in data.parts.items()
    }


def all_of(data: DataSet) -> dict[str, int]:
    """How many pictures each class has in all parts."""
    found = counts(data)
    return {name: sum(part[name] for part in found.values()) for name in data.classes}


def with_choices(path: Path, **choices: Any) -> DataSet:
    return open_data(path, **choices)


def table(*rows: str) -> bytes:
    return "\n".join(rows).encode()


GOOD = painted(7)
FLAT = [f"{name}.{number}.png" for name in ("cat", "dog") for number in range(5)]
#: what lies in the folder, and how many pictures of each class each part must have; None: a fifth is held back
LAYOUTS: dict[str, tuple[dict[str, bytes], dict[str, dict[str, int]] | None]] = {
    "class folders": (classes_of("cat", "dog"), None),
    "folder in a folder": (classes_of("cat", "dog", inside="pets/"), None),
    "three folders around": (classes_of("cat", "dog", inside="a/b/c/"), None),
    "pictures deeper in a class": (
        {f"{name}/{number}/{number}.png": painted(number) for name in ("cat", "dog") for number in range(5)},
        None,
    ),
    "train and test": (
        classes_of("cat", "dog", inside="train/") | classes_of("cat", "dog", count=2, first=50, inside="test/"),
        {"train": {"cat": 5, "dog": 5}, "test": {"cat": 2, "dog": 2}},
    ),
    "all three under other names": (
        classes_of("cat", "dog", inside="Pets/Training_Set/")
        | classes_of("cat", "dog", count=3, first=20, inside="Pets/valid/")
        | classes_of("cat", "dog", count=2, first=50, inside="Pets/Test/"),
        {"train": {"cat": 5, "dog": 5}, "validation": {"cat": 3, "dog": 3}, "test": {"cat": 2, "dog": 2}},
    ),
    "train and validation only": (
        classes_of("cat", "dog", inside="train/") | classes_of("cat", "dog", count=3, first=20, inside="val/"),
        {"train": {"cat": 4, "dog": 4}, "validation": {"cat": 3, "dog": 3}, "test": {"cat": 1, "dog": 1}},
    ),
    "Cat in train is cat in test": (
        classes_of("Cat", "dog", inside="train/") | classes_of("cat", "DOG", count=2, first=50, inside="test/"),
        {"train": {"Cat": 5, "dog": 5}, "test": {"Cat": 2, "dog": 2}},
    ),
    "names with a dot": ({name: painted(at) for at, name in enumerate(FLAT)}, None),
    "names with a line": ({name.replace(".", "_", 1): painted(at) for at, name in enumerate(FLAT)}, None),
    "names with brackets": (
        {name.replace(".", " (", 1).replace(".", ").", 1): painted(at) for at, name in enumerate(FLAT)},
        None,
    ),
    "names in capitals": ({name.upper(): painted(at) for at, name in enumerate(FLAT)}, None),
    "names in train and an unlabelled test": (
        {f"train/{name}": painted(at) for at, name in enumerate(FLAT)} | {f"test1/{at}.png": GOOD for at in range(3)},
        None,
    ),
    "a table with a heading": (
        {f"images/{at}.png": painted(at) for at in range(10)}
        | {"labels.csv": table("file,label", *(f"{at}.png,{'cat' if at < 5 else 'dog'}" for at in range(10)))},
        None,
    ),
    "a table without a heading, a semicolon, no endings": (
        {f"{at:03}.png": painted(at) for at in range(10)}
        | {"labels.csv": table(*(f"{'cat' if at < 5 else 'dog'};{at:03}" for at in range(10)))},
        None,
    ),
    "a table with paths and parts": (
        {f"img/{at}.png": painted(at) for at in range(10)}
        | {
            "about.csv": table(
                "id,split,width,path,species",
                *(
                    f"{at},{'test' if at % 5 == 4 else 'train'},8,./img/{at}.png,{'cat' if at < 5 else 'dog'}"
                    for at in range(10)
                ),
            )
        },
        {"train": {"cat": 4, "dog": 4}, "test": {"cat": 1, "dog": 1}},
    ),
    "two tables": (
        {f"img/{at}.png": painted(at) for at in range(10)}
        | {
            "trainLabels.csv": table("id,label", *(f"{at},{'cat' if at < 4 else 'dog'}" for at in range(8))),
            "test.csv": table("id,label", "8,cat", "9,dog"),
        },
        {"train": {"cat": 4, "dog": 4}, "test": {"cat": 1, "dog": 1}},
    ),
    "parts with a word before or after": (
        classes_of("cat", "dog", inside="seg_train/seg_train/")
        | classes_of("cat", "dog", count=2, first=50, inside="seg_test/seg_test/")
        | {f"seg_pred/seg_pred/{at}.png": GOOD for at in range(3)},
        {"train": {"cat": 5, "dog": 5}, "test": {"cat": 2, "dog": 2}},
    ),
    "parts in camel case": (
        classes_of("cat", "dog", inside="trainImages/")
        | classes_of("cat", "dog", count=3, first=20, inside="valImages/")
        | classes_of("cat", "dog", count=2, first=50, inside="holdout/"),
        {"train": {"cat": 5, "dog": 5}, "validation": {"cat": 3, "dog": 3}, "test": {"cat": 2, "dog": 2}},
    ),
    "a table with paths from elsewhere": (
        {f"images/{at}.png": painted(at) for at in range(10)}
        | {
            "labels.csv": table(
                "filename,width,class,xmin",
                *(f"/home/ada/pets/images/{at}.png,8,{'cat' if at < 5 else 'dog'},1" for at in range(10)),
            )
        },
        None,
    ),
    "a table from Windows in UTF-16": (
        {f"images/{at}.png": painted(at) for at in range(10)}
        | {
            "labels.csv": table(
                "file;label", *(f"images\\{at}.png;{'cat' if at < 5 else 'dog'}" for at in range(10))
            ).decode().encode("utf-16")
        },
        None,
    ),
    "a column for each class": (
        {f"images/{at}.png": painted(at) for at in range(10)}
        | {"truth.csv": table("image,Cat,dog,bird", *(f"{at},{(at < 5):.1f},{(at >= 5):.1f},0.0" for at in range(10)))},
        None,
    ),
    "a list with spaces": (
        {f"images/{at}.png": painted(at) for at in range(10)}
        | {"list.txt": table(*(f"images/{at}.png {'cat' if at < 5 else 'dog'}" for at in range(10)))},
        None,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", LAYOUTS)
def test_every_layout_is_understood_without_a_question(case: str, tmp_path: Path) -> None:
    files, parts = LAYOUTS[case]
    data = open_data(write_files(tmp_path / "in", files))
    if parts is not None:
        assert counts(data) == parts
        return
    assert {name.lower() for name in data.classes} == {"cat", "dog"}
    assert list(all_of(data).values()) == [5, 5]
    assert list(counts(data)["test"].values()) == [1, 1], "a fifth of each class is held back"


def test_a_class_may_be_called_like_a_part(tmp_path: Path) -> None:
    """Of vehicles, “train” is one, and “steam train” beside “test track” is no place for tests."""
    assert all_of(open_data(write_files(tmp_path / "a", classes_of("bus", "train")))) == {"bus": 5, "train": 5}
    files = classes_of("bus", "steam train")
    assert all_of(open_data(write_files(tmp_path / "b", files))) == {"bus": 5, "steam train": 5}


def test_a_table_is_opened_for_the_pictures_that_it_names(tmp_path: Path) -> None:
    folder = write_files(tmp_path / "in", {f"images/{at}.png": painted(at) for at in range(12)})
    (folder / "other.csv").write_bytes(table("file,label", "0.png,no", "1.png,yes"))
    (folder / "mine.csv").write_bytes(table("file,label", *(f"{at}.png,{'abc'[at % 2]}" for at in range(10))))
    data = open_data(folder / "mine.csv")
    assert all_of(data) == {"a": 5, "b": 5} and data.source == str(folder / "mine.csv")
    assert sorted(each.file for each in data.left_out) == ["images/10.png", "images/11.png"]
    (folder / "prices.csv").write_bytes(table("what,price", "tea,1.50", "milk,2.50"))
    with pytest.raises(DataError, match=r"prices\.csv names no pictures beside it.*or open the folder"):
        open_data(folder / "prices.csv")


def test_litter_of_systems_disturbs_nothing_and_is_not_told_of(tmp_path: Path) -> None:
    litter = ("__MACOSX/cat/._1.png", "cat/Thumbs.db", ".DS_Store", "dog/.hidden.png", "desktop.ini", ".git/a/b.png")
    data = open_data(write_files(tmp_path / "in", classes_of("cat", "dog") | dict.fromkeys(litter, b"x")))
    assert data.classes == ("cat", "dog")
    assert all_of(data) == {"cat": 5, "dog": 5}
    assert data.left_out == () and notice_words(data) == ""


def test_classes_that_are_numbers_are_ordered_by_their_value(tmp_path: Path) -> None:
    data = open_data(write_files(tmp_path / "in", classes_of("10", "9", "1", "2")))
    assert data.classes == ("1", "2", "9", "10")


def test_numbers_that_are_the_whole_name_are_no_classes(tmp_path: Path) -> None:
    numbered = {f"{at}.png": painted(at) for at in range(10, 40)}
    with pytest.raises(DataError, match="nothing says of which class each is"):
        open_data(write_files(tmp_path / "in", numbered))
    rows = [f"{at}.png,{'xy'[at % 2]},{'abc'[at % 3]},{at}" for at in range(10, 40)]
    table = {"labels.csv": "\n".join(["file,mood,animal,age", *rows]).encode()}
    folder = write_files(tmp_path / "with a table", numbered | table)
    assert open_data(folder).classes == ("x", "y")
    assert open_data(folder, label_column="animal").classes == ("a", "b", "c")
    several = {f"{label}_{at}.png": painted(at) for at, label in enumerate("0123" * 3)}
    assert open_data(write_files(tmp_path / "two numbers", several)).classes == ("0", "1", "2", "3")


def test_an_empty_folder_is_a_class_without_pictures_and_said(tmp_path: Path) -> None:
    folder = write_files(tmp_path / "in", classes_of("cat", "dog"))
    (folder / "eel").mkdir()
    data = open_data(folder)
    assert data.classes == ("cat", "dog", "eel")
    assert notice_words(data) == "No picture is of class “eel”."


REFUSED: dict[str, tuple[dict[str, bytes], str]] = {
    "one class": (classes_of("cat"), "of one class, “cat”: there is nothing to tell apart"),
    "no classes": ({f"IMG_{at}.png": painted(at) for at in range(4)}, "4 pictures, but nothing says of which class"),
    "names that tell nothing": ({f"holiday{'x' * at}.png": painted(at) for at in range(4)}, "nothing says of which"),
    "one class in train and test": (
        classes_of("cat", inside="train/") | classes_of("cat", first=20, inside="test/"),
        "nothing to tell apart",
    ),
    "all broken": (dict.fromkeys(classes_of("cat", "dog"), b"\x89PNG"), "None of the 10 pictures"),
    "one class that can be read": (classes_of("cat") | {"dog/1.png": b""}, "of one class, “cat”"),
    "one picture of each and no test": (classes_of("cat", "dog", count=1), "one picture of each class, so none can be"),
    "one picture over and over": (
        {f"{name}/{at}.png": GOOD for name in ("cat", "dog") for at in range(4)},
        "leaves no picture for the test, as equal ones stay together",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_learned_from_is_refused_in_a_sentence_and_leaves_nothing(
    case: str, tmp_path: Path, empty_cache: Path
) -> None:
    files, told = REFUSED[case]
    with pytest.raises(DataError) as refusal:
        open_data(write_files(tmp_path / "in", files))
    assert told in str(refusal.value)
    assert str(tmp_path / "in") in str(refusal.value) and str(refusal.value).endswith(".")
    assert [path for path in empty_cache.rglob("*") if path.is_file()] == []


def saved(image: Image.Image, kind: str = "PNG", **how: Any) -> bytes:
    held = io.BytesIO()
    image.save(held, kind, **how)
    return held.getvalue()


def png_of(width: int, height: int, rows: bytes = b"", claimed: bytes = b"") -> bytes:
    """A PNG whose head promises what it likes."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", claimed)


LARGE = Image.fromarray(pixels_of(9, 64, 64))
#: files that give no picture, and what is said of each
HOSTILE: dict[str, tuple[bytes, str]] = {
    "empty.png": (b"", "It is empty, no picture."),
    "cut.png": (GOOD[:-30], "cannot be read"),
    "half.jpg": (saved(LARGE, "JPEG")[:700], "cannot be read"),
    "head.jpg": (saved(LARGE, "JPEG")[:20], "no picture|cannot be read"),
    "head.png": (GOOD[:16], "no picture|cannot be read"),
    "text.png": (b"Dear reader", "no picture that can be read"),
    "zeros.jpg": (bytes(1000), "no picture that can be read"),
    "script.png": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "no picture that can be read"),
    "vector.png": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no picture that can be read"),
    "pcx.bmp": (saved(LARGE, "PCX"), "no picture that can be read"),
    "tga.tif": (saved(LARGE, "TGA"), "no picture that can be read"),
    "poster.png": (png_of(40_000, 40_000), "too many"),
    "bomb.png": (png_of(9_000, 9_000, bytes(1000)), "too many"),
    "huge.png": (png_of(2**31 - 1, 2**31 - 1), "too many|cannot be read|no picture"),
    "nothing.png": (png_of(0, 5), "cannot be read|no picture"),
    "rows.png": (png_of(50, 50, bytes(151 * 3)), "some of its rows are missing"),
    "crc.png": (GOOD[:29] + b"xxxx" + GOOD[33:], "cannot be read|no picture"),
    "stripes.tif": (saved(LARGE, "TIFF")[:400], "cannot be read|no picture"),
    "loop.tif": (b"II*\0\x08\0\0\0\xff\xff" + bytes(60), "cannot be read|no picture"),
    "short.gif": (b"GIF89a\x05\0\x05\0", "cannot be read|no picture"),
    "short.bmp": (saved(LARGE, "BMP")[:90], "cannot be read|no picture"),
    "short.webp": (saved(LARGE, "WEBP")[:60], "cannot be read|no picture"),
    "negative.tiff": (saved(Image.fromarray(np.full((4, 4), -3, np.float32)), "TIFF"), "Its numbers go from"),
    "nan.tiff": (saved(Image.fromarray(np.full((4, 4), np.nan, np.float32)), "TIFF"), "Its numbers go from"),
    "notes.txt": (b"about", "It is no picture."),
    "model.h5": (b"\x89HDF", "It is no picture."),
    "inner.zip": (b"PK", "unpack it first"),
    "phone.heic": (b"\0\0\0\x18ftypheic", "save it as PNG or JPEG"),
    "new.avif": (b"\0\0\0\x18ftypavif", "save it as PNG or JPEG"),
    "film.mp4": (b"\0\0\0\x18ftypisom", "It is no picture."),
}
#: unusual pictures of 8×6 that are taken
ODD: dict[str, bytes] = {
    "bits.png": saved(Image.fromarray(pixels_of(1)).convert("1")),
    "wide.png": saved(Image.fromarray((pixels_of(2)[..., 0].astype(np.uint16)) * 257)),
    "palette.gif": saved(Image.fromarray(pixels_of(3)).convert("P"), "GIF"),
    "print.jpg": saved(Image.fromarray(pixels_of(4)).convert("CMYK"), "JPEG"),
    "film.gif": saved(LARGE.convert("P"), "GIF", save_all=True, append_images=[LARGE.convert("P").rotate(90)]),
    "clear.png": saved(Image.new("RGBA", (8, 6), (255, 0, 0, 0))),
    "named like a jpeg.jpg": painted(6),
    "SHOUTED.PNG": painted(8),
    "float.tiff": saved(Image.fromarray(np.linspace(0, 1, 48, dtype=np.float32).reshape(6, 8)), "TIFF"),
    "grey alpha.png": saved(Image.fromarray(pixels_of(5)).convert("LA")),
}


def test_hostile_files_are_left_out_by_name_and_odd_ones_are_taken(tmp_path: Path) -> None:
    assert len(HOSTILE) >= 30
    bad = {f"dog/{name}": content for name, (content, _) in HOSTILE.items()}
    folder = write_files(tmp_path / "in", classes_of("cat", "dog") | bad | {f"cat/{n}": c for n, c in ODD.items()})
    data = open_data(folder)
    said = {each.file: str(why_left_out(each.why)) for each in data.left_out}
    assert sorted(said) == sorted(bad)
    for name, (_, reasons) in HOSTILE.items():
        told = said[f"dog/{name}"]
        assert any(reason in told for reason in reasons.split("|")), f"{name}: {told}"
        assert told.endswith(".")
    assert all_of(data) == {"cat": 5 + len(ODD), "dog": 5}
    assert f"{len(bad)} files were left out: dog/bomb.png" in notice_words(data)
    assert "2 pictures have more than 8 bits" in notice_words(data)


def _broken_off() -> dict[str, bytes]:
    """Pictures of six formats that end too early."""
    kinds = {"png": "PNG", "jpg": "JPEG", "bmp": "BMP", "gif": "GIF", "webp": "WEBP", "tif": "TIFF"}
    whole = {ending: saved(LARGE, kind) for ending, kind in kinds.items()}
    return {
        f"cut {share}.{ending}": content[: len(content) * share // 100]
        for ending, content in whole.items()
        for share in (5, 20, 40, 60, 80)
    }


def test_sixty_hostile_files_among_forty_good_ones_leave_exactly_these(tmp_path: Path) -> None:
    bad = {f"dog/{name}": content for name, (content, _) in HOSTILE.items()}
    bad |= {f"cat/{name}": content for name, content in _broken_off().items()}
    good = {
        f"{name}/{at}.jpg": painted(20 * place + at) for place, name in enumerate(("cat", "dog")) for at in range(20)
    }
    assert (len(bad), len(good)) == (60, 40)
    data = open_data(write_files(tmp_path / "in", good | bad))
    assert all_of(data) == {"cat": 20, "dog": 20}
    assert sorted(each.file for each in data.left_out) == sorted(bad)
    assert data.image_shape == (6, 8, 3)


@pytest.mark.skipif(sys.platform == "win32", reason="needs links and pipes")
def test_links_out_of_the_folder_pipes_and_names_that_are_no_text(tmp_path: Path) -> None:
    outside = write_files(tmp_path / "outside", {"secret.png": painted(77)})
    folder = write_files(tmp_path / "in", classes_of("cat", "dog"))
    (folder / "cat" / "out.png").symlink_to(outside / "secret.png")
    (folder / "loop").symlink_to(folder)
    (folder / "cat" / "dead.png").symlink_to(folder / "nowhere.png")
    (folder / "cat" / "within.png").symlink_to(folder / "dog" / "0.png")
    os.mkfifo(folder / "dog" / "pipe.png")
    strange = os.fsencode(folder / "cat") + b"/gr\xfc\xdf.png"
    Path(os.fsdecode(strange)).write_bytes(b"no picture")
    eel = Path(os.fsdecode(os.fsencode(folder) + b"/\xe4l"))
    eel.mkdir()
    shutil.copy(folder / "cat" / "0.png", eel / "1.png")
    deep = folder / "dog" / "/".join("abcdefghi")
    write_files(deep, {"deep.png": painted(1)})
    data = open_data(folder)
    said = {each.file: str(why_left_out(each.why)) for each in data.left_out}
    assert set(said) == {
        "cat/out.png", "loop", "cat/dead.png", "dog/pipe.png", "cat/gr\\xfc\\xdf.png", "dog/a/b/c/d/e/f/g/h"
    }  # fmt: skip
    assert "link" in said["cat/out.png"] and "neither" in said["dog/pipe.png"]
    assert all_of(data) == {"cat": 6, "dog": 5, "\\xe4l": 1}


def test_pictures_become_the_commonest_size_and_choices_are_kept(tmp_path: Path) -> None:
    odd = Image.new("RGB", (20, 6), "white")
    odd.paste("red", (0, 0, 6, 6))
    folder = write_files(tmp_path / "in", classes_of("cat", "dog") | {"cat/wide.png": saved(odd)})
    data = open_data(folder)
    assert data.image_shape == (6, 8, 3)
    assert data.sizes == ((6, 8, 10), (6, 20, 1))
    reds = {
        how: int((with_choices(folder, fit=how, size=(6, 6)).train.pixels[..., 1] == 0).all(axis=1).sum())
        for how in ("crop", "fit", "pad")
    }
    assert reds["crop"] < reds["fit"], "the red edge is cut off, or squeezed into sight"
    grey = with_choices(folder, size=(4, 5), colour="grey", per_class=3, test_share=0.5, test_seed=3)
    assert grey.image_shape == (4, 5, 1)
    assert all_of(grey) == {"cat": 3, "dog": 3}
    assert (
        grey.fingerprint
        == with_choices(folder, size=(4, 5), colour="grey", per_class=3, test_share=0.5, test_seed=3).fingerprint
    )
    with pytest.raises(DataError, match="size must be"):
        with_choices(folder, size=(4, -5))


def test_pixels_come_through_unchanged_upright_and_on_the_ground_that_was_chosen(tmp_path: Path) -> None:
    upright = Image.fromarray(pixels_of(1))
    exif = Image.Exif()
    exif[0x0112] = 6
    lying = saved(upright.rotate(90, expand=True), "PNG", exif=exif)
    clear = saved(Image.new("RGBA", (8, 6), (0, 0, 0, 0)))
    folder = write_files(
        tmp_path / "in", {"a/1.png": lying, "a/2.png": saved(upright), "b/1.png": clear, "b/2.png": painted(3)}
    )
    data = with_choices(folder, ground="black", test_share=0.5)
    found = {part.pixels[at].tobytes() for part in data.parts.values() for at in range(len(part))}
    assert found == {pixels_of(1).tobytes(), pixels_of(3).tobytes(), bytes(144)}
    assert data.sizes == ((6, 8, 4),), "the one that lies on its side counts as it is seen"


def test_a_16_bit_picture_is_divided_by_257_whatever_its_brightest_pixel(tmp_path: Path) -> None:
    dark = np.full((6, 8), 3 * 257 + 5, np.uint16)
    wide = saved(Image.fromarray(dark))
    folder = write_files(tmp_path / "in", {f"{name}/{at}.png": wide for name in "ab" for at in range(3)})
    (folder / "a" / "other.png").write_bytes(painted(1, channels=1))
    (folder / "b" / "other.png").write_bytes(painted(2, channels=1))
    data = open_data(folder)
    assert data.image_shape == (6, 8, 1)
    assert {3} in [set(picture.ravel().tolist()) for picture in (*data.train.pixels, *data.test.pixels)]


def test_equal_pictures_never_land_on_both_sides(tmp_path: Path) -> None:
    files = {f"{name}/{at}.png": painted(at // 4 + 50 * (name == "dog")) for name in ("cat", "dog") for at in range(40)}
    files |= {
        f"{name}/re-encoded {at}.bmp": painted(50 * (name == "dog") + at, "BMP")
        for name in ("cat", "dog")
        for at in range(10)
    }
    for seed in range(3):
        data = with_choices(write_files(tmp_path / "in", files), test_seed=seed)
        sides = [{picture.tobytes() for picture in part.pixels} for part in (data.train, data.test)]
        assert sides[0].isdisjoint(sides[1]) and all(sides)
        assert all(8 <= number <= 14 for number in counts(data)["test"].values())


def test_an_import_is_kept_and_believed_only_while_it_is_sound(tmp_path: Path, empty_cache: Path) -> None:
    folder = write_files(tmp_path / "in", classes_of("cat", "dog") | {"cat/bad.png": b"", "eel/x.txt": b""})
    first = open_data(folder)
    hidden = folder.rename(tmp_path / "moved")
    hidden.rename(folder)
    again = open_data(folder)
    assert (again.fingerprint, again.content, again.left_out, notice_words(again), again.sizes, again.layout) == (
        first.fingerprint, first.content, first.left_out, notice_words(first), first.sizes, first.layout
    )  # fmt: skip
    (pixels,) = empty_cache.rglob("*.pixels")
    pixels.write_bytes(bytes(pixels.stat().st_size))
    assert open_data(folder).fingerprint == first.fingerprint
    (folder / "cat" / "0.png").write_bytes(painted(999))
    assert open_data(folder).fingerprint != first.fingerprint
    assert {file.suffix for file in empty_cache.rglob("*") if file.is_file()} <= {".json", ".pixels"}


@pytest.mark.parametrize("damage", ["nothing", "an older one", "labels", "words"])
def test_a_damaged_note_of_an_import_is_not_believed(tmp_path: Path, empty_cache: Path, damage: str) -> None:
    folder = write_files(tmp_path / "in", classes_of("cat", "dog"))
    first = open_data(folder)
    (note,) = empty_cache.rglob("*.json")
    sound = note.read_text()
    note.write_text(
        {
            "nothing": "",
            "an older one": sound.partition("\n")[2],
            "labels": sound.replace('"train": [', f'"train": [{10**30}, ', 1),
            "words": sound.replace('"remarks": []', '"remarks": [[]]'),
        }[damage]
    )
    assert note.read_text() != sound
    assert stored.load(note.stem) is None and open_data(folder).fingerprint == first.fingerprint


def test_without_a_usable_cache_the_pictures_are_still_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_files(tmp_path / "in", classes_of("cat", "dog"))
    kept = open_data(folder).fingerprint
    (tmp_path / "file").write_bytes(b"in the way")
    monkeypatch.setenv("CNNSTUDIO_CACHE", str(tmp_path / "file" / "cache"))
    assert open_data(folder).fingerprint == kept


def test_the_oldest_imports_go_when_there_is_no_room(
    tmp_path: Path, empty_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cnnstudio.data.importing.stored.BUDGET", 3500)
    folders = [write_files(tmp_path / name, classes_of("cat", "dog", first=at)) for at, name in enumerate("abc")]
    for folder in folders:
        open_data(folder)  # 1,440 bytes each
    kept = {note.read_text().split('"name": "')[1][0] for note in empty_cache.rglob("*.json")}
    assert kept == {"b", "c"}
    with pytest.raises(
        DataError,
        match=r"would take 300\u202fkB, more than the 3.5\u202fkB that imports may take: choose a smaller size",
    ):
        with_choices(folders[0], size=(100, 100))


def test_progress_is_told_and_a_cancel_is_heard_at_once_and_leaves_nothing(tmp_path: Path, empty_cache: Path) -> None:
    folder = write_files(tmp_path / "in", classes_of("cat", "dog", count=150))
    heard: list[float] = []
    open_data(folder, heard.append)
    assert heard == sorted(heard) and heard[-1] == 1.0 and len(heard) > 10
    for file in empty_cache.rglob("*"):
        if file.is_file():
            file.unlink()
    told: list[float] = []
    with pytest.raises(Cancelled):
        open_data(folder, told.append, lambda: bool(told) and told[-1] > 0.4)
    assert told[-1] < 0.6
    assert [path for path in empty_cache.rglob("*") if path.is_file()] == []
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("import")]


@pytest.mark.slow
def test_a_cancel_is_heard_while_large_pictures_are_read(tmp_path: Path, empty_cache: Path) -> None:
    """A thread has sixteen of them before it, and nobody waits for these."""
    photo = saved(Image.fromarray(pixels_of(1, 900, 1200)).resize((3000, 2000)), "JPEG", quality=90)
    folder = write_files(
        tmp_path / "in",
        {f"{part}/{name}/{at}.jpg": photo for part in ("train", "test") for name in "ab" for at in range(10)},
    )
    times: list[float] = []

    def reading() -> bool:
        if not times and any(file.suffix == ".tmp" for file in empty_cache.rglob("*")):
            times.append(time.monotonic())
        return bool(times)

    began = time.monotonic()
    open_data(folder, size=(8, 8))
    whole = time.monotonic() - began
    with pytest.raises(Cancelled):
        open_data(folder, cancelled=reading)
    assert time.monotonic() - times[0] < whole / 3
    assert {file.suffix for file in empty_cache.rglob("*") if file.is_file()} <= {".json", ".pixels"}


NAME_TABLES: dict[str, tuple[bytes, int]] = {
    "a file that is not there": (
        table("file,label", "0.png,cat", "1.png,dog", "2.png,cat", "3.png,dog", "9.png,cat"),
        4,
    ),
    "no class": (table("file,label", "0.png,cat", "1.png,dog", "2.png,", "3.png,dog", "4.png,cat"), 4),
    "a short row": (table("file,label", "0.png,cat", "1.png,dog", "2.png", "3.png,dog", "4.png,cat"), 4),
    "a name twice": (table("file,label", "0.png,cat", "1.png,dog", "0.png,dog", "3.png,dog", "4.png,cat"), 4),
    "a way out": (table("file,label", "../../in/0.png,cat", "1.png,dog", "3.png,dog", "4.png,cat"), 3),
    "slashes of Windows": (table("file,label", ".\\0.png,cat", "1.png,dog", "3.png,dog", "4.png,cat"), 4),
    "capitals": (table("FILE,LABEL", "0.PNG,cat", "1.PNG,dog", "3.PNG,dog", "4.PNG,cat"), 4),
    "a program for a spreadsheet": (table("file,label", "0.png,=1+1", "1.png,dog", "3.png,dog", "4.png,=1+1"), 4),
}


@pytest.mark.parametrize("case", NAME_TABLES)
def test_odd_tables_of_names_are_read_as_far_as_they_go(case: str, tmp_path: Path) -> None:
    rows, count = NAME_TABLES[case]
    folder = write_files(tmp_path / "in", {f"{at}.png": painted(at) for at in range(5)} | {"about.csv": rows})
    data = open_data(folder)
    assert len(data.classes) == 2 and sum(all_of(data).values()) == count
    assert len(data.left_out) >= 5 - count


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe\x00", b"word", b'"0.png,cat\n' * 9, table("a,b", "1,2", "3,4"), b"0.png," + b"x" * 9_000_000],
    ids=["empty", "no text", "a word", "open quotes", "something else", "an endless cell"],
)
def test_a_table_that_names_no_pictures_is_a_file_like_any_other(content: bytes, tmp_path: Path) -> None:
    data = open_data(write_files(tmp_path / "in", classes_of("cat", "dog") | {"about.csv": content}))
    assert [each.file for each in data.left_out] == ["about.csv"]
    assert all_of(data) == {"cat": 5, "dog": 5}


def test_what_a_killed_import_left_is_swept_but_not_what_is_being_written(tmp_path: Path, empty_cache: Path) -> None:
    left = write_files(empty_cache / "imports", {".cnnstudio-old.tmp": b"half", ".cnnstudio-new.tmp": b"half"})
    os.utime(left / ".cnnstudio-old.tmp", (time.time() - 86400,) * 2)
    open_data(write_files(tmp_path / "in", classes_of("cat", "dog")))
    assert [file.name for file in left.glob("*.tmp")] == [".cnnstudio-new.tmp"]


def test_each_picture_knows_its_file_when_it_is_opened_again_too(tmp_path: Path) -> None:
    folder = write_files(tmp_path / "pets", classes_of("cat", "dog") | {"cat/broken.png": b"no picture"})
    for _ in range(2):
        data = open_data(folder)
        for part, examples in data.parts.items():
            for index in range(len(examples)):
                name, number = data.file_of(part, index).removesuffix(".png").split("/")
                assert data.classes[examples.labels[index]] == name
                expected = pixels_of(int(number) + 100 * ("cat", "dog").index(name))
                assert np.array_equal(examples.pixels[index], expected)
