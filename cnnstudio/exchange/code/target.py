"""What a target is that is written as code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from shutil import which

from cnnstudio.exchange.exportable import Exportable
from cnnstudio.nn.parameters.parameters import Parameters
from cnnstudio.nn.telling.told import Sentence


@dataclass(frozen=True)
class CodeTarget:
    """``code`` writes the files that follow from the design alone, ``weights`` those with numbers: ``code_files`` and
    ``weight_files``, both by the names under which they lie in a folder of an export. ``place`` says where a file of
    that name lies, and the certificate under ``CERTIFICATE``, for an export at a path. ``script`` computes an export
    with the ``packages``, one of the ``backends`` and one of the ``compilers``, the first of which is the judge; it
    ``trains`` where it takes one step, too. Several files are a ``folder``, which is made. ``shown`` is the code to be
    read, where it is not all of it, and ``weights_in`` finds the weights that stand in the code itself.
    """

    name: str
    title: str
    code: Callable[[Exportable], Mapping[str, str]]
    weights: Callable[[Exportable], Mapping[str, bytes]]
    code_files: tuple[str, ...]
    weight_files: tuple[str, ...]
    place: Callable[[Path, str], Path]
    script: str
    packages: tuple[str, ...] = ()
    backends: tuple[str, ...] = ()
    compilers: tuple[str, ...] = ()
    trains: bool = False
    folder: bool = False
    shown: Callable[[Exportable], Mapping[str, str]] | None = None
    weights_in: Callable[[Exportable, Mapping[str, bytes]], Parameters] | None = None

    @property
    def judge(self) -> str:
        """Who says whether an export computes the same."""
        return (*self.packages, *self.compilers)[0]

    def why_unproven(self) -> Sentence | None:
        """What is missing to compute an export here; None where nothing is."""
        missing = [package for package in self.packages if find_spec(package) is None]
        if self.compilers and not any(map(which, self.compilers)):
            return Sentence("There is no C compiler here ({compilers:commas}).", compilers=self.compilers)
        if not missing and self.backends and not any(map(find_spec, self.backends)):
            return Sentence(
                "{title} computes with one of {backends:commas}, and none of them is installed here.",
                title=self.title, backends=self.backends,
            )  # fmt: skip
        if not missing:
            return None
        return Sentence("{title} is not installed here ({packages:commas}).", title=self.title, packages=tuple(missing))


#: how a certificate is called
CERTIFICATE = "certificate.json"


def in_folder(out: Path, name: str) -> Path:
    """Where a file of an export lies that is a folder; the certificate stands for the folder it lies in."""
    return (out.parent if out.name == CERTIFICATE else out) / name
