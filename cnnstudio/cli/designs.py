"""The commands that need no data: templates, new and check."""

from __future__ import annotations

import json
from argparse import Namespace
from dataclasses import dataclass
from pathlib import Path

from cnnstudio import opening
from cnnstudio.cli.console import BAD_ANSWER, GOOD, Refused, remark, say
from cnnstudio.design.analysis.analysis import Analysis, Problem, analyse
from cnnstudio.design.analysis.repairs import ideas_tried, repairs
from cnnstudio.design.edits.locking import trainable_each, trainable_parameters
from cnnstudio.design.templates import template, template_names, template_sentence
from cnnstudio.design.value.design import Design
from cnnstudio.design.wording.effects import effect_text
from cnnstudio.design.wording.problems import placed_sentence, problem_words
from cnnstudio.design.wording.repairs import repair_words
from cnnstudio.files.plain import exists, is_folder, is_plain
from cnnstudio.nn.arrays import shape_text, thousands
from cnnstudio.nn.graph.graph import Node
from cnnstudio.nn.network.plan import default_threads
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.nn.telling.told import Sentence, worded
from cnnstudio.project.file import SaveError, save_project
from cnnstudio.project.project import Project, untrained
from cnnstudio.runs.plans import plan_for

#: how many layers may be looked at in trying out repairs
_LOOKED_AT = 12_000


@dataclass(frozen=True)
class Opened:
    """What a DESIGN argument names: a template, a design in JSON, a project with weights, a run's folder or another
    program's model; ``notes`` say what was done to represent that."""

    name: str
    design: Design
    project: Project | None = None
    notes: tuple[Sentence, ...] = ()


def open_design(argument: str) -> Opened:
    """The design that a template's name or a path stands for. What of a file is damaged and was left out is remarked.

    Raises:
        Refused: there is neither.
        FileFormatError: the file is not what it should be.
    """
    if argument in template_names():
        return Opened(argument, template(argument))
    path = Path(argument)
    if not exists(argument):
        names = ", ".join(template_names())
        raise Refused(f"{argument}: There is no such template or file. Give a path, or one of {names}.")
    if not is_plain(path) and opening.what_is(path).kind != "project":
        raise Refused(f"{argument}: It is not a file. Give a .cnn file or a design in JSON.")
    found = opening.open_design(path)
    for damage in found.damage:
        remark(f"{argument}: {worded(damage)}")
    return Opened(argument, found.design, found.project, found.notes)


def save(project: Project, path: str) -> None:
    """Write a project.

    Raises:
        Refused: it could not be saved.
    """
    try:
        save_project(project, path)
    except SaveError as error:
        raise Refused(worded(error), BAD_ANSWER) from error


def check_target(path: str) -> None:
    """Find out before any work whether a file can be written there.

    Raises:
        Refused: its folder is missing, or it is a folder itself.
    """
    target = Path(path)
    if not is_folder(target.parent):
        raise Refused(f"{path}: There is no folder {target.parent}. Make it first or choose another.")
    if exists(target) and not is_plain(target):
        raise Refused(f"{path}: It is not a file. Give the name of a .cnn file.")


def templates(_: Namespace) -> int:
    """List the templates."""
    width = max(map(len, template_names()))
    for name in template_names():
        say(f"{name:<{width}}  {template_sentence(name)}")
    return GOOD


def new(arguments: Namespace) -> int:
    """Write a template as a new project."""
    if arguments.template not in template_names():
        names = ", ".join(template_names())
        raise Refused(f"{arguments.template}: There is no such template. Choose one of {names}.")
    check_target(arguments.out)
    if exists(arguments.out):
        raise Refused(f"{arguments.out}: It is there already. Choose another name or remove it first.")
    save(untrained(template(arguments.template)), arguments.out)
    say(f"{arguments.out}: {template_sentence(arguments.template)}")
    return GOOD


def check(arguments: Namespace) -> int:
    """Say what is known of a design without running it."""
    opened = open_design(arguments.design)
    analysis = analyse(opened.design.graph)
    if arguments.json:
        plan = {"plan": _plan(opened.design)} if arguments.plan else {}
        say(json.dumps(_report(opened.design, analysis) | plan))
    else:
        _print(opened, analysis)
        if arguments.plan:
            say(f"Plan for batches of {opened.design.recipe.batch_size} on {amount(default_threads(), 'thread')}:")
            for name, algorithm in _plan(opened.design).items():
                say(f"  {name}: {algorithm}")
    return BAD_ANSWER if analysis.problems else GOOD


def _plan(design: Design) -> dict[str, str]:
    """How each layer that can be computed in several ways will be: by its name."""
    plan = plan_for(design.graph, design.recipe.batch_size, default_threads())
    several = {node.id for node in design.graph if len(node.layer.algorithms) > 2}
    return {design.cards[i].name: name for i, name in plan.algorithms.items() if i in several}


def _report(design: Design, analysis: Analysis) -> dict[str, object]:
    learns, tried = trainable_each(design), _with_repairs(design)
    layers = [
        {
            "name": design.cards[node.id].name,
            "kind": node.layer.kind,
            "output_shape": None if facts.shape is None else list(facts.shape),
            "parameters": facts.parameters,
            "trainable_parameters": learns.get(node.id, 0),
            "locked": node.id in design.locks.layers,
            "macs": facts.macs,
        }
        for node in _nodes(design)
        for facts in (analysis.layers[node.id],)
    ]
    findings = [_finding(design, problem, place < tried) for place, problem in enumerate(analysis.findings)]
    return {
        "layers": layers,
        "parameters": analysis.parameters,
        "trainable_parameters": sum(learns.values()),
        "macs": analysis.macs,
        "problems": findings[: len(analysis.problems)],
        "advice": findings[len(analysis.problems) :],
    }


def _nodes(design: Design) -> list[Node]:
    """The layers from the image on; those on a cycle, which have no such place, come last."""
    graph = design.graph
    return [*(graph[i] for i in graph.order), *(node for node in graph if node.id in graph.cyclic)]


def _with_repairs(design: Design) -> int:
    """For how many problems repairs are tried out, so that it takes no longer than everything else."""
    return max(1, _LOOKED_AT // max(ideas_tried(design) * len(design.graph), 1))


def _finding(design: Design, problem: Problem, tried: bool) -> dict[str, object]:
    layer = design.cards[problem.node].name if problem.node else None
    found = repairs(design, problem) if tried else None
    offered = (
        None
        if found is None
        else [{"title": repair_words(design, repair).title, "effect": effect_text(repair.effect)} for repair in found]
    )
    words = problem_words(design, problem)
    said = {"layer": layer, "code": problem.code, "title": words.title, "sentence": words.sentence}
    return {**said, "repairs": offered}


def _print(opened: Opened, analysis: Analysis) -> None:
    design = opened.design
    rows = [("layer", "", "output", "parameters", "MACs")]
    for node in _nodes(design):
        facts = analysis.layers[node.id]
        shape = "–" if facts.shape is None else shape_text(facts.shape)
        cost = (thousands(facts.parameters), thousands(facts.macs))
        locked = ", locked" if node.id in design.locks.layers else ""
        rows.append((design.cards[node.id].name, worded(node.layer.summary()) + locked, shape, *cost))
    rows.append(("in all", "", "", thousands(analysis.parameters), thousands(analysis.macs)))
    if design.locks:
        rows.append(("trainable", "", "", thousands(trainable_parameters(design)), ""))
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    say(f"{design.title or opened.name}")
    for row in rows:
        left = [text.ljust(width) for text, width in zip(row[:3], widths, strict=False)]
        right = [text.rjust(width) for text, width in zip(row[3:], widths[3:], strict=True)]
        say("  " + "  ".join((*left, *right)))
    tried = _with_repairs(design)
    for place, problem in enumerate(analysis.findings):
        kind = "Problem" if problem.severity == "error" else "Advice"
        say(f"{kind}: {placed_sentence(design, problem)}")
        for repair in repairs(design, problem) if place < tried else ():
            say(f"  Repair: {repair_words(design, repair).title} ({effect_text(repair.effect)})")
    if len(analysis.findings) > tried:
        say(f"Repairs are tried out for the first {tried} of {len(analysis.findings)}; the window has them for each.")
    if not analysis.problems:
        say("No problems.")
