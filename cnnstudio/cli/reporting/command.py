"""The command ``report``: one page on a trained network, as HTML or PDF."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

from cnnstudio.cli.console import BAD_ANSWER, GOOD, Refused, say
from cnnstudio.cli.evaluation import tested, words
from cnnstudio.cli.reporting.found import find
from cnnstudio.cli.reporting.page import html
from cnnstudio.export.writing import ExportError
from cnnstudio.files.atomic import replace_file
from cnnstudio.nn.graph.graph import GraphError
from cnnstudio.nn.telling.phrases import bytes_text
from cnnstudio.nn.telling.told import worded

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
    try:
        on = tested(arguments, quiet=False)
        page = html(find(on.project, on.data, on.confusion))
    except GraphError as error:
        raise Refused(f"{arguments.file}: {worded(error)}") from error
    try:
        content = page.encode() if ending == ".html" or printer is None else printer(page)
        replace_file(out, lambda file: file.write(content), lambda written: None, backup=False)
    except ExportError as error:
        raise Refused(worded(error), BAD_ANSWER) from error
    except OSError as error:
        raise Refused(f"{out}: It could not be written ({error.strerror}).", BAD_ANSWER) from error
    say(words(on.confusion, on.data))
    say(f"{out}: {bytes_text(len(content))}, all in one file.")
    return GOOD
