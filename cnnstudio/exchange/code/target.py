"""What a target is that is written as Python code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from cnnstudio.exchange.exportable import Exportable
from cnnstudio.nn.telling.told import Sentence


@dataclass(frozen=True)
class CodeTarget:
    """``code`` writes the files that follow from the design alone, ``weights`` those with numbers: ``code_files`` and
    ``weight_files``, both by the names under which they lie in a folder of an export. ``place`` says where a file of
    that name lies, and the certificate under ``CERTIFICATE``, for an export at a path. ``script`` computes an export
    with the ``packages``, the first of which is the judge; it ``trains`` where it takes one step, too. Several files
    are a ``folder``, which is made.
    """

    name: str
    title: str
    code: Callable[[Exportable], Mapping[str, str]]
    weights: Callable[[Exportable], Mapping[str, bytes]]
    code_files: tuple[str, ...]
    weight_files: tuple[str, ...]
    place: Callable[[Path, str], Path]
    script: str
    packages: tuple[str, ...]
    trains: bool = False
    folder: bool = False

    @property
    def judge(self) -> str:
        """The package that says whether an export computes the same."""
        return self.packages[0]

    def why_unproven(self) -> Sentence | None:
        """What is missing to compute an export here; None where nothing is."""
        missing = [package for package in self.packages if find_spec(package) is None]
        if not missing:
            return None
        return Sentence("{title} is not installed here ({packages:commas}).", title=self.title, packages=tuple(missing))


#: how a certificate is called
CERTIFICATE = "certificate.json"
