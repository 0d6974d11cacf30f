"""What refusals of the command line advise, each tried as somebody would type it."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable
from pathlib import Path

from painted import painted, write_files

from cnnstudio.cli.main import main
from cnnstudio.design.format.design_format import write_design
from cnnstudio.design.templates import template
from cnnstudio.exchange.exportable import Exportable
from cnnstudio.exchange.onnx.exporting import exporting_onnx
from cnnstudio.exchange.proof import finished
from cnnstudio.project.project import untrained
from tests.remedies.data_trials import Do
from tests.remedies.file_trials import weights_alone

#: a Keras model that is no classifier
ENDS_IN_MAPS = Path(__file__).parent.parent / "exchange" / "files" / "refused_maps.keras"
Arguments = Callable[[Path], tuple[object, ...]]


def typed(*arguments: object) -> str:
    """What a command says where it is refused; "" where it does what it is asked."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main([str(argument) for argument in arguments])
    return err.getvalue() if code else ""


def command(make: Arguments) -> Do:
    return lambda folder: typed(*make(folder))


def pets(folder: Path, side: int = 28) -> Path:
    names = [f"{name}/{place}.png" for name in ("cat", "dog") for place in range(5)]
    pictures = {name: painted(number, height=side, width=side) for number, name in enumerate(names)}
    return write_files(folder / "pets", pictures)


def small(folder: Path) -> tuple[object, ...]:
    """A short training on ten pictures."""
    return "lenet5", "--data", pets(folder), "--adapt", "--epochs", "1"


def picture(folder: Path) -> Path:
    return write_files(folder, {"cat.png": painted(3)}) / "cat.png"


def trained(folder: Path) -> Path:
    """What “First: cnnstudio train … --out FILE.cnn” leaves."""
    assert not typed("train", *small(folder), "--out", folder / "a.cnn")
    return folder / "a.cnn"


def new(folder: Path, name: str = "a.cnn") -> Path:
    assert not typed("new", "lenet5", folder / name)
    return folder / name


def removed(folder: Path) -> tuple[object, ...]:
    new(folder).unlink()
    return "new", "lenet5", folder / "a.cnn"


def moved(folder: Path) -> Path:
    """A project whose pictures lie elsewhere now."""
    path = trained(folder)
    (folder / "pets").rename(folder / "animals")
    return path


def onnx_file(folder: Path) -> Path:
    design = template("lenet5")
    finished(exporting_onnx(Exportable(design, untrained(design).weights.parameters), folder / "a.onnx"))
    return folder / "a.onnx"


def code(folder: Path) -> Path:
    """A network as a program for NumPy."""
    assert not typed("export", new(folder), folder / "net.py")
    return folder / "net.py"


def own_code(folder: Path) -> Path:
    """A script that nobody has exported."""
    (folder / "net.py").write_text("print('mine')", encoding="utf-8")
    return folder / "net.py"


def changed_code(folder: Path) -> Path:
    path = code(folder)
    path.write_text(path.read_text(encoding="utf-8") + "\n# by hand\n", encoding="utf-8")
    return path


def inner(folder: Path) -> Path:
    (folder / "nowhere").mkdir()
    return folder / "nowhere" / "a.cnn"


TRIALS: dict[str, tuple[Do, str, Do]] = {
    "no command": (
        command(lambda folder: ("training", "lenet5")),
        "The commands are templates",
        command(lambda folder: ("templates",)),
    ),
    "an unknown option": (
        command(lambda folder: ("train", "lenet5", "--fast")),
        "See cnnstudio --help",
        command(lambda folder: ("--help",)),
    ),
    "no such design": (
        command(lambda folder: ("check", folder / "a.cnn")),
        "Give a path",
        command(lambda folder: ("check", new(folder))),
    ),
    "no such design, a name": (
        command(lambda folder: ("check", "lenet6")),
        "or one of",
        command(lambda folder: ("check", "lenet5")),
    ),
    "a folder for a design": (
        command(lambda folder: ("check", folder)),
        "Give a .cnn file",
        command(lambda folder: ("check", new(folder))),
    ),
    "a folder for a design, JSON": (
        command(lambda folder: ("check", folder)),
        "or a design in JSON",
        command(lambda folder: ("check", _json(folder))),
    ),
    "no such template": (
        command(lambda folder: ("new", "lenet6", folder / "a.cnn")),
        "Choose one of",
        command(lambda folder: ("new", "lenet5", folder / "a.cnn")),
    ),
    "no folder": (
        command(lambda folder: ("new", "lenet5", folder / "nowhere" / "a.cnn")),
        "Make it first",
        command(lambda folder: ("new", "lenet5", inner(folder))),
    ),
    "no folder, another": (
        command(lambda folder: ("new", "lenet5", folder / "nowhere" / "a.cnn")),
        "or choose another",
        command(lambda folder: ("new", "lenet5", folder / "a.cnn")),
    ),
    "a folder to write to": (
        command(lambda folder: ("train", *small(folder), "--out", folder)),
        "Give the name of a .cnn file",
        command(lambda folder: ("train", *small(folder), "--out", folder / "a.cnn")),
    ),
    "there already": (
        command(lambda folder: ("new", "lenet5", new(folder))),
        "Choose another name",
        command(lambda folder: ("new", "lenet5", new(folder).with_name("b.cnn"))),
    ),
    "there already, removed": (
        command(lambda folder: ("new", "lenet5", new(folder))),
        "or remove it first",
        command(removed),
    ),
    "no weights to test": (
        command(lambda folder: ("evaluate", "lenet5")),
        "First: cnnstudio train lenet5 --out FILE.cnn",
        command(lambda folder: ("evaluate", trained(folder))),
    ),
    "no weights to classify": (
        command(lambda folder: ("classify", "lenet5", picture(folder))),
        "First: cnnstudio train lenet5 --out FILE.cnn",
        command(lambda folder: ("classify", trained(folder), picture(folder))),
    ),
    "nothing to import": (
        command(lambda folder: ("import", "lenet5", folder / "b.cnn")),
        "Give a model of another program (.onnx, .keras)",
        command(lambda folder: ("import", onnx_file(folder), folder / "b.cnn")),
    ),
    "nothing to go on from": (
        command(lambda folder: ("train", "lenet5", "--resume")),
        "--resume takes a .cnn file that was trained",
        command(lambda folder: ("train", trained(folder), "--resume", "--epochs", "2")),
    ),
    "another seed": (
        command(lambda folder: ("train", trained(folder), "--resume", "--seed", "7")),
        "Leave --seed out to go on with it",
        command(lambda folder: ("train", trained(folder), "--resume", "--epochs", "2")),
    ),
    "another seed, anew": (
        command(lambda folder: ("train", trained(folder), "--resume", "--seed", "7")),
        "or leave --resume out to begin anew",
        command(lambda folder: ("train", trained(folder), "--seed", "7")),
    ),
    "pictures that moved": (
        command(lambda folder: ("evaluate", moved(folder))),
        "Say where they are with --data",
        command(lambda folder: ("evaluate", moved(folder), "--data", folder / "animals")),
    ),
    "pictures of another form": (
        command(lambda folder: ("train", "lenet5", "--data", pets(folder), "--epochs", "1")),
        "Or let --adapt fit the network",
        command(lambda folder: ("train", *small(folder))),
    ),
    "a range that keeps": (
        command(lambda folder: ("train", *small(folder), "--lr-range", "--out", folder / "a.cnn")),
        "leave --out out",
        command(lambda folder: ("train", *small(folder), "--lr-range")),
    ),
    "threads": (
        command(lambda folder: ("train", *small(folder), "--threads", "0")),
        "--threads must be from 1 to",
        command(lambda folder: ("train", *small(folder), "--threads", "1")),
    ),
    "no weights alone": (
        command(lambda folder: ("import", onnx_file(folder), folder / "b.cnn", "--design", "lenet5")),
        "Give a file that ends in .safetensors",
        command(lambda folder: ("import", weights_alone(folder), folder / "b.cnn", "--design", "lenet5")),
    ),
    "a figure of no kind": (
        command(lambda folder: ("export", "lenet5", folder / "a.gif")),
        "Name a file that ends in .svg",
        command(lambda folder: ("export", "lenet5", folder / "a.svg")),
    ),
    "a report of no kind": (
        command(lambda folder: ("report", trained(folder), folder / "a.txt")),
        "Name a file that ends in .html or .pdf",
        command(lambda folder: ("report", trained(folder), folder / "a.html", "--data", folder / "pets")),
    ),
    "a figure of no kind, for others": (
        command(lambda folder: ("export", "lenet5", folder / "a.gif")),
        "or for other programs in .onnx, .py or .h",
        command(lambda folder: ("export", "lenet5", folder / "a.onnx")),
    ),
    "a figure of no kind, named": (
        command(lambda folder: ("export", "lenet5", folder / "a.gif")),
        "or give --as",
        command(lambda folder: ("export", "lenet5", folder / "a.gif", "--as", "onnx")),
    ),
    "a model that ends in maps": (
        command(lambda folder: ("import", ENDS_IN_MAPS, folder / "a.cnn")),
        "say --as-far-as-it-goes",
        command(lambda folder: ("import", ENDS_IN_MAPS, folder / "a.cnn", "--as-far-as-it-goes")),
    ),
    "an export in the way": (
        command(lambda folder: ("export", "lenet5", own_code(folder))),
        "Choose another place",
        command(lambda folder: ("export", "lenet5", own_code(folder).with_name("other.py"))),
    ),
    "an export in the way, replaced": (
        command(lambda folder: ("export", "lenet5", own_code(folder))),
        "or say --replace",
        command(lambda folder: ("export", "lenet5", own_code(folder), "--replace")),
    ),
    "changed code": (
        command(lambda folder: ("verify", changed_code(folder))),
        "Export the network again",
        command(lambda folder: ("verify", code(folder))),
    ),
    "changed code, run": (
        command(lambda folder: ("verify", changed_code(folder))),
        "or run it all the same with --run-changed-code",
        command(lambda folder: ("verify", changed_code(folder), "--run-changed-code")),
    ),
    "a figure without Qt": (
        command(lambda folder: ("export", "lenet5", folder / "a.png")),
        "from here name a file .svg",
        command(lambda folder: ("export", "lenet5", folder / "a.svg")),
    ),
    "a large figure": (
        command(lambda folder: ("export", "lenet5", folder / "a.svg", "--scale", "50")),
        "Give a number from 0.1 to 10",
        command(lambda folder: ("export", "lenet5", folder / "a.svg", "--scale", "5")),
    ),
    "arrays of another kind": (
        command(lambda folder: ("data", pets(folder), "--to", folder / "a.h5")),
        "must end in .npz",
        command(lambda folder: ("data", pets(folder), "--to", folder / "a.npz")),
    ),
    "no size": (
        command(lambda folder: ("data", pets(folder), "--size", "large")),
        "such as 32x48",
        command(lambda folder: ("data", pets(folder), "--size", "32x48")),
    ),
}


def _json(folder: Path) -> Path:
    (folder / "a.json").write_bytes(write_design(template("lenet5")))
    return folder / "a.json"
