"""The proof that comes with an export: it is measured, it can be made again, and it does not hold for anything else."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
import pytest
from exportables import around

from cnnstudio.design.format.strict import FileFormatError
from cnnstudio.exchange.certificate import GOAL, PICTURES, apart, how_many, own_logits, pictures
from cnnstudio.exchange.exportable import Exportable
from cnnstudio.exchange.onnx.exporting import PROOF, exporting_onnx, verifying_onnx
from cnnstudio.exchange.proof import finished
from cnnstudio.nn.parameters.parameters import initial_parameters

pytestmark = pytest.mark.slow  # each proves what it writes


@pytest.fixture(scope="module")
def network() -> Exportable:
    return around("conv2d")


@pytest.fixture(scope="module")
def exported(network: Exportable, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("exported") / "net.onnx"
    certificate = finished(exporting_onnx(network, out))
    assert certificate.holds and 0 < certificate.difference <= GOAL and certificate.agreement == 1.0
    assert certificate.pictures == PICTURES == 256 and certificate.judge in certificate.versions
    return out


def test_the_file_alone_proves_itself_again(exported: Path) -> None:
    again = finished(verifying_onnx(exported))
    assert again.holds
    model = onnx.load(exported)
    told = json.loads(next(entry.value for entry in model.metadata_props if entry.key == PROOF))
    assert (told["difference"], told["agreement"], told["judge"]) == (again.difference, again.agreement, again.judge)


def test_a_weight_that_was_changed_is_found(exported: Path, tmp_path: Path) -> None:
    model = onnx.load(exported)
    weights = onnx.numpy_helper.to_array(model.graph.initializer[0]).copy()
    weights.flat[0] += 1e-3
    model.graph.initializer[0].CopyFrom(onnx.numpy_helper.from_array(weights, model.graph.initializer[0].name))
    onnx.save(model, tmp_path / "changed.onnx")
    with pytest.raises(FileFormatError, match="changed after it was exported"):
        finished(verifying_onnx(tmp_path / "changed.onnx"))


def test_logits_that_are_not_those_of_the_model_do_not_hold(
    network: Exportable, exported: Path, tmp_path: Path
) -> None:
    model = onnx.load(exported)
    entry = next(entry for entry in model.metadata_props if entry.key == PROOF)
    others = Exportable(network.design, initial_parameters(network.design.graph, 4))
    other = finished(exporting_onnx(others, tmp_path / "o.onnx"))
    entry.value = json.dumps(json.loads(entry.value) | {"logits": other.to_json()["logits"]})
    onnx.save(model, tmp_path / "other.onnx")
    found = finished(verifying_onnx(tmp_path / "other.onnx"))
    assert not found.holds and found.difference > 0.01


@pytest.mark.parametrize("what", ["nothing", "text", "cut", "no certificate", "half a certificate"])
def test_what_is_no_export_is_refused_in_a_sentence(exported: Path, tmp_path: Path, what: str) -> None:
    raw, path = exported.read_bytes(), tmp_path / "odd.onnx"
    model = onnx.load(exported)
    if what == "no certificate":
        del model.metadata_props[:]
    for entry in model.metadata_props:
        entry.value = entry.value[:500] if entry.key == PROOF and what == "half a certificate" else entry.value
    made = {"nothing": b"", "text": b"a shopping list", "cut": raw[: len(raw) // 2]}
    path.write_bytes(made.get(what, model.SerializeToString()))
    with pytest.raises(FileFormatError) as refused:
        finished(verifying_onnx(path))
    assert "odd.onnx" in str(refused.value) and "\n" not in str(refused.value)


def test_the_pictures_are_made_anew_from_the_seed() -> None:
    first, again, other = (pictures((9, 12, 3), 8, seed) for seed in (1, 1, 2))
    assert np.array_equal(first, again) and not np.array_equal(first, other)
    assert first.dtype == np.float32 and first.min() >= 0 and first.max() <= 1
    assert pictures((2, 3, 1), 4, 0).shape == (4, 2, 3, 1)


def test_of_large_pictures_fewer_are_looked_at() -> None:
    assert how_many((28, 28, 1)) == how_many((224, 224, 3)) == 256
    assert how_many((1024, 1024, 3)) == 21 and how_many((1024, 1024, 64)) == 1


def test_how_far_apart_is_measured_against_the_largest_logit(network: Exportable) -> None:
    ours = own_logits(network, pictures((9, 10, 3), 40, 0))
    theirs = ours.copy()
    theirs[3, 2] += 0.5 * np.abs(ours).max()
    assert apart(ours, theirs)[0] == pytest.approx(0.5, rel=1e-5)
    theirs[0, 0] = np.nan
    assert apart(ours, theirs) == (float("inf"), 0.0) and apart(ours, ours[:, :2])[0] == float("inf")
