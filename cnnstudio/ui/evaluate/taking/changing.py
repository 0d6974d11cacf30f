"""The picture that is looked at, and the change that is made to it by hand: everything that shows it shows it so."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from cnnstudio.data.preparation.picture_change import PictureChange
from cnnstudio.nn.arrays import Array
from cnnstudio.worker.inspection import Inspection


class Changing(QObject):
    """While somebody ``wants`` it the changed picture is the one that is looked at; otherwise it is as it was."""

    #: another change of the picture, or another picture
    changed = Signal()
    #: another picture
    turned = Signal()

    def __init__(self, inspection: Inspection, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._inspection = inspection
        self._wanted = False
        self.change = PictureChange()
        self._take()
        inspection.image_changed.connect(self._follow)

    def want(self, wanted: bool) -> None:
        """Whether the change is to be seen."""
        self._wanted = wanted
        self._show()

    def set(self, **settings: float) -> None:
        """Change it otherwise.

        Raises:
            SettingError: a value beyond its limits.
        """
        change = self.change.replace(**settings)
        if change != self.change:
            self.change = change
            self._work_out()
            self._show()
            self.changed.emit()

    def reset(self) -> None:
        """The picture as it is."""
        self.set(**{about.name: about.default for about in PictureChange.settings()})

    def _follow(self) -> None:
        if self._inspection.image is not self._put:
            self._take()
            self._show()
            self.turned.emit()
            self.changed.emit()

    def _take(self) -> None:
        #: the picture without the change, uint8 (H, W, C), and what it shows
        self.picture: Array | None = self._inspection.image
        self.label = self._inspection.label
        #: what everybody looks at
        self._put = self.picture
        self._work_out()

    def _work_out(self) -> None:
        #: the picture with the change
        self.shown = self.picture
        if self.picture is not None and self.change.changes:
            self.shown = self.change.of(self.picture[None])[0]

    def _show(self) -> None:
        image = self.shown if self._wanted else self.picture
        if image is not None and image is not self._put:
            self._put = image
            self._inspection.set_image(image, self.label if image is self.picture else f"{self.label}, changed")
