"""Single hostile files: how each is made, how it is opened, and what must be said of it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cnnstudio.data.dataset import DataError
from cnnstudio.design.format.strict import FileFormatError
from cnnstudio.project.file import SaveError
from tests.one_line import is_one_line
from tests.robustness.limited import Trial, Trials

#: how something is opened; what it gives is looked at no further
Ask = Callable[[Path], object]


@dataclass(frozen=True)
class Case:
    """``make`` puts it into an empty folder and gives its path, ``ask`` opens that; ``answer`` is found in the refusal,
    and where it is empty it opens."""

    name: str
    make: Callable[[Path], Path]
    ask: Ask
    answer: str

    def check(self, folder: Path) -> bool:
        """Whether it opens; a failure is an AssertionError, or whatever else ``ask`` raises."""
        path = self.make(folder)
        try:
            self.ask(path)
        except (FileFormatError, DataError, SaveError) as refusal:
            sentence = str(refusal)
            assert self.answer, f"{self.name} is refused: {sentence}"
            assert re.search(self.answer, sentence), f"{self.name}: {sentence}"
            assert is_one_line(sentence) and len(sentence) < 1000 + 2 * len(str(path)), f"{self.name}: {sentence}"
            return False
        assert not self.answer, f"{self.name} opens"
        return True


def trials_of(name: str, cases: Callable[[], list[Case]], count: int, **limits: float) -> Trials:
    """The cases as trials; there are ``count`` of them, which the process that counts the trials need not make."""

    def prepare(folder: Path) -> Trial:
        found = cases()
        assert len(found) == count, f"{name}: {len(found)} cases, not {count}"

        def trial(seed: int, number: int) -> bool:
            home = folder / str(number)
            home.mkdir()
            try:
                return found[number].check(home)
            finally:
                shutil.rmtree(home, ignore_errors=True)

        return trial

    return Trials(name, count, prepare, **limits)


def holding(name: str, content: bytes | Callable[[], bytes]) -> Callable[[Path], Path]:
    """A file of this name."""

    def make(folder: Path) -> Path:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content())
        return path

    return make
