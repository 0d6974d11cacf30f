"""Where no window can open: one sentence, exit code 2, no traceback and no core dump."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from programs import program

from cnnstudio.design.templates import template
from cnnstudio.project.file import save_project
from cnnstudio.project.project import untrained
from cnnstudio.ui.start import display

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a display")


def environment(**changes: str) -> dict[str, str]:
    """The environment without anything that leads to a display."""
    gone = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "XDG_RUNTIME_DIR", "XDG_SESSION_TYPE")
    return {**{name: value for name, value in os.environ.items() if name not in gone}, **changes}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, "there is no display (DISPLAY and WAYLAND_DISPLAY are not set)"),
        ({"DISPLAY": ":4711"}, "the display :4711 does not answer"),
        ({"WAYLAND_DISPLAY": "wayland-4711"}, "the display wayland-4711 does not answer"),
        (
            {"WAYLAND_DISPLAY": "wayland-4711", "XDG_RUNTIME_DIR": tempfile.gettempdir()},
            "the display wayland-4711 does not answer",
        ),
    ],
)
def test_without_a_display_one_sentence_says_so(changes: dict[str, str], reason: str) -> None:
    said = program(env=environment(**changes))
    assert said.code == 2
    assert said.out == ""
    assert said.err.count("\n") == 1
    # A machine that runs these tests without Qt's libraries is told of those first.
    assert reason in said.err or "apt install" in said.err
    assert "cnnstudio train lenet5" in said.err


@pytest.mark.slow
def test_a_file_to_open_changes_nothing_about_that(tmp_path: Path) -> None:
    save_project(untrained(template("lenet5")), tmp_path / "a.cnn")
    said = program(tmp_path / "a.cnn", env=environment())
    assert said.code == 2
    assert said.err.startswith("CNN Studio cannot open its window: ")


@pytest.mark.parametrize(
    ("module", "complaint", "reason"),
    [
        ("PySide6.QtGui", "libEGL.so.1: cannot open shared object file: No such file or directory", "libEGL.so.1"),
        ("PySide6.QtWidgets", "libGL.so.1: cannot open shared object file: No such file", "libGL.so.1"),
        ("PySide6 shiboken6", "No module named 'PySide6'", "PySide6 is not installed (pip install PySide6-Essentials)"),
    ],
)
def test_a_missing_library_is_one_sentence_too(module: str, complaint: str, reason: str) -> None:
    """An import of that module fails the way it does where the library is not installed."""
    script = f"""
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name in {module.split()!r}:
            raise ImportError({complaint!r}, name=name)
sys.meta_path.insert(0, Missing())
from cnnstudio.__main__ import main
sys.argv = ["cnnstudio"]
sys.exit(main())
"""
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment(DISPLAY=":4711"))
    assert done.returncode == 2, done.stderr
    assert done.stderr.count("\n") == 1
    assert reason in done.stderr or "apt install" in done.stderr
    assert "cnnstudio train lenet5" in done.stderr


@pytest.mark.slow
def test_the_tests_themselves_say_so_too() -> None:
    """pytest's plugin for Qt imports it while it is configured; what fails there is an internal error to pytest."""
    script = """
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name == "PySide6.QtGui":
            raise ImportError("libEGL.so.1: cannot open shared object file", name=name)
sys.meta_path.insert(0, Missing())
import pytest
sys.exit(pytest.main(["--collect-only", "-q", "-p", "no:cacheprovider", "tests/cli"]))
"""
    command = [sys.executable, "-c", script]
    root = Path(__file__).parents[2]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment(), cwd=root)
    assert done.returncode == pytest.ExitCode.USAGE_ERROR, done.stdout + done.stderr
    assert done.stdout == ""
    assert done.stderr.startswith("CNN Studio cannot open its window: ") and done.stderr.count("\n") == 1
    assert "display" not in done.stderr, "the tests need none"


def test_a_mistake_of_ours_is_not_blamed_on_the_system() -> None:
    script = """
import sys
sys.modules["cnnstudio.app"] = None
from cnnstudio.__main__ import main
sys.argv = ["cnnstudio"]
main()
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "Traceback" in done.stderr


def test_the_packages_to_install_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(display, "_LIBRARIES", {"libc.so.6": "libc6", "libnothere.so.9": "libnothere9"})
    assert display.missing_packages() == ["libnothere9"]
    assert "apt install libnothere9)" in display.why_no_window("Could not load the Qt platform plugin")


def test_what_is_no_command_and_no_file_stays_in_the_terminal() -> None:
    said = program("missing.cnn", env=environment())
    assert said.code == 2
    assert said.err.startswith("missing.cnn: There is no such command or file.")
