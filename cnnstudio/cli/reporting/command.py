"""The command ``report``: one page on a trained network, as HTML or PDF."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

from cnnstudio.cli.console import BAD_ANSWER, GOOD, Refused, say
from cnnstudio.cli.data import data_for, with_choices
from cnnstudio.cli.designs import open_design
from cnnstudio.cli.evaluation import test, words
from cnnstudio.cli.reporting.found import find
from cnnstudio.cli.reporting.page import html
from cnnstudio.export.writing import ExportError
from cnnstudio.files.atomic import replace_file
from cnnstudio.nn.graph.graph import GraphError
from cnnstudio.nn.telling.phrases import bytes_text
from cnnstudio.nn.telling.told import worded
from cnnstudio.project.kept.evaluations import keep_test

#: makes the bytes of a PDF of a page; whoever starts the command line hands it over, since it needs Qt
Printer = Callable[[str], bytes]


def run(arguments: Namespace, printer: Printer | None = None) -> int:
    """Test a project and write the report.

    Raises:
        Refused: it holds no weights, is no classifier, or the file cannot be written.
    """
    out = Path(arguments.out)
    ending = out.suffix.lower()
    if ending not in (".html", ".pdf"):
        raise Refused(f"{out}: Name a file that ends in .html or .pdf.")
    if ending == ".pdf" and printer is None:
        raise Refused(f"{out}: A PDF is painted by the program cnnstudio; from here name a file .html.")
    opened = open_design(arguments.file)
    if opened.project is None:
        raise Refused(f"{opened.name}: It holds no weights. First: cnnstudio train {opened.name} --out FILE.cnn")
    recipe = opened.design.recipe
    design = opened.design.with_changes(recipe=recipe.replace(data=with_choices(recipe.data, arguments)))
    data = data_for(opened, design, False)
    project = opened.project
    try:
        confusion = test(project, data)
        keep_test(project.run, project.design.graph, project.weights, data.fingerprint, confusion.evaluation)
        page = html(find(project, data, confusion))
    except GraphError as error:
        raise Refused(f"{opened.name}: {worded(error)}") from error
    try:
        content = page.encode() if ending == ".html" or printer is None else printer(page)
        replace_file(out, lambda file: file.write(content), lambda written: None, backup=False)
    except ExportError as error:
        raise Refused(worded(error), BAD_ANSWER) from error
    except OSError as error:
        raise Refused(f"{out}: It could not be written ({error.strerror}).", BAD_ANSWER) from error
    say(words(confusion, data))
    say(f"{out}: {bytes_text(len(content))}, all in one file.")
    return GOOD
