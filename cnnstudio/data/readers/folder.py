"""A folder of pictures: a folder for each class, in training, validation and test or not, or classes in the names."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, cast

from cnnstudio.data.dataset import DataSet
from cnnstudio.data.importing.choices import PictureChoices
from cnnstudio.data.importing.listing import holds_pictures, is_table_of_names, list_beside, list_folder
from cnnstudio.data.importing.pictures import import_pictures
from cnnstudio.data.reader import Cancel, Progress, Reader
from cnnstudio.nn.settings import Described
from cnnstudio.nn.telling.told import Sentence


class PictureFolder(Reader):
    """Pictures in a folder, or those that a table in their folder names."""

    kind: ClassVar[str] = "folder"
    paths: ClassVar[str] = "a folder that holds a folder of pictures for each class"
    general: ClassVar[bool] = True
    choices: ClassVar[type[Described]] = PictureChoices
    files: ClassVar[tuple[str, ...]] = ("*.csv", "*.tsv")

    def why_not(self, path: Path) -> Sentence | None:
        """It goes by the names of the files."""
        if (path.is_dir() and holds_pictures(path)) or is_table_of_names(path):
            return None
        return Sentence(
            "{path} is no folder of pictures: choose one that holds a folder of pictures for each class.", path=path
        )

    def open(self, path: Path, choices: Described, progress: Progress = None, cancelled: Cancel = None) -> DataSet:
        """See ``import_pictures``."""
        path = self.recognised(path)
        listing = list_folder(path, cancelled) if path.is_dir() else list_beside(path, cancelled)
        return import_pictures(listing, cast(PictureChoices, choices), progress, cancelled)
