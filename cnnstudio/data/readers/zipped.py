"""A zip of a folder of pictures, read where it lies."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import ClassVar, cast

from cnnstudio.data.dataset import DataError, DataSet
from cnnstudio.data.importing.choices import PictureChoices
from cnnstudio.data.importing.layout import is_picture
from cnnstudio.data.importing.pictures import import_pictures
from cnnstudio.data.importing.zip_listing import directory_size, list_zip, opened_zip
from cnnstudio.data.reader import Cancel, Progress, Reader
from cnnstudio.nn.settings import Described
from cnnstudio.nn.telling.told import Sentence

#: bytes of a zip's directory that is read at once, before anybody waits
_SMALL = 1 << 20
#: members of zips that are something else and may hold pictures beside
_OTHER = frozenset({"manifest.json", "[Content_Types].xml", "META-INF/MANIFEST.MF", "mimetype"})


class PictureZip(Reader):
    """Pictures in a zip."""

    kind: ClassVar[str] = "zip"
    paths: ClassVar[str] = "a zip of such a folder"
    choices: ClassVar[type[Described]] = PictureChoices
    files: ClassVar[tuple[str, ...]] = ("*.zip",)

    def why_not(self, path: Path) -> Sentence | None:
        """It goes by the beginning of the file and the ending of its name."""
        if path.suffix.lower() != ".zip" or not path.is_file():
            return Sentence(
                "{path} is no zip of pictures: choose one that holds a folder of pictures for each class.", path=path
            )
        try:
            if directory_size(path) > _SMALL:
                return None
            with opened_zip(path) as archive:
                if _OTHER.isdisjoint(archive.NameToInfo):
                    return None
        except (DataError, OSError):
            return None  # what is wrong with it is said when it is opened
        return Sentence(
            "{path} is a zip of another kind: choose one that holds a folder of pictures for each class.", path=path
        )

    def open(self, path: Path, choices: Described, progress: Progress = None, cancelled: Cancel = None) -> DataSet:
        """See ``import_pictures``."""
        path = self.recognised(path)
        with closing(list_zip(path)) as listing:
            if not any(is_picture(file) for file in listing.files):
                raise DataError("{path} holds no pictures: unpack it and open what it holds.", path=path)
            return import_pictures(listing, cast(PictureChoices, choices), progress, cancelled)
