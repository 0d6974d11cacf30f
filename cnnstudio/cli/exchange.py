"""The commands ``export`` for other programs, ``import`` and ``verify``: a network in their format, and whether it
computes the same there."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from cnnstudio.cli.console import BAD_ANSWER, GOOD, Refused, say
from cnnstudio.cli.designs import check_target, open_design, save
from cnnstudio.design.facts.answers import answers
from cnnstudio.exchange import targets
from cnnstudio.exchange.certificate import Certificate
from cnnstudio.exchange.code.apart import NotComputed
from cnnstudio.exchange.exportable import Exportable, ExportRefused
from cnnstudio.exchange.models import StoppedModel
from cnnstudio.exchange.proof import finished
from cnnstudio.exchange.targets import TARGETS, in_the_way, target_for
from cnnstudio.nn.graph.graph import GraphError
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.nn.telling.told import worded
from cnnstudio.opening import WEIGHTS, Opened, as_far_as_it_goes, open_weights, what_is
from cnnstudio.project.project import untrained

#: the exit code of an export that could not be computed here
UNPROVEN = 3


def export(arguments: Namespace) -> int:
    """Write a design with its weights for another program, and say what the certificate says.

    Raises:
        Refused: it is no classifier, a layer of it cannot be written there, something else lies there, or it cannot be
            written or computed.
    """
    out = Path(arguments.out)
    target = TARGETS[arguments.format] if arguments.format else target_for(out)
    assert target is not None
    if (missing := target.why_not()) is not None:
        raise Refused(worded(missing))
    if not arguments.replace and (found := in_the_way(target, out)) is not None:
        raise Refused(f"{worded(found)} Choose another place, or say --replace.")
    opened = open_design(arguments.design)
    project = opened.project or untrained(opened.design)
    network = Exportable(project.design, project.weights.parameters, answers(project.design, ()))
    try:
        certificate = finished(target.exporting(network, out, True))
    except (GraphError, ExportRefused) as error:
        raise Refused(f"{arguments.design}: {worded(error)}") from error
    except NotComputed as error:
        raise Refused(f"{out}: It is written, but nothing is proven. {worded(error)}", BAD_ANSWER) from error
    except OSError as error:
        raise Refused(f"{out}: It cannot be written here ({error.strerror or error}).") from error
    if project.fresh:
        say("The weights are the first ones: nothing has been learned yet.")
    if not certificate.checked:
        why = target.why_unproven()
        assert why is not None
        say(f"{out}: Exported, but not proven here: {worded(why)} Where it is, run: cnnstudio verify {out}")
        return UNPROVEN
    return _tell(out, certificate)


def import_model(arguments: Namespace) -> int:
    """Another program's model as a project of its own.

    Raises:
        Refused: it could not be written, or represented as a whole where nobody said that a part will do.
        FileFormatError: nothing of it can be represented here, or it is damaged.
    """
    check_target(arguments.out)
    try:
        opened = _with_weights(arguments) if arguments.design else open_design(arguments.file)
    except StoppedModel as error:
        if not arguments.as_far_as_it_goes:
            raise Refused(f"{worded(error)} To look at what comes before it, say --as-far-as-it-goes.") from error
        opened = as_far_as_it_goes(error)
    if opened.project is None:
        raise Refused(f"{arguments.file}: It holds no weights. Give a model of another program (.onnx, .keras).")
    save(opened.project, arguments.out)
    for note in opened.notes:
        say(worded(note))
    design = opened.project.design
    learned = amount(opened.project.weights.parameters.layout.size, "parameter")
    say(f"{arguments.out}: {amount(len(design.graph), 'layer')}, {learned}.")
    return GOOD


def _with_weights(arguments: Namespace) -> Opened:
    path, opened = Path(arguments.file), open_design(arguments.design)
    if what_is(path).kind != "weights":
        raise Refused(f"{path}: It holds no weights alone. Give a file that ends in {', '.join(WEIGHTS)}.")
    return open_weights(path, opened.project or untrained(opened.design))


def verify(arguments: Namespace) -> int:
    """Compute an exported network once more in its own program, and say how far it is from what the engine made.

    Raises:
        Refused: the certificate is not about this file, or there is none.
    """
    path = Path(arguments.file)
    try:
        certificate = targets.verify(path, run_changed_code=arguments.run_changed_code)
    except ExportRefused as error:
        raise Refused(worded(error)) from error
    except NotComputed as error:
        raise Refused(f"{path}: {worded(error)}", BAD_ANSWER) from error
    except OSError as error:
        raise Refused(f"{path}: It cannot be read ({error.strerror or error}).") from error
    return _tell(path, certificate)


def _tell(path: Path, certificate: Certificate) -> int:
    same = round(certificate.agreement * certificate.pictures)
    judge = f"{certificate.judge} {certificate.versions[certificate.judge]}"
    how = f"{same} of {certificate.pictures} answers are the same, logits differ by {certificate.difference:.1e}"
    if (after := certificate.after_step) is not None:
        how += f" ({after.difference:.1e} after one step of training)"
    if certificate.holds:
        say(f"{path}: Proven with {judge}: {how} of the largest at most.")
        return GOOD
    say(f"{path}: It does NOT compute the same in {judge}: {how} of the largest.")
    return BAD_ANSWER
