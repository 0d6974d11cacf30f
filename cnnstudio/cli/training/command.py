"""The command train."""

from __future__ import annotations

import shlex
from argparse import Namespace

from cnnstudio.cli.console import BAD_ANSWER, GOOD, Output, Refused, remark
from cnnstudio.cli.data import CHOICES, data_for, data_of, refuse_misfit, with_choices
from cnnstudio.cli.designs import Opened, check_target, open_design
from cnnstudio.cli.evaluation import figures, test, words
from cnnstudio.cli.stopping import Stopping
from cnnstudio.cli.training.checkpoints import Checkpoints
from cnnstudio.cli.training.driving import Ending, drive
from cnnstudio.cli.training.rate_range import find_rate
from cnnstudio.cli.training.set_option import with_settings
from cnnstudio.data.dataset import DataSet
from cnnstudio.data.preparation.measured import brightness
from cnnstudio.data.preparation.split import divided
from cnnstudio.design.analysis.analysis import analyse
from cnnstudio.design.edits.edits import EditRefused
from cnnstudio.design.edits.fitting import fitted
from cnnstudio.design.problems.learning.norm_of_one import NormOfOne
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.environment import environment
from cnnstudio.design.wording.problems import placed_sentence, why_not_trainable
from cnnstudio.design.wording.settings import setting_text
from cnnstudio.nn.arrays import thousands
from cnnstudio.nn.network.network import Abandoned
from cnnstudio.nn.network.plan import default_threads
from cnnstudio.nn.settings import Difference, differences
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.nn.telling.told import Told, worded
from cnnstudio.project.kept.evaluations import keep_test
from cnnstudio.project.kept.runs import told_again
from cnnstudio.project.project import Project, untrained
from cnnstudio.runs.adjusting import going_on
from cnnstudio.runs.early_stopping import stopped_early
from cnnstudio.runs.plans import MOST_THREADS, plan_for
from cnnstudio.runs.recorder import may_change, new_run, why_not_resumable
from cnnstudio.runs.verdicts.chance import Chance
from cnnstudio.runs.verdicts.course import Course
from cnnstudio.runs.verdicts.rules import verdict
from cnnstudio.runs.verdicts.silent import IMAGES, silent_share
from cnnstudio.runs.verdicts.wording import verdict_text


def run(arguments: Namespace) -> int:
    """Train a design, say how well it does on the test images, and save it if wanted."""
    with Stopping() as stopping:
        return _train(arguments, stopping)


def _train(arguments: Namespace, stopping: Stopping) -> int:
    opened = open_design(arguments.design)
    if arguments.lr_range and (arguments.resume or arguments.out):
        given = "--resume" if arguments.resume else "--out"
        raise Refused(f"--lr-range begins from fresh weights and keeps nothing: leave {given} out.")
    if arguments.resume and opened.project is None:
        raise Refused(f"{opened.name}: There is nothing to go on from. --resume takes a .cnn file that was trained.")
    out = arguments.out or (arguments.design if arguments.resume else None)
    if out is not None:
        check_target(out)
    if arguments.threads is not None and not 1 <= arguments.threads <= MOST_THREADS:
        raise Refused(f"--threads must be from 1 to {MOST_THREADS}, not {arguments.threads}.")
    design = _with_options(opened, arguments)
    if arguments.adapt:
        opened, design, data = _adapted(opened, design, arguments.json)
    else:
        data = data_for(opened, design, arguments.json, _way_out)
    design = design.with_changes(classes=data.classes)
    if arguments.lr_range:
        return find_rate(design, data, arguments.threads or default_threads(), arguments.json, stopping)
    project = _start(opened, design, data, arguments)
    output, checkpoints = Output(), Checkpoints(out)
    stopping.patient = True
    learning, _ = divided(data, design.recipe.data.split)
    _advise(design, data, len(learning))
    checkpoints.begin(project)
    if not arguments.json:
        output.say(_heading(project, data))
    ending = drive(project, data, arguments.json, output, checkpoints, stopping)
    if ending.diverged:
        remark(worded(ending.diverged))
    elif ending.project.run is not None and (early := stopped_early(ending.project.run)) is not None:
        remark(worded(early))
    if ending.stopped or not _test(ending, data, arguments.json, output, stopping):
        remark(_how_to_go_on(ending, out))
        return stopping.code
    if out is not None and not arguments.json and not checkpoints.failed:
        output.say(f"Saved {out}.")
    return output.code or (BAD_ANSWER if ending.diverged or checkpoints.failed else GOOD)


def _way_out(design: Design, data: DataSet) -> str:
    """What to do about data that a design does not fit, where it helps."""
    try:
        after = _fitted(design, data)
    except EditRefused:
        return ""
    helps = not why_not_trainable(after, data.image_shape, len(data.classes))
    return "Or let --adapt fit the network to the images." if helps else ""


def _fitted(design: Design, data: DataSet) -> Design:
    return fitted(design, data.image_shape, data.classes, brightness(data.train))


def _adapted(opened: Opened, design: Design, quiet: bool) -> tuple[Opened, Design, DataSet]:
    """The design fitted to its data, and what was opened with it, whose weights stay where they still fit.

    Raises:
        Refused: there is no such data, or the network cannot be trained on it even so.
    """
    data = data_of(opened, design, quiet)
    try:
        after = _fitted(design, data)
    except EditRefused as error:
        raise Refused(f"{opened.name}: {worded(error)}") from error
    refuse_misfit(opened, after, data)
    for node in after.graph:
        if node.layer != design.graph[node.id].layer:
            settings = ", ".join(
                f"{about.title.lower()} {setting_text(before)} → {setting_text(now)}"
                for about in type(node.layer).settings()
                if (before := getattr(design.graph[node.id].layer, about.name))
                != (now := getattr(node.layer, about.name))
            )
            remark(f"Fitted to {data.title}: {after.cards[node.id].name}: {settings}.")
    project = opened.project.edited(opened.project.design.with_changes(graph=after.graph)) if opened.project else None
    return Opened(opened.name, opened.design, project), after, data


def _advise(design: Design, data: DataSet, images: int) -> None:
    """Say on standard error what will not be learned, for it shows in no figure of the training."""
    around = environment(design, data.image_shape, len(data.classes), images=images)
    for problem in analyse(design.graph, around).advice:
        if problem.code == NormOfOne.code:
            remark(placed_sentence(design, problem))


def _judged(project: Project, data: DataSet) -> Told | None:
    """What is to be thought of the run, with a look at its ReLUs."""
    run, recipe = project.run, project.design.recipe
    assert run is not None
    learning, validation = divided(data, recipe.data.split)
    images = learning.read(slice(0, IMAGES))
    return verdict(
        Course.of(run),
        Chance.of(validation.labels, len(data.classes), recipe.loss),
        silent_share(project.design.graph, project.weights, images),
    )


def _test(ending: Ending, data: DataSet, as_json: bool, output: Output, stopping: Stopping) -> bool:
    """Say how well the network does on the test images, and what is to be thought of its run, unless it is said already
    that the loss grew beyond all numbers; false where a signal came before that was known."""
    try:
        result = test(ending.project, data, stopping.wanted)
    except Abandoned:
        return False
    project = ending.project
    keep_test(project.run, project.design.graph, project.weights, data.fingerprint, result.evaluation)
    judged = None if ending.diverged else _judged(ending.project, data)
    if as_json:
        code = "diverging" if ending.diverged else judged.code if judged is not None else None
        output.emit({"verdict": code})
        output.emit(figures(result))
    else:
        output.say(words(result, data))
        if judged is not None:
            output.say(verdict_text(judged))
    return True


def _with_options(opened: Opened, arguments: Namespace) -> Design:
    """The design with what the options say in place of its recipe's settings."""
    names = ("epochs", "batch_size", "learning_rate", "optimizer", "seed")
    changes = {name: getattr(arguments, name) for name in names if getattr(arguments, name) is not None}
    before = opened.design.recipe
    with_data = before.replace(data=with_choices(before.data, arguments))
    recipe = with_settings(with_data, changes, arguments.settings)
    if arguments.resume and opened.project is not None and opened.project.run is not None:
        for changed in differences(opened.design.recipe, recipe):
            if not may_change(changed):
                _must_be_equal(opened, _option(changed, arguments), changed.after, changed.before)
        read, was = dict(recipe.data.choices), dict(before.data.choices)
        for option, name in CHOICES.items():
            if read.get(name) != was.get(name) and recipe.data.source == before.data.source:
                _must_be_equal(opened, f"--{option.replace('_', '-')}", read.get(name), was.get(name, "not chosen"))
    return opened.design.with_changes(recipe=recipe)


def _option(changed: Difference, arguments: Namespace) -> str:
    """The option by which a setting was given."""
    name = changed.path.rpartition(".")[2]
    given = getattr(arguments, name, None) is not None
    return f"--{name.replace('_', '-')}" if given else f"--set {changed.path}"


def _must_be_equal(opened: Opened, option: str, now: object, before: object) -> None:
    """Refuse to go on with other options than those that a run was begun with: it would be another run."""
    if now != before:
        way = f"Leave {option} out to go on with it, or leave --resume out to begin anew."
        raise Refused(f"{opened.name}: {option} is {now} now, and the run was begun with {before}. {way}")


def _start(opened: Opened, design: Design, data: DataSet, arguments: Namespace) -> Project:
    """The project to train, with the run it begins or goes on with."""
    before = opened.project if arguments.resume else None
    if before is not None and before.run is not None:
        if arguments.threads is not None:
            _must_be_equal(opened, "--threads", arguments.threads, before.run.plan.threads)
        if arguments.data is not None and data.fingerprint != before.run.data:
            raise Refused(f"{opened.name}: The images of --data {arguments.data} are not those the run learned from.")
        reason = why_not_resumable(before.run, design, before.weights, data.fingerprint)
        if not reason:
            return before.with_changes(design=design, run=told_again(before.run, going_on(before.run, design)))
        remark(f"{opened.name}: Begins a new run from the weights in the file. {worded(reason)}")
    threads = arguments.threads or default_threads()
    plan = plan_for(design.graph, design.recipe.batch_size, threads)
    thumbnail = opened.project.thumbnail if opened.project else b""
    if before is not None:
        run = new_run(design, plan, data.fingerprint, before.run, before.weights)
        return Project(design, before.weights, run, thumbnail)
    return untrained(design).with_changes(run=new_run(design, plan, data.fingerprint), thumbnail=thumbnail)


def _heading(project: Project, data: DataSet) -> str:
    run, seed = project.run, project.design.recipe.seed
    assert run is not None
    learning, validation = (thousands(len(part)) for part in divided(data, project.design.recipe.data.split))
    threads = amount(run.plan.threads, "thread")
    goes_on = f", goes on after step {thousands(run.step)}" if run.step else ""
    return (
        f"{project.design.title or 'The design'} on {data.title}: {learning} training, {validation} validation and "
        f"{amount(len(data.test), 'test image')}; {threads}, seed {seed}{goes_on}."
    )


def _how_to_go_on(ending: Ending, out: str | None) -> str:
    assert ending.project.run is not None
    where = f"after step {thousands(ending.project.run.step)}" if ending.stopped else "before the test"
    if out is None:
        return f"Stopped {where}; nothing was saved, since no --out was given."
    return f"Stopped {where}; cnnstudio train {shlex.quote(out)} --resume goes on from there."
