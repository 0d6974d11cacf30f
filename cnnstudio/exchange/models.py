"""Models of other programs by the endings of their files, each with what reads it."""

from __future__ import annotations

from pathlib import Path

from cnnstudio.design.format.strict import FileFormatError
from cnnstudio.exchange.installed import why_no_keras, why_no_onnx
from cnnstudio.exchange.reading.layers_read import ImportRefused
from cnnstudio.exchange.reading.project import Imported

_MISSING = {".onnx": why_no_onnx, ".keras": why_no_keras}
#: endings of the models of other programs
MODELS = tuple(_MISSING)


def read_model(path: Path, ending: str = "") -> Imported:
    """The network in a file with one of these endings, or of the format with this ``ending``, whatever its own.

    Raises:
        FileFormatError: it is damaged, cannot be represented here, or a package is missing to read it; the sentence
            says which.
        OSError: it cannot be read.
    """
    ending = ending or path.suffix.lower()
    if (missing := _MISSING[ending]()) is not None:
        raise FileFormatError(path.name, "", missing, "")
    try:
        if ending == ".onnx":
            from cnnstudio.exchange.onnx.reading import read_onnx

            return read_onnx(path)
        from cnnstudio.exchange.keras.reading import read_keras

        return read_keras(path)
    except ImportRefused as error:
        raise FileFormatError(path.name, "", error.sentence, "") from error
