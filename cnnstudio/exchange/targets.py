"""What a network can be exported to: each target by its name, with how it is written and proven."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cnnstudio.design.format.strict import LARGEST_JSON, FileFormatError, parse
from cnnstudio.exchange.c.target import C
from cnnstudio.exchange.certificate import Certificate
from cnnstudio.exchange.code.proving import exporting, verifying
from cnnstudio.exchange.code.target import CERTIFICATE, CodeTarget, in_folder
from cnnstudio.exchange.exportable import Exportable, ExportRefused
from cnnstudio.exchange.installed import why_no_onnx
from cnnstudio.exchange.keras.target import KERAS
from cnnstudio.exchange.numpy.target import NUMPY
from cnnstudio.exchange.proof import Proving, finished
from cnnstudio.exchange.torch.target import PYTORCH
from cnnstudio.files.plain import exists, is_folder, read_plain
from cnnstudio.nn.telling.told import Sentence


@dataclass(frozen=True)
class Target:
    """``exporting`` proves a network, if it is to be checked, and writes it to a path; ``verifying`` proves it once
    more, also code that was changed if that may run. Both go in steps and tell how far they have come; whoever stops an
    export before its end finds nothing changed. ``code`` are the
    texts that are written, by name, as they are to be read, and ``named`` says where each file of an export at a path
    lies. ``ending`` is what a path ends in, "" for a folder. ``why_not`` says what is missing to write it,
    ``why_unproven`` what to compute it here. ``always_checked`` where the proof lies in what is written, so that it is
    made whether it is asked for or not; ``abridged`` where the code to be read leaves out the numbers in it.
    """

    name: str
    title: str
    ending: str
    exporting: Callable[[Exportable, Path, bool], Proving]
    verifying: Callable[[Path, bool], Proving]
    code: Callable[[Exportable], Mapping[str, str]]
    named: Callable[[Path], Sequence[tuple[str, Path]]]
    why_not: Callable[[], Sentence | None]
    why_unproven: Callable[[], Sentence | None]
    always_checked: bool = False
    abridged: bool = False

    def why_unchecked(self) -> Sentence | None:
        """What is missing to check here what was written; None where nothing is."""
        return self.why_not() or self.why_unproven()

    def files(self, out: Path) -> list[Path]:
        """All that is written for a path."""
        return [path for _, path in self.named(out)]


def _of_code(target: CodeTarget, ending: str) -> Target:
    return Target(
        target.name,
        target.title,
        ending,
        lambda network, out, check: exporting(target, network, out, check=check),
        lambda path, run_changed_code: verifying(target, path, run_changed_code=run_changed_code),
        target.shown or target.code,
        lambda out: [
            (name, target.place(out, name)) for name in (*target.code_files, *target.weight_files, CERTIFICATE)
        ],
        lambda: None,
        target.why_unproven,
        abridged=target.shown is not None,
    )


def _exporting_onnx(network: Exportable, out: Path, check: bool) -> Generator[float, None, Certificate]:
    from cnnstudio.exchange.onnx.exporting import exporting_onnx

    yield 0.0  # what is imported takes a while
    certificate = yield from exporting_onnx(network, out)
    return certificate


def _verifying_onnx(path: Path, run_changed_code: bool) -> Generator[float, None, Certificate]:
    from cnnstudio.exchange.onnx.exporting import verifying_onnx

    yield 0.0
    certificate = yield from verifying_onnx(path)
    return certificate


TARGETS: Mapping[str, Target] = {
    target.name: target
    for target in (
        _of_code(PYTORCH, ""),
        _of_code(KERAS, ""),
        Target(
            "onnx", "ONNX", ".onnx", _exporting_onnx, _verifying_onnx, lambda network: {},
            lambda out: [("", out)], why_no_onnx, lambda: None, always_checked=True,
        ),
        _of_code(NUMPY, ".py"),
        _of_code(C, ".h"),
    )
}  # fmt: skip


def target_for(out: Path) -> Target | None:
    """The target that the ending of a path tells, if it tells one."""
    return next((target for target in TARGETS.values() if target.ending == out.suffix.lower() != ""), None)


def _told_in(certificate: Path) -> object:
    """The target that a certificate names; None where it cannot be read, which whoever verifies it says."""
    try:
        return parse(read_plain(certificate, LARGEST_JSON), certificate.name).mapping()["target"].value
    except (OSError, KeyError, FileFormatError):
        return None


def in_the_way(target: Target, out: Path) -> Sentence | None:
    """What of somebody else an export to a path would replace; None where there is nothing, or an earlier export to the
    same target. An ONNX file is one file, whose name says what it is."""
    places = dict(target.named(out))
    if CERTIFICATE not in places or (told := _told_in(places[CERTIFICATE])) == target.name:
        return None
    there = [name for name, path in places.items() if exists(path)]
    if not there:
        return None
    if isinstance(told, str) and told in TARGETS:
        return Sentence(
            "{path} is an export to {other}, which one to {title} would replace.", path=out, other=TARGETS[told].title,
            title=target.title,
        )  # fmt: skip
    return Sentence("{file} is already there, and no export to {title}.", file=places[there[0]], title=target.title)


def exported_as(path: Path) -> Target:
    """The target of what was exported to a path: of code any of its files stands for all."""
    if is_folder(path) or path.name == CERTIFICATE:
        return TARGETS["keras" if _told_in(in_folder(path, CERTIFICATE)) == "keras" else "pytorch"]
    if path.name.endswith((".h", f".h.{CERTIFICATE}")):
        return TARGETS["c"]
    if path.name.endswith((".py", ".npz", f".{CERTIFICATE}")):
        return TARGETS["numpy"]
    return TARGETS["onnx"]


def verify(path: str | Path, *, run_changed_code: bool = False) -> Certificate:
    """Compute an exported network once more in its own program, code in a process of its own.

    Raises:
        FileFormatError: there is no certificate, it is damaged or not about this export; code that was changed since
            is not run unless ``run_changed_code`` says so.
        ExportRefused: a package is missing to compute it here.
        NotComputed: it could not be computed.
        OSError: it cannot be read.
    """
    target = exported_as(Path(path))
    if (missing := target.why_unchecked()) is not None:
        raise ExportRefused(missing)
    return finished(target.verifying(Path(path), run_changed_code))
