"""No reader of this program can be made to run what a file says, and one module alone reaches the network."""

import ast
import re
from pathlib import Path

import pytest

import cnnstudio

PACKAGE = Path(cnnstudio.__file__).parent
SOURCES = sorted(PACKAGE.rglob("*.py"))
MODULES = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "marshal", "shelve", "yaml", "h5py", "torch"}
NETWORK = {"socket", "ssl", "urllib", "http", "ftplib", "smtplib", "requests", "httpx", "aiohttp", "QtNetwork"}
#: where what was published is fetched, when somebody asks for it
FETCHES = {"data/downloads/fetching.py": {"http.client", "socket", "urllib.error", "urllib.request"}}
BUILTINS = {"eval", "exec", "compile", "__import__"}
METHODS = {"extractall", "unpack_archive", "read_pickle"}
#: every danger has one of these names in it; what has none need not be taken apart
NAMES = re.compile(rf"\b(?:{'|'.join([*MODULES, *NETWORK, *BUILTINS, *METHODS, 'load', 'Image', 'allow_pickle'])})\b")


def dangers(source: str) -> list[str]:
    """What in a source could run code from a file, unpack one wherever it wants, or start a program to read it."""
    found: list[str] = []
    if not NAMES.search(source):
        return found
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=aliases):
                found += [alias.name for alias in aliases if alias.name.split(".")[0] in MODULES | NETWORK]
            case ast.ImportFrom(module=str(module)):
                found += [module] if NETWORK.intersection(module.split(".")) or module == "PIL.Image" else []
                found += [module] if module.split(".")[0] in MODULES else []
            case ast.Name(id=name) if name in BUILTINS:
                found.append(name)
            case ast.Attribute(attr=name) if name in METHODS:
                found.append(name)
            case ast.Call(func=ast.Attribute(value=ast.Name(id="np" | "numpy"), attr="load"), keywords=keywords):
                wanted = [k for k in keywords if k.arg == "allow_pickle" and ast.unparse(k.value) == "False"]
                found += [] if wanted else ["numpy.load without allow_pickle=False"]
            case ast.Call(func=ast.Attribute(value=ast.Name(id="Image"), attr="open"), keywords=keywords):
                found += [] if any(k.arg == "formats" for k in keywords) else ["Image.open without formats"]
            case ast.keyword(arg="allow_pickle", value=value) if ast.unparse(value) != "False":
                found.append("allow_pickle")
            case _:
                pass
    return found


@pytest.mark.parametrize(
    "source",
    [
        "import pickle", "from pickle import loads", "import torch.serialization", "eval('1')", "exec(code)",
        "archive.extractall()", "np.load(path)", "np.load(path, allow_pickle=True)", "f = eval", "import yaml as y",
        "Image.open(path)", "Image.open(path, 'r')", "from PIL.Image import open", "import urllib.request",
        "from PySide6.QtNetwork import QNetworkAccessManager", "import socket",
    ],
)  # fmt: skip
def test_the_check_notices(source: str) -> None:
    assert dangers(source)


def test_the_check_leaves_qt_and_sound_readers_alone() -> None:
    assert not dangers(
        "app.exec()\nmodel.eval()\nnp.load(path, allow_pickle=False)\nImage.open(f, formats=F)\nre.compile('x')"
    )


@pytest.mark.slow
def test_nothing_in_the_package_runs_code_from_files() -> None:
    found = {}
    for path in SOURCES:
        where = path.relative_to(PACKAGE).as_posix()
        if dangerous := set(dangers(path.read_text("utf-8"))) - FETCHES.get(where, set()):
            found[where] = dangerous
    assert len(SOURCES) > 500 and found == {}
