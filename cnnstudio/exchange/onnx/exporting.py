"""A network as an ONNX file with the proof in its metadata, and the proof made again from the file alone."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import onnx

from cnnstudio import __version__
from cnnstudio.design.format.design_format import design_to_json
from cnnstudio.design.format.strict import FileFormatError, parse
from cnnstudio.exchange.certificate import (
    Certificate,
    Compared,
    certificate_from,
    computing_logits,
    how_many,
    pictures,
)
from cnnstudio.exchange.exportable import Exportable
from cnnstudio.exchange.onnx.judging import judge_of, judging_logits
from cnnstudio.exchange.onnx.writing import onnx_model
from cnnstudio.exchange.proof import OURS, Proving, in_parts
from cnnstudio.files.atomic import replace_file
from cnnstudio.files.plain import read_plain
from cnnstudio.nn.arrays import Shape

#: the key in the metadata
PROOF = "certificate"
#: a certificate names the file it lies in so: what it says is about the model without its metadata
_ITSELF = "this model without its metadata"
_MOST_BYTES = (1 << 31) - 1


def exporting_onnx(network: Exportable, out: Path, *, seed: int = 0) -> Proving:
    """Prove the network and write it as one file, in steps: what the certificate says was measured on what is written,
    and nothing is written before the last step.

    Raises:
        GraphError, ExportRefused: as ``onnx_model``.
        OSError: it cannot be written there.
    """
    model = onnx_model(network)
    shape = network.shape(network.ends.input)
    images = pictures(shape, how_many(shape), seed)
    ours = yield from in_parts(computing_logits(network, images), len(images), OURS)
    certificate = yield from _compared(
        Certificate(
            target="onnx", judge="", versions={"cnnstudio": __version__}, pictures=len(images), seed=seed,
            files={_ITSELF: _mark(model)}, design=design_to_json(network.design),
            answers=Compared(ours),
        ),
        model,
        shape,
        OURS,
    )  # fmt: skip
    entry = model.metadata_props.add()
    entry.key, entry.value = PROOF, json.dumps(certificate.to_json(), sort_keys=True)
    content = model.SerializeToString(deterministic=True)
    replace_file(out, lambda file: file.write(content), lambda path: _same(path, content), backup=False)
    return certificate


def verifying_onnx(path: Path) -> Proving:
    """The certificate of a file, measured again in steps: the logits are those that the engine had when it was written.

    Raises:
        FileFormatError: it is no ONNX file, holds no certificate, or is not what the certificate was made for.
        OSError: it cannot be read.
    """
    claimed, model, shape = claim_of(path)
    certificate = yield from _compared(claimed, model, shape, 0.0)
    return certificate


def claim_of(path: Path) -> tuple[Certificate, onnx.ModelProto, Shape]:
    """The certificate of a file, with nothing measured, the model that it is about, and the shape (H, W, C) of its
    pictures.

    Raises:
        FileFormatError, OSError: as ``verifying_onnx``.
    """
    model = _read(path)
    found = [entry.value for entry in model.metadata_props if entry.key == PROOF]
    if len(found) != 1:
        raise FileFormatError(path.name, "", "It holds no certificate.", "Only what CNN Studio has exported holds one.")
    # a text that is no UTF-8 comes as bytes, whatever its type says; it is no certificate
    claimed = certificate_from(parse(str(found[0]).encode(), path.name, PROOF))
    if claimed.files != {_ITSELF: _mark(model)}:
        raise FileFormatError(
            path.name, "", "It was changed after it was exported, so its certificate is not about it.",
            "Export the network again.",
        )  # fmt: skip
    extents = [axis.dim_value for value in model.graph.input for axis in value.type.tensor_type.shape.dim[1:]]
    if len(extents) != 3 or min(extents) < 1:
        raise FileFormatError(path.name, "", "It takes no pictures.", "Export the network again.")
    channels, height, width = extents
    if claimed.pictures > how_many((height, width, channels)):
        raise FileFormatError(
            path.name, PROOF, "It asks for more pictures than are looked at.", "Export the network again."
        )  # fmt: skip
    return claimed, model, (height, width, channels)


def _compared(certificate: Certificate, model: onnx.ModelProto, shape: tuple[int, ...], begun: float) -> Proving:
    name, version, compute = judge_of(model)
    images = pictures(shape, certificate.pictures, certificate.seed)
    theirs = yield from in_parts(judging_logits(compute, images), len(images), 1.0 - begun, begun)
    versions = {**certificate.versions, "onnx": onnx.__version__, name: version}
    return replace(certificate, judge=name, versions=versions, answers=certificate.answers.to(theirs))


def _mark(model: onnx.ModelProto) -> str:
    """The sha256 of a model without its metadata."""
    bare = onnx.ModelProto()
    bare.CopyFrom(model)
    del bare.metadata_props[:]
    return hashlib.sha256(bare.SerializeToString(deterministic=True)).hexdigest()


def _read(path: Path) -> onnx.ModelProto:
    raw = read_plain(path, _MOST_BYTES)
    try:
        model = onnx.load_model_from_string(raw)
        onnx.checker.check_model(model)
    except Exception as error:  # the readers of protobuf and onnx raise whatever they like
        raise FileFormatError(
            path.name, "", "It is no ONNX model, or a damaged one.", "Choose another file."
        ) from error
    return model


def _same(path: Path, content: bytes) -> None:
    if path.read_bytes() != content:
        raise OSError("what was written is not what lies there")
