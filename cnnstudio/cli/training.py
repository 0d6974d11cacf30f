"""The command train."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from cnnstudio.cli.console import BAD_ANSWER, GOOD, STOPPED, Refused, emit, percent, remark, say
from cnnstudio.cli.data import data_for
from cnnstudio.cli.designs import Opened, check_target, open_design, save
from cnnstudio.cli.driving import drive
from cnnstudio.cli.evaluation import test
from cnnstudio.cli.set_option import with_settings
from cnnstudio.data.dataset import DataSet
from cnnstudio.data.library import BUILTIN
from cnnstudio.data.split import divided
from cnnstudio.design.value.design import Design
from cnnstudio.nn.arrays import thousands
from cnnstudio.nn.network.plan import default_threads
from cnnstudio.project.project import Project, untrained
from cnnstudio.runs.plans import MOST_THREADS, plan_for
from cnnstudio.runs.recorder import new_run, why_not_resumable
from cnnstudio.runs.run import Run


def run(arguments: Namespace) -> int:
    """Train a design, say how well it does on the test images, and save it if wanted."""
    opened = open_design(arguments.design)
    if arguments.out:
        check_target(arguments.out)
    if arguments.threads is not None and not 1 <= arguments.threads <= MOST_THREADS:
        raise Refused(f"--threads must be from 1 to {MOST_THREADS}, not {arguments.threads}.")
    design = _with_options(opened, arguments)
    data = data_for(opened, design, arguments.json)
    design = design.with_changes(classes=data.classes)
    project = _start(opened, design, data, arguments)
    if not arguments.json:
        say(_heading(project, data))
    ending = drive(project, data, arguments.json)
    if ending.diverged:
        remark(ending.diverged)
    if not ending.stopped:
        result = test(ending.project, data)
        if arguments.json:
            emit({"test_accuracy": result.accuracy})
        else:
            images = f"{thousands(len(data.test))} images of {data.title}"
            say(f"Test accuracy {percent(result.accuracy)}, loss {result.loss:.4g} ({images}).")
    if arguments.out:
        save(ending.project, arguments.out)
        if not arguments.json:
            say(f"Saved {arguments.out}.")
    if ending.stopped:
        remark(_how_to_go_on(ending.project, arguments.out))
        return STOPPED
    return BAD_ANSWER if ending.diverged else GOOD


def _with_options(opened: Opened, arguments: Namespace) -> Design:
    """The design with what the options say in place of its recipe's settings."""
    names = ("epochs", "batch_size", "learning_rate", "optimizer", "seed", "data")
    changes = {name: getattr(arguments, name) for name in names if getattr(arguments, name) is not None}
    recipe = with_settings(opened.design.recipe, changes, arguments.settings)
    source = recipe.data.source
    if source != opened.design.recipe.data.source and source not in BUILTIN:
        # What is saved must find its data from any folder.
        recipe = recipe.replace(data=recipe.data.replace(source=str(Path(source).expanduser().absolute())))
    return opened.design.with_changes(recipe=recipe)


def _start(opened: Opened, design: Design, data: DataSet, arguments: Namespace) -> Project:
    """The project to train, with the run it begins or goes on with."""
    before = opened.project if arguments.resume else None
    if before is not None and before.run is not None:
        reason = _why_not_exactly(before.run, before, design, data, arguments.threads)
        if not reason:
            return before.with_changes(design=design, run=before.run.with_changes(design=design))
        remark(f"{opened.name}: Begins a new run from the weights in the file. {reason}")
    threads = arguments.threads or default_threads()
    plan = plan_for(design.graph, design.recipe.batch_size, threads)
    thumbnail = opened.project.thumbnail if opened.project else b""
    if before is not None:
        run = new_run(design, plan, data.fingerprint, before.run, before.weights)
        return Project(design, before.weights, run, thumbnail)
    return untrained(design).with_changes(run=new_run(design, plan, data.fingerprint), thumbnail=thumbnail)


def _why_not_exactly(run: Run, project: Project, design: Design, data: DataSet, threads: int | None) -> str:
    if threads not in (None, run.plan.threads):
        return f"The run shares its batches between {run.plan.threads} threads, not {threads}."
    return why_not_resumable(run, design, project.weights, data.fingerprint)


def _heading(project: Project, data: DataSet) -> str:
    run, seed = project.run, project.design.recipe.seed
    assert run is not None
    learning, validation = (thousands(len(part)) for part in divided(data, project.design.recipe.data.split))
    threads = "1 thread" if run.plan.threads == 1 else f"{run.plan.threads} threads"
    goes_on = f", goes on after step {thousands(run.step)}" if run.step else ""
    return (
        f"{project.design.title or 'The design'} on {data.title}: {learning} training, {validation} validation and "
        f"{thousands(len(data.test))} test images; {threads}, seed {seed}{goes_on}."
    )


def _how_to_go_on(project: Project, out: str | None) -> str:
    assert project.run is not None
    stopped = f"Stopped after step {thousands(project.run.step)}"
    if out is None:
        return f"{stopped}; nothing was saved, since no --out was given."
    return f"{stopped}; cnnstudio train {out} --resume --out {out} goes on from there."
