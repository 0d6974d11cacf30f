"""Journals: no array is written twice, and whatever lies in their folder, reading them ends with a project or a
sentence."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from projects import trained_project

from cnnstudio.design.edits import edits
from cnnstudio.design.format.strict import FileFormatError
from cnnstudio.design.templates import template
from cnnstudio.files.stamp import Stamp
from cnnstudio.project.file import SaveError, load_project, save_project
from cnnstudio.project.journal import About, Journal, journals
from cnnstudio.project.project import Project, untrained

ABOUT = About("Mine", None, 5.0, Stamp(7, 2**60, "a" * 64))


def same(one: Project, other: Project) -> bool:
    """Whether two projects hold the same, to the bit."""
    weights, others = one.weights.parameters, other.weights.parameters
    states = [run.optimizer.vectors if run and run.optimizer else {} for run in (one.run, other.run)]
    return (
        one.design == other.design
        and weights.vector.tobytes() == others.vector.tobytes()
        and weights.state.tobytes() == others.state.tobytes()
        and {n: v.tobytes() for n, v in states[0].items()} == {n: v.tobytes() for n, v in states[1].items()}
    )


def arrays(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_ino for path in folder.glob("*.arrays")}


def test_what_is_kept_comes_back_to_the_bit(tmp_path: Path) -> None:
    journal, project = Journal(tmp_path / "new", "1-abc"), trained_project()
    journal.write(project, ABOUT)
    found, about = Journal(tmp_path / "new", "1-abc").read()
    assert same(found, project) and about == ABOUT
    assert journals(tmp_path / "new") == [journal]
    journal.remove()
    assert list((tmp_path / "new").iterdir()) == []


def trained(name: str) -> Project:
    """A template whose weights are not just those that its seed gives."""
    project = untrained(template(name))
    return project.with_changes(weights=replace(project.weights, step=1))


def test_where_the_weights_of_many_layers_come_from_comes_back(tmp_path: Path) -> None:
    journal, project = Journal(tmp_path, "1-abc"), trained("resnet_mini")
    nodes = [slot.node for slot in project.weights.parameters.layout.firsts]
    origins = {node: f"{number:032}" for number, node in enumerate(nodes)}
    journal.write(project.with_changes(weights=replace(project.weights, origins=origins)), ABOUT)
    assert dict(journal.read()[0].weights.origins) == origins and len(origins) > 10


def test_an_edit_writes_only_the_arrays_that_it_made(tmp_path: Path) -> None:
    journal, project = Journal(tmp_path, "1-abc"), trained("lenet5")
    journal.write(project, ABOUT)
    first = arrays(tmp_path)
    renamed = project.with_changes(design=project.design.with_changes(title="Another"))
    journal.write(renamed, ABOUT)
    assert arrays(tmp_path) == first, "the weights are the same"
    wider = project.design.graph["dense_2"].layer.replace(units=90)
    edited = project.edited(edits.configure(project.design, "dense_2", wider))
    journal.write(edited, ABOUT)
    second = arrays(tmp_path)
    assert second.items() >= first.items() and len(second) == 2
    (new,) = second.keys() - first.keys()
    # dense_2 with its biases, and the layer that reads it
    assert (tmp_path / new).stat().st_size == 4 * (90 * 120 + 90 + 10 * 90)
    assert same(journal.read()[0], edited)
    journal.write(renamed, ABOUT)
    assert same(journal.read()[0], renamed)
    gone = Journal(tmp_path, "1-abc")  # a process that adopts it
    gone.write(project, ABOUT)
    assert arrays(tmp_path).keys() <= second.keys() and same(gone.read()[0], project)


def test_arrays_that_nobody_names_any_more_go(tmp_path: Path) -> None:
    journal, project = Journal(tmp_path, "1-abc"), untrained(template("lenet5"))
    for seed in range(4):
        design = project.design.with_changes(recipe=project.design.recipe.replace(seed=seed))
        journal.write(untrained(design), ABOUT)
    assert len(arrays(tmp_path)) <= 2 and same(journal.read()[0], untrained(design))


def test_arrays_that_somebody_took_away_are_written_again(tmp_path: Path) -> None:
    journal, project = Journal(tmp_path, "1-abc"), trained_project()
    journal.write(project, ABOUT)
    for name in arrays(tmp_path):
        (tmp_path / name).unlink()
    with pytest.raises(FileFormatError, match="cannot be read"):
        journal.read()
    journal.write(project, ABOUT)
    assert same(journal.read()[0], project)


def test_a_journal_is_no_project_file(tmp_path: Path) -> None:
    journal = Journal(tmp_path, "1-abc")
    journal.write(trained_project(), ABOUT)
    with pytest.raises(FileFormatError, match="journal"):
        load_project(journal.file)


def test_it_is_needless_only_where_the_own_file_holds_all_of_it(tmp_path: Path) -> None:
    path, project = tmp_path / "mine.cnn", trained_project()
    journal = Journal(tmp_path / "journals", "1-abc")
    journal.write(project, About("mine.cnn", path, 5.0))
    assert not journal.needless, "there is no file"
    save_project(project, path)
    assert journal.needless
    parameters = project.weights.parameters.copy()
    parameters.vector[0] += 1
    moved = project.with_changes(weights=type(project.weights)(parameters, project.weights.run, project.weights.step))
    for other in (moved, project.with_changes(run=None), project.with_changes(thumbnail=b"\x89PNG\r\n\x1a\n")):
        save_project(other, path)
        assert not journal.needless


def test_a_full_disk_is_one_sentence_and_leaves_the_journal_before(tmp_path: Path) -> None:
    journal, project = Journal(tmp_path, "1-abc"), trained_project()
    journal.write(project, ABOUT)
    journal.file.unlink()
    journal.file.mkdir()
    with pytest.raises(SaveError, match="could not be written"):
        journal.write(project, ABOUT)


HOSTILE = {
    "a time beyond all calendars": {"name": "a", "path": "", "time": 1e18},
    "a NUL in its path": {"name": "a", "path": "/tmp/a\0b", "time": 1},
    "a device": {"name": "a", "path": "/dev/zero", "time": 1},
    "a relative path": {"name": "a", "path": "a.cnn", "time": 1},
    "a path of 4,000 characters": {"name": "a", "path": "/" + "a" * 4000, "time": 1},
    "a name over lines": {"name": "a\n\x1b[31m", "path": "", "time": 1},
    "nothing": {},
}


@pytest.mark.parametrize("about", HOSTILE.values(), ids=HOSTILE.keys())
def test_whatever_it_says_to_be_about_it_is_found_beside_a_good_one(tmp_path: Path, about: object) -> None:
    for name in ("1-abc", "2-def"):
        Journal(tmp_path, name).write(trained_project(), ABOUT)
    (tmp_path / "1-abc.json").write_text(json.dumps(about))
    found = journals(tmp_path)
    assert {journal.name for journal in found} == {"1-abc", "2-def"}
    for journal in found:
        said = journal.about()
        assert not journal.needless and said.name.isprintable() and 0 <= said.time < 253_402_300_800
        assert same(journal.read()[0], trained_project())


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names are Unix")
@pytest.mark.parametrize("ending", [".cnn", ".json", ".arrays"])
def test_a_pipe_in_the_place_of_a_part_keeps_nobody_waiting(tmp_path: Path, ending: str) -> None:
    for name in ("1-abc", "2-def"):
        Journal(tmp_path, name).write(trained_project(), ABOUT)
    (part,) = tmp_path.glob(f"1-abc*{ending}")
    part.unlink()
    os.mkfifo(part)
    found = {journal.name: journal for journal in journals(tmp_path)}
    assert found.keys() == ({"2-def"} if ending == ".cnn" else {"1-abc", "2-def"})
    for journal in found.values():
        assert journal.about().time >= 0 and not journal.needless
    if ending == ".arrays":
        with pytest.raises(FileFormatError, match="it is no file"):
            found["1-abc"].read()
    assert same(found["2-def"].read()[0], trained_project())
