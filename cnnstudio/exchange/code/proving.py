"""A network written as code with the proof that it computes the same, and that proof made again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnstudio import __version__
from cnnstudio.design.facts.answers import answers
from cnnstudio.design.format.design_format import design_from_json, design_to_json
from cnnstudio.design.format.strict import LARGEST_JSON, Checked, FileFormatError, parse
from cnnstudio.exchange.certificate import (
    STEP_PICTURES,
    STEP_RATE,
    Certificate,
    Compared,
    after_one_step,
    certificate_from,
    computing_logits,
    how_many,
    labels,
    pictures,
)
from cnnstudio.exchange.code.apart import NotComputed, computing
from cnnstudio.exchange.code.target import CERTIFICATE, CodeTarget
from cnnstudio.exchange.exportable import Exportable, ExportRefused
from cnnstudio.exchange.proof import OURS, Proving, in_parts
from cnnstudio.files.atomic import replace_file
from cnnstudio.files.plain import read_plain
from cnnstudio.nn.graph.graph import GraphError
from cnnstudio.nn.parameters.parameters import untrained_parameters
from cnnstudio.nn.telling.told import Sentence

_MOST_BYTES = 4 << 30


def exporting(target: CodeTarget, network: Exportable, out: Path, *, check: bool = True, seed: int = 0) -> Proving:
    """Prove a network and write it, in steps: what the certificate says was measured on the bytes that are written, and
    nothing is written before the last step. Without ``check``, or where the target is not installed, it says that
    nobody has measured anything.

    Raises:
        GraphError: the design is no classifier.
        ExportRefused: it holds a layer that cannot be written there.
        NotComputed: it could not be computed; it is written, and the certificate says that nothing is proven.
        OSError: it cannot be written.
    """
    design = network.design.with_changes(classes=network.classes)
    network = replace(network, design=design)
    files = {name: text.encode() for name, text in target.code(network).items()} | dict(target.weights(network))
    shape = network.shape(network.ends.input)
    images = pictures(shape, how_many(shape), seed)
    share = OURS / 2 if target.trains else OURS
    ours = yield from in_parts(computing_logits(network, images), len(images), share)
    after = None
    if target.trains:
        stepped = after_one_step(network, images[:STEP_PICTURES], seed)
        after = Compared((yield from in_parts(computing_logits(stepped, images), len(images), share, share)))
    certificate = Certificate(
        target=target.name,
        judge="",
        versions={"cnnstudio": __version__, "numpy": np.__version__},
        pictures=len(images),
        seed=seed,
        files={name: _mark(content) for name, content in files.items()},
        design=design_to_json(design),
        answers=Compared(ours),
        after_step=after,
    )
    if check and target.why_unproven() is None:
        try:
            certificate = yield from _measured(target, network, files, certificate)
        except NotComputed:
            _write_all(target, out, files, certificate)
            raise
    _write_all(target, out, files, certificate)
    return certificate


@dataclass(frozen=True, eq=False)
class Claim:
    """What a certificate says of the files beside it, which may be run: ``certificate`` without anything measured, the
    ``network`` that they are written for, and their bytes by name."""

    certificate: Certificate
    network: Exportable
    files: Mapping[str, bytes]


def verifying(target: CodeTarget, out: Path, *, run_changed_code: bool = False) -> Proving:
    """Compute an export once more, in steps and in a process of its own.

    Raises:
        FileFormatError: as ``claim``.
        NotComputed: it could not be computed.
        OSError: it cannot be read.
    """
    found = claim(target, out, run_changed_code=run_changed_code)
    certificate = yield from _measured(target, found.network, found.files, found.certificate)
    return certificate


def claim(target: CodeTarget, out: Path, *, run_changed_code: bool = False) -> Claim:
    """What may be run of an export: only if each of its files is what the certificate says and its code what this
    program writes for the certificate's design, or where ``run_changed_code`` says that it may be whatever it is.

    Raises:
        FileFormatError: the certificate is damaged, or not about these files.
        OSError: it cannot be read.
    """
    at = target.place(out, CERTIFICATE)
    claimed = certificate_from(parse(read_plain(at, LARGEST_JSON), at.name))
    network = _network_of(claimed, at.name)
    files = {
        name: read_plain(target.place(out, name), _MOST_BYTES) for name in (*target.code_files, *target.weight_files)
    }
    try:
        if target.weights_in is not None:
            network = replace(network, parameters=target.weights_in(network, files))
        written = {name: text.encode() for name, text in target.code(network).items()}
    except (GraphError, ExportRefused) as error:
        raise FileFormatError(at.name, "design", "{why}", "Export the network again.", why=error) from error
    (classes,), shape = network.shape(network.ends.softmax), network.shape(network.ends.input)
    if claimed.answers.logits.shape[1] != classes or claimed.pictures > how_many(shape):
        raise FileFormatError(at.name, "", "Its logits are not those of its design.", "Export the network again.")
    if not run_changed_code:
        _refuse_changes(target, out, claimed, files, written)
    return Claim(claimed, network, files)


def _refuse_changes(
    target: CodeTarget, out: Path, claimed: Certificate, files: Mapping[str, bytes], written: Mapping[str, bytes]
) -> None:
    for name, content in files.items():
        why = None
        if claimed.files.get(name) != _mark(content):
            why = Sentence("It was changed after it was exported, so it is not run.")
        elif name in written and written[name] != content:
            why = Sentence("It is not what this program writes for its design, so it is not run.")
        if why:
            remedy = Sentence("Export the network again, or run it all the same with --run-changed-code.")
            raise FileFormatError(target.place(out, name).name, "", why, remedy)


def _network_of(claimed: Certificate, file: str) -> Exportable:
    design = design_from_json(Checked(claimed.design, file, "design"))
    return Exportable(design, untrained_parameters(design.graph, 0), answers(design, ()))


def _measured(target: CodeTarget, network: Exportable, files: Mapping[str, bytes], claimed: Certificate) -> Proving:
    images = pictures(network.shape(network.ends.input), claimed.pictures, claimed.seed)
    given: dict[str, NDArray[Any]] = {"images": images}
    if claimed.after_step is not None:
        classes = claimed.answers.logits.shape[1]
        count = min(STEP_PICTURES, len(images))
        given |= {
            "labels": labels(classes, count, claimed.seed),
            "seed": np.array(claimed.seed),
            "rate": np.array(STEP_RATE),
        }
    with closing(computing(files, target.script, given)) as process:
        while (found := next(process)) is None:
            yield OURS
    after = claimed.after_step
    return replace(
        claimed,
        judge=target.judge,
        versions={**claimed.versions, **found.versions},
        answers=claimed.answers.to(_array(found.arrays, "logits")),
        after_step=None if after is None else after.to(_array(found.arrays, "after_step")),
    )


def _array(arrays: Mapping[str, NDArray[Any]], name: str) -> NDArray[Any]:
    """One of the arrays found; of no shape at all where it is missing or holds no numbers."""
    found = arrays.get(name, np.zeros(0))
    return found if found.dtype.kind == "f" else np.zeros(0)


def _mark(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _bytes_of(certificate: Certificate) -> bytes:
    return json.dumps(certificate.to_json(), sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False).encode()


def _write_all(target: CodeTarget, out: Path, files: Mapping[str, bytes], certificate: Certificate) -> None:
    if target.folder:
        out.mkdir(exist_ok=True)
    for name, content in {**files, CERTIFICATE: _bytes_of(certificate)}.items():
        _write(target.place(out, name), content)


def _write(path: Path, content: bytes) -> None:
    def check(written: Path) -> None:
        if written.read_bytes() != content:
            raise OSError("what was written is not what lies there")

    replace_file(path, lambda file: file.write(content), check, backup=False)
