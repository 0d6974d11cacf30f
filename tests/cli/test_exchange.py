"""``export`` for other programs and ``verify``: what is said and the exit codes."""

from __future__ import annotations

import contextlib
import io
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import onnx
import pytest
from exportables import around

from cnnstudio.cli.main import main
from cnnstudio.design.format.design_format import write_design
from cnnstudio.design.templates import template
from cnnstudio.project.file import load_project
from cnnstudio.project.project import untrained

pytestmark = pytest.mark.slow  # each proves what it writes

#: stands for a small design among the words of a command
SMALL = "SMALL"


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(arguments)
    heard = capsys.readouterr()
    return code, heard.out, heard.err


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """LeNet-5 as an ONNX model, with what was said of it beside it."""
    out, told, wrong = tmp_path_factory.mktemp("exported") / "net.onnx", io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(told), contextlib.redirect_stderr(wrong):
        assert main(("export", "lenet5", str(out))) == 0
    assert wrong.getvalue() == ""
    out.with_name("told").write_text(told.getvalue())
    return out


@pytest.fixture
def small(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A design that is proven in a moment."""
    path = tmp_path_factory.mktemp("small") / "small.json"
    path.write_bytes(write_design(around("conv2d").design))
    return str(path)


def test_a_design_becomes_a_proven_onnx_file(exported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, told = exported, exported.with_name("told").read_text()
    assert "Proven with onnx" in told and "256 of 256" in told
    assert "nothing has been learned yet" in told
    assert [tensor.name for tensor in onnx.load(out).graph.output] == ["logits", "probabilities"]
    code, told, wrong = said(capsys, "verify", str(out))
    assert (code, wrong) == (0, "") and "256 of 256" in told


def test_a_design_becomes_proven_numpy_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "net.py"
    code, told, wrong = said(capsys, "export", "lenet5", str(out))
    assert (code, wrong) == (0, "") and "Proven with numpy" in told and "256 of 256" in told
    code, told, wrong = said(capsys, "verify", str(out))
    assert (code, wrong) == (0, "") and "256 of 256" in told
    out.write_text(out.read_text() + "# mine\n")
    code, told, wrong = said(capsys, "verify", str(out))
    assert (code, told) == (2, "") and "--run-changed-code" in wrong and wrong.count("\n") == 1
    code, told, wrong = said(capsys, "verify", str(out), "--run-changed-code")
    assert (code, wrong) == (0, "")
    out.write_text(out.read_text().replace("return x @ weights.T + bias", "return x @ weights.T - bias - 1"))
    code, told, wrong = said(capsys, "verify", str(out), "--run-changed-code")
    assert (code, wrong) == (1, "") and "does NOT compute the same in numpy" in told


def test_what_cannot_be_proven_here_is_written_and_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if find_spec("torch") is not None:
        pytest.skip("PyTorch is here")
    out = tmp_path / "net"
    code, told, wrong = said(capsys, "export", "lenet5", str(out), "--as", "pytorch")
    assert (code, wrong) == (3, "") and "not proven here: PyTorch is not installed here (torch)." in told
    assert f"cnnstudio verify {out}" in told and (out / "model.py").exists()
    code, told, wrong = said(capsys, "verify", str(out))
    assert (code, told) == (2, "") and "PyTorch is not installed here" in wrong and wrong.count("\n") == 1


@pytest.mark.parametrize("mine", ["an export to Keras", "a script of my own"])
def test_what_is_not_of_this_kind_is_only_replaced_if_told(
    mine: str, small: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "net"
    if mine == "an export to Keras":
        said(capsys, "export", small, str(out), "--as", "keras")
    else:
        out.mkdir()
        (out / "train.py").write_text("print('mine')\n")
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    code, told, wrong = said(capsys, "export", small, str(out), "--as", "pytorch")
    assert (code, told) == (2, "") and wrong.count("\n") == 1 and "say --replace" in wrong
    assert ("is an export to Keras" if "Keras" in mine else "train.py is already there") in wrong
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    assert said(capsys, "export", small, str(out), "--as", "pytorch", "--replace")[0] in (0, 3)
    # one of the same kind is what it was written for
    assert said(capsys, "export", small, str(out), "--as", "pytorch")[0] in (0, 3)


def test_without_a_compiler_a_header_is_written_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    out = tmp_path / "net.h"
    code, told, wrong = said(capsys, "export", "lenet5", str(out))
    assert (code, wrong) == (3, "") and "not proven here: There is no C compiler here (cc, gcc, clang)." in told
    assert out.exists()


def test_the_format_can_be_named_whatever_the_ending(
    small: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, _ = said(capsys, "export", small, str(tmp_path / "net.bin"), "--as", "onnx")
    assert code == 0 and onnx.load(tmp_path / "net.bin").graph.node


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("export", "first_conv", "OUT.onnx"), "must end in a Softmax layer"),
        (("export", SMALL, "nowhere/OUT.onnx"), "cannot be written here"),
        (("export", "lenet5", "OUT.abc"), "or for other programs in .onnx"),
        (("export", "first_conv", "OUT.py"), "must end in a Softmax layer"),
        (("export", SMALL, "nowhere/OUT.py"), "cannot be written here"),
        (("verify", "nothing.onnx"), "cannot be read"),
        (("verify", "nothing.py"), "cannot be read"),
        (("verify", "text.onnx"), "no ONNX model"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    sentence: str,
    small: str,
) -> None:
    words = tuple(small if word == SMALL else word for word in words)
    monkeypatch.chdir(tmp_path)
    Path("text.onnx").write_text("a shopping list")
    code, told, wrong = said(capsys, *words)
    assert (code, told) == (2, "") and sentence in wrong and wrong.count("\n") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["text.onnx"]


def test_a_file_that_was_changed_proves_nothing(
    exported: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, model = tmp_path / "net.onnx", onnx.load(exported)
    model.graph.node[0].name = "other"
    onnx.save(model, out)
    code, told, wrong = said(capsys, "verify", str(out))
    assert (code, told) == (2, "") and "changed after it was exported" in wrong


def test_a_model_becomes_a_project_with_its_weights(
    exported: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, told, wrong = said(capsys, "import", str(exported), str(tmp_path / "back.cnn"))
    assert (code, wrong) == (0, "") and "14 layers" in told
    project = load_project(tmp_path / "back.cnn")
    first = untrained(template("lenet5")).weights.parameters
    assert not project.weights.drawn and untrained(template("lenet5")).weights.drawn
    assert np.array_equal(project.weights.parameters.arrays("conv2d_1")["weights"], first.arrays("conv2d_1")["weights"])
    code, told, _ = said(capsys, "check", str(exported))
    assert code == 0 and "No problems." in told
