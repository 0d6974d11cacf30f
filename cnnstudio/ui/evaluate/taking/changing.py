"""The picture that is looked at, and the change that is made to it by hand: everything that shows it shows it so."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from cnnstudio.data.preparation.picture_change import PictureChange
from cnnstudio.nn.arrays import Array
from cnnstudio.worker.inspection import Inspection


class Changing(QObject):
    """While somebody ``wants`` it the changed picture is the one that is looked at; otherwise it is as it was."""

    #: another picture, or another change of it
    changed = Signal()

    def __init__(self, inspection: Inspection, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._inspection = inspection
        self._wanted = False
        #: the picture without the change, uint8 (H, W, C), and what it shows
        self.picture: Array | None = inspection.image
        self.label = inspection.label
        self.change = PictureChange()
        self._put: Array | None = None
        inspection.image_changed.connect(self._follow)

    @property
    def shown(self) -> Array | None:
        """The picture with the change."""
        return None if self.picture is None else self.change.of(self.picture[None])[0]

    def want(self, wanted: bool) -> None:
        """Whether the change is to be seen."""
        if wanted != self._wanted:
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
            self._show()
            self.changed.emit()

    def reset(self) -> None:
        """The picture as it is."""
        self.set(**{about.name: about.default for about in PictureChange.settings()})

    def _follow(self) -> None:
        image = self._inspection.image
        if image is None or image is not self._put:
            self.picture, self.label, self._put = image, self._inspection.label, image
            self._show()
            self.changed.emit()

    def _show(self) -> None:
        changes = self._wanted and self.change.changes
        image = self.shown if changes else self.picture
        if image is None or image is self._put:
            return
        self._put = image
        self._inspection.set_image(image, f"{self.label}, changed" if changes else self.label)
