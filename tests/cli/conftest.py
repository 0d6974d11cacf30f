"""The command line in this process, and a small data set for it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from programs import Said

from cnnstudio.cli.main import main
from tests.robustness.kills import write_digits


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
    return write_digits(tmp_path_factory.mktemp("digits") / "digits")
