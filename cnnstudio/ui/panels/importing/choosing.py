"""What can be chosen, each with its effect: size, fit, colour, who learns and who checks."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from cnnstudio.data.importing.choices import LARGEST_SIDE, PictureChoices
from cnnstudio.data.importing.pictures import SAMPLE
from cnnstudio.data.importing.preview import Preview
from cnnstudio.data.importing.survey import Survey
from cnnstudio.data.importing.target import target
from cnnstudio.data.pictures.picture import Fit
from cnnstudio.data.preparation.choice import DataChoice
from cnnstudio.data.preparation.split import Split
from cnnstudio.nn.arrays import thousands
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.ui.look.labels import label, set_property
from cnnstudio.ui.look.numbers import size_text
from cnnstudio.ui.panels.importing.painted import PictureChoice, SplitBar, Thumbs

_FITS: dict[Fit, tuple[str, str]] = {
    "crop": ("Crop", "edges cut"),
    "fit": ("Fit", "squeezed"),
    "pad": ("Pad", "bars added"),
}
#: sizes that are offered beside the commonest
_SIZES = ((28, 28), (32, 32), (64, 64))
_OTHER = f"Height and width from 1 to {LARGEST_SIDE}, such as 48×64"
_GROUNDS = {"white": "white", "black": "black"}


class ChoiceColumn(QWidget):
    """The middle column of the sheet."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._survey: Survey | None = None
        self._size = (0, 0)
        self._commonest = (0, 0)
        self._equal = Split().equal
        self._column = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.by_column = self._column_row()
        column.addWidget(self.by_column)
        self.size_words = label("", "secondary", wrap=True)
        column.addLayout(_titled("Size", self.size_words))
        column.addWidget(self._size_row())
        column.addSpacing(10)
        self.shape_words = label("", "secondary", wrap=True)
        column.addLayout(_titled("Pictures of another shape", self.shape_words))
        column.addLayout(self._fit_row())
        column.addSpacing(10)
        self.colour_words = label("", "secondary", wrap=True)
        column.addLayout(_titled("Colour", self.colour_words))
        column.addLayout(self._colour_row())
        column.addSpacing(10)
        column.addWidget(label("Who learns, who checks", "title"))
        self.bar = SplitBar()
        column.addWidget(self.bar)
        self.shares = label("", wrap=True)
        column.addWidget(self.shares)
        column.addLayout(self._split_row())
        column.addWidget(
            label("Pictures that are alike always stay on the same side of the test.", "secondary", wrap=True)
        )
        self.more = QPushButton("More: most per class, transparent grounds")
        self.more.setProperty("role", "link")
        self.more.setCheckable(True)
        column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        self._rest = self._more_row()
        self.more.toggled.connect(self._rest.setVisible)
        column.addWidget(self._rest)
        self._rest.hide()
        column.addStretch(1)

    # what is chosen

    @property
    def choices(self) -> PictureChoices:
        """How files become pictures."""
        fit = next(fit for fit, button in self.fits.items() if button.isChecked())
        chosen = next((name for name, button in self.colours.items() if button.isChecked()), "auto")
        return PictureChoices(
            size=self._size,
            fit=fit,
            colour=chosen,
            ground=self.ground.currentData(),
            test_share=self.test_share.value() / 100,
            test_seed=self.seed.value(),
            per_class=self.per_class.value(),
            label_column=self._column,
        )

    @property
    def split(self) -> Split:
        """What validation gets where the files set nothing aside for it."""
        return Split(share=self.validation.value(), seed=self.seed.value(), equal=self._equal)

    def take_over(self, given: DataChoice) -> None:
        """Begin with what was chosen of these pictures before."""
        chosen = PictureChoices.from_json(dict(given.choices))
        blocked = self.blockSignals(True)
        self._size, self._column, self._equal = chosen.size, chosen.label_column, given.split.equal
        self.fits[cast(Fit, chosen.fit)].setChecked(True)
        if chosen.colour in self.colours:
            self.colours[chosen.colour].setChecked(True)
        self.ground.setCurrentIndex(self.ground.findData(chosen.ground))
        self.test_share.setValue(round(100 * chosen.test_share))
        self.per_class.setValue(chosen.per_class)
        self.validation.setValue(given.split.share)
        self.seed.setValue(min(self.seed.maximum(), chosen.test_seed or given.split.seed))
        self.more.setChecked(chosen.per_class > 0 or chosen.ground != PictureChoices().ground)
        self.blockSignals(blocked)

    # what is shown

    def show_survey(self, survey: Survey) -> None:
        """Show what there is to choose from."""
        self._survey = survey
        given = survey.parts
        for widget in (self.validation, self._validation_words):
            widget.setVisible("validation" not in given)
        for widget in (self.test_share, self._test_words):
            widget.setVisible("test" not in given)
        asks = not {"validation", "test"} <= set(given)
        for widget in (self.seed, self._seed_words):
            widget.setVisible(asks)
        self._tell_sizes(survey)
        self._tell_shares()
        self._offer_columns(survey.columns)
        found, _ = target(list(survey.readable[:SAMPLE]), PictureChoices())
        self._commonest = (found.height, found.width)
        self._name_sizes()

    def show_preview(self, preview: Preview) -> None:
        """Show what each choice does to a picture."""
        survey = self._survey
        assert survey is not None
        odd = preview.odd
        for widget in (self.odd, self._arrow, *self.fits.values()):
            widget.setVisible(odd is not None)
        if odd is None:
            self.shape_words.setText("all that were looked at have this shape")
        else:
            sample = "" if survey.heads_known else " of those looked at"
            self.shape_words.setText(
                f"{thousands(preview.others)}{sample}, such as {odd.name}, {size_text(odd.height, odd.width)}"
            )
            self.odd.show_pictures(odd.pixels[None])
            for fit, button in self.fits.items():
                button.show_picture(odd.fitted[fit])
        for widget in self.colours.values():
            widget.setVisible(preview.colours is not None)
        self._colour_help.setVisible(preview.colours is not None)
        if preview.colours is None:
            self.colour_words.setText("none that was looked at has colours: one number a pixel")
            return
        self.colour_words.setText(
            f"{amount(preview.colourless, 'picture')} without colour" if preview.colourless else ""
        )
        for name, pixels in zip(("rgb", "grey"), preview.colours, strict=True):
            self.colours[name].show_picture(pixels)
        if not any(button.isChecked() for button in self.colours.values()):
            self.colours["rgb" if preview.target.coloured else "grey"].setChecked(True)

    # making

    def _column_row(self) -> QWidget:
        """Seen where a table has several columns that may name the class."""
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 12)
        self.column = QComboBox()
        self.column.setAccessibleName("Column of the classes")
        self.column.setToolTip("Which column of the table names the class of a picture")
        self.column.setPlaceholderText("found by itself")
        self.column.activated.connect(self._take_column)
        line.addWidget(label("Classes", "title"))
        line.addWidget(label("named in the column", "secondary"))
        line.addWidget(self.column, 1)
        row.hide()
        return row

    def _size_row(self) -> QWidget:
        row = QFrame()
        row.setProperty("role", "switch")
        line = QHBoxLayout(row)
        line.setContentsMargins(2, 2, 2, 2)
        line.setSpacing(2)
        self._size_group = QButtonGroup(self)
        self.sizes: list[QPushButton] = []
        for _ in range(4):
            button = QPushButton()
            button.setCheckable(True)
            button.setProperty("role", "segment")
            button.setProperty("tight", "true")
            self._size_group.addButton(button)
            button.clicked.connect(lambda _checked, button=button: self._take_size(button.property("pixels")))
            line.addWidget(button, 1)
            self.sizes.append(button)
        self.sizes[0].setChecked(True)
        self.other_size = QLineEdit()
        self.other_size.setPlaceholderText("Other")
        self.other_size.setToolTip(_OTHER)
        self.other_size.setAccessibleName("Another height and width")
        self.other_size.setMinimumWidth(60)
        self.other_size.editingFinished.connect(self._other_size)
        line.addWidget(self.other_size, 1)
        self._name_sizes()
        return row

    def _fit_row(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(8)
        self.odd = Thumbs(76)
        self.odd.setFixedWidth(84)
        self._arrow = label("→", "soft")
        line.addWidget(self.odd)
        line.addWidget(self._arrow)
        self.fits: dict[Fit, PictureChoice] = {}
        group = QButtonGroup(self)
        for fit, (name, words) in _FITS.items():
            button = PictureChoice(name, words)
            button.clicked.connect(self.changed)
            group.addButton(button)
            line.addWidget(button, 1)
            self.fits[fit] = button
        self.fits["crop"].setChecked(True)
        return line

    def _colour_row(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(8)
        self.colours = {
            "rgb": PictureChoice("Colour", "3 numbers a pixel"),
            "grey": PictureChoice("Grey", "1 number a pixel"),
        }
        group = QButtonGroup(self)
        for button in self.colours.values():
            group.addButton(button)
            button.clicked.connect(self.changed)
            line.addWidget(button, 2)
        words = "Grey takes a third of the memory, but a class may hang on its colour."
        self._colour_help = label(words, "secondary", wrap=True)
        line.addWidget(self._colour_help, 2)
        return line

    def _split_row(self) -> QGridLayout:
        lines = QGridLayout()
        lines.setHorizontalSpacing(6)
        lines.setVerticalSpacing(6)
        self._validation_words, self.validation = label("Validation", "soft"), _spin(1, 90, Split().share, " %")
        self._test_words, self.test_share = label("Test", "soft"), _spin(1, 90, 20, " %")
        self._seed_words, self.seed = label("Seed", "soft"), _spin(0, 2**31 - 1, 0)
        for place, (words, field) in enumerate(
            (
                (self._validation_words, self.validation),
                (self._test_words, self.test_share),
                (self._seed_words, self.seed),
            )
        ):
            row, column = divmod(place, 2)  # three beside each other have no room in a small window
            lines.addWidget(words, row, 2 * column)
            lines.addWidget(field, row, 2 * column + 1)
            field.setAccessibleName(words.text())
            field.valueChanged.connect(self._shares_changed)
        lines.setColumnStretch(4, 1)
        return lines

    def _more_row(self) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        self.per_class = _spin(0, 10**9, 0)
        self.per_class.setSpecialValueText("all")
        self.per_class.setAccessibleName("Most pictures of a class")
        self.per_class.valueChanged.connect(self._shares_changed)
        self.ground = QComboBox()
        self.ground.setAccessibleName("Ground of transparent pictures")
        for name, words in _GROUNDS.items():
            self.ground.addItem(words, name)
        self.ground.currentIndexChanged.connect(self.changed)
        line.addWidget(label("Most of a class", "soft"))
        line.addWidget(self.per_class)
        line.addWidget(label("Ground", "soft"))
        line.addWidget(self.ground)
        line.addStretch(1)
        return row

    # changing

    def _take_size(self, size: tuple[int, int]) -> None:
        self._size = size
        self._size_group.setExclusive(True)
        self.other_size.clear()
        set_property(self.other_size, "invalid", "false")
        self.changed.emit()

    def _other_size(self) -> None:
        text = self.other_size.text().strip()
        if not text:
            return
        numbers = text.lower().replace("×", "x").split("x")
        try:
            height, width = int(numbers[0]), int(numbers[-1])
            fits = len(numbers) <= 2 and min(height, width) >= 1 and max(height, width) <= LARGEST_SIDE
        except ValueError:
            fits = False
        set_property(self.other_size, "invalid", "false" if fits else "true")
        self.other_size.setToolTip(_OTHER)
        if fits and (height, width) != self._size:
            self._size = (height, width)
            self._size_group.setExclusive(False)
            for button in self.sizes:
                button.setChecked(False)
            self.changed.emit()

    def _take_column(self, place: int) -> None:
        self._column = self.column.itemText(place)
        self.changed.emit()

    def _offer_columns(self, columns: tuple[str, ...]) -> None:
        """Let one of several columns of a table be chosen."""
        self.by_column.setVisible(len(columns) > 1)
        if [self.column.itemText(place) for place in range(self.column.count())] != list(columns):
            self.column.clear()
            self.column.addItems(columns)
        self.column.setCurrentIndex(self.column.findText(self._column))

    def _shares_changed(self) -> None:
        self._tell_shares()
        self.changed.emit()

    def _name_sizes(self) -> None:
        """The commonest first, then those that networks often take; the chosen one is marked."""
        self._size_group.setExclusive(False)
        sizes = [size for size in _SIZES if size != self._commonest]
        for button, size in zip(self.sizes, [self._commonest, *sizes], strict=False):
            height, width = size
            button.setText(f"{height}×{width}" if height else "…")
            button.setProperty("pixels", (0, 0) if size == self._commonest else size)
            button.setChecked(size == self._size or (button is self.sizes[0] and self._size == (0, 0)))
        self._size_group.setExclusive(any(button.isChecked() for button in self.sizes))
        self.sizes[-1].setVisible(len(sizes) == len(_SIZES))
        if self._size not in ((0, 0), self._commonest, *sizes):
            self.other_size.setText("×".join(map(str, self._size)))

    def _tell_sizes(self, survey: Survey) -> None:
        if not survey.sizes:
            self.size_words.setText("")
            return
        (height, width, count), known = survey.sizes[0], len(survey.readable)
        sample = "" if survey.heads_known else " looked at"
        if 2 * count < known:
            sides = [side for look in survey.readable for side in (look.height, look.width)]
            large = f"{min(sides)} to {amount(max(sides), 'pixel')}"
            self.size_words.setText(f"{thousands(known)}{sample} have many sizes, sides of {large}")
            return
        of = f"all {thousands(known)}" if count == known else f"{thousands(count)} of {thousands(known)}"
        self.size_words.setText(f"{of}{sample} are {height}×{width}")

    def _tell_shares(self) -> None:
        if self._survey is None:
            return
        shares = divided_counts(self._survey, self.choices, self.split)
        self.bar.show_shares(shares)
        given = " as the files say" if "test" in self._survey.parts else ""
        names = ("train", "validation", "test")
        told = (f"{name} {thousands(count)}" for name, count in zip(names, shares, strict=True))
        self.shares.setText("  ·  ".join(told) + given)


def divided_counts(survey: Survey, choices: PictureChoices, split: Split) -> tuple[int, int, int]:
    """About how many pictures training, validation and test get: equal ones stay together, which may change it."""
    taken = survey.taken(choices.per_class)
    by_part = {part: sum(n for (where, _), n in taken.items() if where == part) for part, _ in taken}
    test = by_part.get("test", 0)
    left = sum(count for part, count in by_part.items() if part in (None, "train"))
    if "test" not in by_part:
        of_class = (n for (where, _), n in taken.items() if where in (None, "train"))
        test = sum(min(max(1, round(choices.test_share * n)), max(0, n - 1)) for n in of_class)
        left -= test
    validation = by_part.get("validation", 0)
    if "validation" not in by_part:
        validation = min(left, max(1, left * split.share // 100))
        left -= validation
    return left, validation, test


def _titled(title: str, words: QWidget) -> QHBoxLayout:
    line = QHBoxLayout()
    line.setSpacing(10)
    line.addWidget(label(title, "title"))
    line.addWidget(words, 1)
    return line


def _spin(low: int, high: int, value: int, suffix: str = "") -> QSpinBox:
    made = QSpinBox()
    made.setRange(low, high)
    made.setValue(value)
    made.setSuffix(suffix)
    made.lineEdit().setTextMargins(4, 0, 0, 0)
    made.setFixedWidth(76)
    return made
