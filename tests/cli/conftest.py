"""The command line in this process, and a small data set for it."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from programs import Said

from cnnstudio.cli.main import main
from cnnstudio.data.dataset import Examples
from cnnstudio.data.library import preview


@pytest.fixture
def cnnstudio(capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """A command carried out in this process."""

    def run(*arguments: object) -> Said:
        code = main([str(argument) for argument in arguments])
        return Said(code, *capsys.readouterr())

    return run


@pytest.fixture(scope="session")
def digits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with 1,000 training and 200 test digits in IDX files: nine hundred to learn from."""
    folder = tmp_path_factory.mktemp("digits")
    data = preview("digits")
    for prefix, split in (("train", data.train), ("t10k", data.test)):
        _write(folder, prefix, split)
    return folder


def _write(folder: Path, prefix: str, split: Examples) -> None:
    header = b"".join(number.to_bytes(4) for number in (0x803, len(split), 28, 28))
    (folder / f"{prefix}-images-idx3-ubyte").write_bytes(header + split.pixels.tobytes())
    header = b"".join(number.to_bytes(4) for number in (0x801, len(split)))
    (folder / f"{prefix}-labels-idx1-ubyte").write_bytes(header + split.labels.astype(np.uint8).tobytes())
