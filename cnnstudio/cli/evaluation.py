"""The command evaluate, and the test at the end of a training."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from dataclasses import dataclass

from cnnstudio.cli.console import GOOD, Refused, emit, percent, say
from cnnstudio.cli.data import data_for, with_choices
from cnnstudio.cli.designs import open_design
from cnnstudio.data.dataset import DataSet
from cnnstudio.nn.network.shard import never
from cnnstudio.nn.network.team import Team
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.nn.training.confusion import Confusion
from cnnstudio.nn.training.evaluation import evaluate
from cnnstudio.nn.training.scores import interval
from cnnstudio.project.kept.evaluations import keep_test
from cnnstudio.project.project import Project
from cnnstudio.runs.run import plan_of


def test(project: Project, data: DataSet, cancelled: Callable[[], bool] = never) -> Confusion:
    """How the project's weights do on the test images, computed by the plan they were trained by.

    Raises:
        Abandoned: ``cancelled`` returned true.
    """
    graph = project.design.graph
    plan = plan_of(project.run, graph)
    loss = project.design.recipe.loss
    with Team(plan.threads) as team:
        found = evaluate(
            graph, project.weights.parameters, data.test, plan=plan, team=team, loss=loss, cancelled=cancelled
        )
    return Confusion(found)


def figures(found: Confusion) -> dict[str, float]:
    """What a test tells programs; the accuracy that counts classes alike where they differ in number."""
    balanced = {"test_balanced_accuracy": found.balanced_accuracy} if found.uneven else {}
    return {"test_loss": found.evaluation.loss, "test_accuracy": found.evaluation.accuracy, **balanced}


def words(found: Confusion, data: DataSet) -> str:
    """What a test tells people: the accuracy and where that on all such images lies, with 95 % confidence; where
    classes differ in number, also what is right if all count alike."""
    low, high = (percent(share) for share in interval(found.right, len(found.labels)))
    balanced = f"; {percent(found.balanced_accuracy)} if every class counts alike" if found.uneven else ""
    images = f"{amount(len(found.labels), 'image')} of {data.title}"
    evaluation = found.evaluation
    return (
        f"Test accuracy {percent(evaluation.accuracy)} (95\u202f% sure: {low} to {high}{balanced}), "
        f"loss {evaluation.loss:.4g} ({images})."
    )


@dataclass(frozen=True, eq=False)
class Tested:
    """A project, the data it was tested on, and what came out."""

    project: Project
    data: DataSet
    confusion: Confusion


def tested(arguments: Namespace, *, quiet: bool) -> Tested:
    """Test the project of ``arguments.file`` on the data that was chosen, and keep what came out.

    Raises:
        Refused: it holds no weights, or there is no such data.
        GraphError: it is no classifier.
    """
    opened = open_design(arguments.file)
    if opened.project is None:
        raise Refused(f"{opened.name}: It holds no weights. First: cnnstudio train {opened.name} --out FILE.cnn")
    recipe = opened.design.recipe
    design = opened.design.with_changes(recipe=recipe.replace(data=with_choices(recipe.data, arguments)))
    data, project = data_for(opened, design, quiet), opened.project
    result = test(project, data)
    keep_test(project.run, project.design.graph, project.weights, data.fingerprint, result.evaluation)
    return Tested(project, data, result)


def run(arguments: Namespace) -> int:
    """Say how well a project does on the test images."""
    found = tested(arguments, quiet=arguments.json)
    if arguments.json:
        emit(figures(found.confusion))
    else:
        if found.project.fresh:
            say("The network is not trained: its weights are the first ones, drawn at random.")
        say(words(found.confusion, found.data))
    return GOOD
