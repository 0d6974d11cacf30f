"""Models of other programs by the endings of their files, each with what reads it."""

from __future__ import annotations

from pathlib import Path

from cnnstudio.design.format.strict import FileFormatError
from cnnstudio.exchange.installed import why_no_keras, why_no_onnx
from cnnstudio.exchange.reading.layers_read import ImportRefused
from cnnstudio.exchange.reading.project import Imported, ImportStopped

_MISSING = {".onnx": why_no_onnx, ".keras": why_no_keras}
#: endings of the models of other programs
MODELS = tuple(_MISSING)


class StoppedModel(FileFormatError):
    """A model cannot be represented here as a whole; ``so_far`` is what comes before that, to be looked at."""

    def __init__(self, file: str, why: ImportStopped) -> None:
        super().__init__(file, "", why.sentence, "")
        self.so_far = why.so_far


def read_model(path: Path, ending: str = "") -> Imported:
    """The network in a file with one of these endings, or of the format with this ``ending``, whatever its own.

    Raises:
        StoppedModel: something in it cannot be represented here, but what comes before can.
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
    except ImportStopped as error:
        raise StoppedModel(path.name, error) from error
    except ImportRefused as error:
        raise FileFormatError(path.name, "", error.sentence, "") from error
