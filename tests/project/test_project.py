"""Projects as values."""

from projects import trained_project

from cnnstudio.design.edits import edits
from cnnstudio.design.value.design import Design
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.nn.telling.told import worded
from cnnstudio.runs.recorder import why_not_resumable


def dense_of(design: Design, units: int) -> Design:
    return edits.configure(design, "dense_1", layer_kinds()["dense"](units=units))


def test_weights_that_fit_survive_an_edit() -> None:
    project = trained_project()
    edited = project.edited(dense_of(project.design, 4))
    before, after = project.weights.parameters, edited.weights.parameters
    assert after.arrays("conv2d_1")["weights"].tobytes() == before.arrays("conv2d_1")["weights"].tobytes()
    assert after.arrays("dense_1")["bias"].shape == (4,)
    assert before.arrays("dense_1")["bias"].shape == (3,)


def test_an_edit_that_touches_no_weights_keeps_the_very_same() -> None:
    project = trained_project()
    design, _ = edits.append(project.design, layer_kinds()["dropout"]())
    assert project.edited(design).weights is project.weights
    assert project.edited(edits.move(project.design, {"relu_1": (0, 0)})).weights is project.weights


def test_there_and_back_again_is_not_the_run_any_more() -> None:
    """The layers are those of the run again, but one of them has forgotten what it learned."""
    project = trained_project()
    assert project.run is not None
    assert why_not_resumable(project.run, project.design, project.weights, "fingerprint") is None
    back = project.edited(dense_of(project.design, 4)).edited(dense_of(project.design, 3))
    assert back.design == project.design
    why = why_not_resumable(project.run, back.design, back.weights, "fingerprint")
    assert "not those that the last run ended with" in worded(why)
