"""Code is proven in a process of its own, and run again only as long as it is what was exported."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from exportables import around

from cnnstudio.cli.main import TARGETS as NAMED
from cnnstudio.design.format.strict import FileFormatError
from cnnstudio.design.templates import template
from cnnstudio.exchange.certificate import GOAL
from cnnstudio.exchange.code.apart import NotComputed
from cnnstudio.exchange.code.proving import exporting, verifying
from cnnstudio.exchange.exportable import Exportable
from cnnstudio.exchange.numpy.target import NUMPY
from cnnstudio.exchange.proof import finished
from cnnstudio.exchange.targets import TARGETS, exported_as, target_for
from cnnstudio.nn.parameters.parameters import initial_parameters


@pytest.fixture(scope="module")
def exported_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out, design = tmp_path_factory.mktemp("exported") / "n.py", template("lenet5")
    certificate = finished(exporting(NUMPY, Exportable(design, initial_parameters(design.graph, 3)), out))
    assert certificate.holds and 0 < certificate.difference <= GOAL and certificate.agreement == 1.0
    return out


@pytest.fixture
def exported(exported_once: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(exported_once.parent, tmp_path, dirs_exist_ok=True)) / "n.py"


def rewrite(certificate: Path, change: Callable[[dict], None]) -> None:  # type: ignore[type-arg]
    told = json.loads(certificate.read_text())
    change(told)
    certificate.write_text(json.dumps(told))


@pytest.mark.slow
def test_three_files_prove_themselves_again(exported: Path) -> None:
    assert sorted(path.name for path in exported.parent.iterdir()) == ["n.certificate.json", "n.npz", "n.py"]
    told = json.loads((exported.parent / "n.certificate.json").read_text())
    assert told["judge"] == "numpy" and {"cnnstudio", "numpy", "python"} <= told["versions"].keys()
    assert told["files"] == {
        f"NAME{end}": hashlib.sha256(exported.with_suffix(end).read_bytes()).hexdigest() for end in (".py", ".npz")
    }
    for part in exported.parent.iterdir():
        assert exported_as(part).name == "numpy"
        again = finished(verifying(NUMPY, part))
        assert again.holds and again.difference == told["difference"]


@pytest.mark.slow
def test_the_same_network_gives_the_same_files(exported: Path, tmp_path: Path) -> None:
    design = template("lenet5")
    network = Exportable(design, initial_parameters(design.graph, 3))
    before = {path.name: path.read_bytes() for path in exported.parent.iterdir()}
    finished(exporting(NUMPY, network, exported))
    assert {path.name: path.read_bytes() for path in exported.parent.iterdir()} == before


@pytest.mark.slow
def test_code_that_was_changed_is_not_run(exported: Path) -> None:
    trace = exported.parent / "trace"
    exported.write_text(f"open({str(trace)!r}, 'w')\n{exported.read_text()}")
    with pytest.raises(FileFormatError, match=r"n\.py.*changed after it was exported, so it is not run"):
        finished(verifying(NUMPY, exported))
    assert not trace.exists()
    assert finished(verifying(NUMPY, exported, run_changed_code=True)).holds and trace.exists()


def test_a_certificate_that_was_made_to_fit_makes_no_code_run(exported: Path) -> None:
    exported.write_text(f"1 / 0\n{exported.read_text()}")
    mark = hashlib.sha256(exported.read_bytes()).hexdigest()
    rewrite(exported.parent / "n.certificate.json", lambda told: told["files"].update({"NAME.py": mark}))
    with pytest.raises(FileFormatError, match="not what this program writes for its design"):
        finished(verifying(NUMPY, exported))
    with pytest.raises(NotComputed, match="ZeroDivisionError"):
        finished(verifying(NUMPY, exported, run_changed_code=True))


def test_weights_that_were_changed_are_not_run(exported: Path) -> None:
    raw = bytearray(exported.with_suffix(".npz").read_bytes())
    raw[200] ^= 1
    exported.with_suffix(".npz").write_bytes(raw)
    with pytest.raises(FileFormatError, match=r"n\.npz.*changed"):
        finished(verifying(NUMPY, exported))


@pytest.mark.slow
def test_logits_of_another_network_do_not_hold(exported: Path, tmp_path: Path) -> None:
    design = template("lenet5")
    other = finished(
        exporting(NUMPY, Exportable(design, initial_parameters(design.graph, 4)), tmp_path / "o.py", check=False)
    )
    logits = other.to_json()["logits"]
    rewrite(exported.parent / "n.certificate.json", lambda told: told.update(logits=logits))
    found = finished(verifying(NUMPY, exported))
    assert not found.holds and found.difference > 0.01


@pytest.mark.parametrize(
    "damage",
    [
        lambda told: told.pop("design"),
        lambda told: told.update(classes=9),
        lambda told: told.update(logits="AAAA"),
        lambda told: told["design"]["nodes"].pop(),
        lambda told: told["design"].update(nodes=[]),
        lambda told: told.update(files={}),
        lambda told: told.update(pictures=257),
        lambda told: told.update(pictures=-1),
    ],
)
def test_a_damaged_certificate_is_refused_in_a_sentence(exported: Path, damage: Callable[[dict], None]) -> None:  # type: ignore[type-arg]
    rewrite(exported.parent / "n.certificate.json", damage)
    with pytest.raises(FileFormatError) as refused:
        finished(verifying(NUMPY, exported))
    assert "\n" not in str(refused.value)


@pytest.mark.slow
def test_without_its_program_an_export_says_that_nothing_is_proven(tmp_path: Path) -> None:
    design = template("lenet5")
    nowhere = replace(NUMPY, packages=("no_such_package",))
    certificate = finished(
        exporting(nowhere, Exportable(design, initial_parameters(design.graph, 3)), tmp_path / "n.py")
    )
    assert not certificate.checked and not certificate.holds
    assert "no_such_package" in str(nowhere.why_unproven())
    assert finished(verifying(NUMPY, tmp_path / "n.py")).holds


def test_whoever_stops_it_ends_the_process(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    script = f"import os, time\nopen({str(pid)!r}, 'w').write(str(os.getpid()))\nwhile True: time.sleep(1)\n"
    design = template("lenet5")
    endless = replace(NUMPY, script=script)
    steps = exporting(endless, Exportable(design, initial_parameters(design.graph, 3)), tmp_path / "n.py")
    while not (pid.exists() and pid.read_text()):
        next(steps)
    steps.close()
    with pytest.raises(OSError):
        os.kill(int(pid.read_text()), 0)
    assert not (tmp_path / "n.py").exists(), "it has not come to its end"


@pytest.mark.parametrize("name", TARGETS)
def test_nothing_is_written_or_changed_before_an_export_has_come_to_its_end(name: str, tmp_path: Path) -> None:
    target, network = TARGETS[name], around("conv2d")
    if target.why_not() is not None:
        pytest.skip("it cannot be written here")
    out = tmp_path / f"net{target.ending}"
    finished(target.exporting(network, out, False))
    before, count = _bytes_in(tmp_path), 0
    other = Exportable(network.design, initial_parameters(network.design.graph, 4))
    steps = target.exporting(other, out, True)
    try:
        while True:
            next(steps)
            count += 1
            assert _bytes_in(tmp_path) == before
    except StopIteration as ended:
        checked = ended.value.checked
    assert count > (8 if checked else 1) and _bytes_in(tmp_path) != before


def _bytes_in(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_targets_are_found_by_name_and_ending() -> None:
    assert tuple(TARGETS) == NAMED
    assert all(target_for(Path(f"n{t.ending}")) is t for t in TARGETS.values() if t.ending)
    assert target_for(Path("folder")) is None
