"""The commands ``export`` for other programs, ``import`` and ``verify``: a network in their format, and whether it
computes the same there."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from cnnstudio.cli.console import BAD_ANSWER, GOOD, Refused, say
from cnnstudio.cli.designs import check_target, open_design, save
from cnnstudio.design.facts.answers import answers
from cnnstudio.exchange.exportable import Exportable, ExportRefused
from cnnstudio.exchange.installed import why_no_onnx
from cnnstudio.nn.graph import GraphError
from cnnstudio.nn.phrases import amount
from cnnstudio.nn.told import worded
from cnnstudio.project.project import untrained

if TYPE_CHECKING:
    from cnnstudio.exchange.certificate import Certificate


def export(arguments: Namespace) -> int:
    """Write a design with its weights for another program, and say what the certificate says.

    Raises:
        Refused: it is no classifier, a layer of it cannot be written there, or the file cannot be written.
    """
    out = Path(arguments.out)
    if (missing := why_no_onnx()) is not None:
        raise Refused(worded(missing))
    from cnnstudio.exchange.onnx.exporting import export_onnx

    opened = open_design(arguments.design)
    project = opened.project or untrained(opened.design)
    network = Exportable(project.design, project.weights.parameters, answers(project.design, ()))
    try:
        certificate = export_onnx(network, out)
    except (GraphError, ExportRefused) as error:
        raise Refused(f"{arguments.design}: {worded(error)}") from error
    except OSError as error:
        raise Refused(f"{out}: It cannot be written here ({error.strerror or error}).") from error
    if project.fresh:
        say("The weights are the first ones: nothing has been learned yet.")
    return _tell(out, certificate)


def import_model(arguments: Namespace) -> int:
    """Another program's model as a project of its own.

    Raises:
        Refused: it could not be written.
        FileFormatError: it cannot be represented here, or is damaged.
    """
    check_target(arguments.out)
    opened = open_design(arguments.file)
    if opened.project is None:
        raise Refused(f"{arguments.file}: It holds no weights. Give a model of another program (.onnx).")
    save(opened.project, arguments.out)
    for note in opened.notes:
        say(worded(note))
    design = opened.project.design
    learned = amount(opened.project.weights.parameters.layout.size, "parameter")
    say(f"{arguments.out}: {amount(len(design.graph), 'layer')}, {learned}.")
    return GOOD


def verify(arguments: Namespace) -> int:
    """Compute an exported network once more in its own program, and say how far it is from what the engine made.

    Raises:
        Refused: the certificate is not about this file, or there is none.
    """
    path = Path(arguments.file)
    if (missing := why_no_onnx()) is not None:
        raise Refused(worded(missing))
    from cnnstudio.exchange.onnx.exporting import verify_onnx

    try:
        certificate = verify_onnx(path)
    except OSError as error:
        raise Refused(f"{path}: It cannot be read ({error.strerror or error}).") from error
    return _tell(path, certificate)


def _tell(path: Path, certificate: Certificate) -> int:
    same = round(certificate.agreement * certificate.pictures)
    judge = f"{certificate.judge} {certificate.versions[certificate.judge]}"
    how = f"{same} of {certificate.pictures} answers are the same, logits differ by {certificate.difference:.1e}"
    if certificate.holds:
        say(f"{path}: Proven with {judge}: {how} of the largest at most.")
        return GOOD
    say(f"{path}: It does NOT compute the same in {judge}: {how} of the largest.")
    return BAD_ANSWER
