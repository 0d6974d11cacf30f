"""The entry of the command line: options, and one line for everything that goes wrong."""

from __future__ import annotations

import gc
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, NoReturn

from cnnstudio import __version__
from cnnstudio.cli.console import (
    BAD_ANSWER,
    BAD_INPUT,
    GOOD,
    STOPPED,
    Refused,
    Unheard,
    finish,
    hold_places,
    remark,
    say,
)  # fmt: skip
from cnnstudio.cli.stopping import Stopped
from cnnstudio.files.plain import is_plain

if TYPE_CHECKING:
    from cnnstudio.cli.figures import Painter
    from cnnstudio.cli.reporting.command import Printer

COMMANDS = (
    "templates",
    "new",
    "check",
    "compare",
    "train",
    "evaluate",
    "report",
    "classify",
    "export",
    "import",
    "verify",
    "data",
    "runs",
)

#: what a network can be exported to, and how a file ends that says so itself
TARGETS, ENDINGS = ("pytorch", "keras", "onnx", "numpy", "c"), (".onnx", ".py", ".h")


#: see ``cnnstudio.data.drawn.flaws``, which --help does not wait for
FLAWS = ("ground", "label", "leak")


class _Parser(ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise Refused(f"{self.prog}: {message}. See {self.prog} --help.")

    def _print_message(self, message: str, file: object = None) -> None:
        say(message.removesuffix("\n"))  # its own way ends in a traceback where nobody hears it, or in silence


def main(arguments: Sequence[str], painter: Painter | None = None, printer: Printer | None = None) -> int:
    """Carry out a command and give its exit code: 0 done, 1 done but the answer is bad or could not be told, 2 bad
    input, 3 exported but not proven here, 141 nobody reads the answer, 130 stopped by Ctrl+C, 128 and more by another
    signal.

    ``painter`` makes PDFs and PNGs of figures and ``printer`` PDFs of pages, for which the command line itself has no
    means.
    """
    hold_places()
    try:
        code = _code(arguments, painter, printer)
        finish()
    except Unheard as lost:
        if lost.sentence:
            remark(lost.sentence)
        return lost.code
    return code


def _code(arguments: Sequence[str], painter: Painter | None, printer: Printer | None) -> int:
    try:
        if arguments and not arguments[0].startswith("-") and arguments[0] not in COMMANDS:
            names = ", ".join(COMMANDS)
            if is_plain(arguments[0]):
                raise Refused(f"{arguments[0]}: A command comes before its files. The commands are {names}.")
            raise Refused(f"{arguments[0]}: There is no such command or file. The commands are {names}.")
        options = _parser().parse_args(arguments)
        return _carry_out(options, painter, printer)
    except Refused as error:
        remark(error.sentence)
        return error.code
    except KeyboardInterrupt as error:
        remark("Stopped.")
        return error.code if isinstance(error, Stopped) else STOPPED
    except SystemExit as error:  # --help and --version
        return error.code if isinstance(error.code, int) else GOOD


def _carry_out(options: Namespace, painter: Painter | None, printer: Printer | None) -> int:
    gc.disable()  # nothing of what a start makes is garbage
    try:
        carry_out = _command(options, painter, printer)
    finally:
        gc.enable()
    from cnnstudio.design.format.strict import FileFormatError
    from cnnstudio.nn.telling.told import worded

    try:
        return carry_out(options)
    except FileFormatError as error:
        raise Refused(worded(error), BAD_INPUT) from error
    except MemoryError as error:
        sentence = "There is not enough memory for this. Try a smaller batch size or network."
        raise Refused(sentence, BAD_ANSWER) from error


def _command(options: Namespace, painter: Painter | None, printer: Printer | None) -> Callable[[Namespace], int]:
    """What carries a command out. Imported here, so that --help and --version need not wait for NumPy, and no command
    for what only others need."""
    match options.command:
        case "templates" | "new" | "check" as name:
            from cnnstudio.cli import designs

            return {"templates": designs.templates, "new": designs.new, "check": designs.check}[name]
        case "compare":
            from cnnstudio.cli.comparing import compare_designs

            return compare_designs
        case "train":
            from cnnstudio.cli.training.command import run

            return run
        case "evaluate":
            from cnnstudio.cli import evaluation

            return evaluation.run
        case "report":
            from cnnstudio.cli.reporting import command as reporting

            return partial(reporting.run, printer=printer)
        case "classify":
            from cnnstudio.cli.classifying import classify

            return classify
        case "data":
            from cnnstudio.cli import data_sets

            return data_sets.show
        case "export" if not _for_another_program(options):
            from cnnstudio.cli import figures

            return partial(figures.export, painter=painter)
        case "export" | "import" | "verify" as name:
            from cnnstudio.cli import exchange

            return {"export": exchange.export, "import": exchange.import_model, "verify": exchange.verify}[name]
        case _:
            from cnnstudio.cli import kept

            return kept.show


def _parser() -> ArgumentParser:
    parser = _Parser(
        prog="cnnstudio",
        description="Build convolutional neural networks by stacking layers, train them and look inside.\n"
        "Without a command, or with .cnn files, the window opens.",
        epilog="Try: cnnstudio train lenet5",
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"CNN Studio {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True, parser_class=_Parser)

    def command(name: str, sentence: str) -> ArgumentParser:
        return commands.add_parser(name, help=sentence, description=sentence, allow_abbrev=False)

    command("templates", "List the designs that come with the program.")

    new = command("new", "Write a template as a new .cnn file.")
    new.add_argument("template", metavar="TEMPLATE")
    new.add_argument("out", metavar="OUT.cnn")

    check = command("check", "Show shapes, parameters, cost and faults of a design.")
    check.add_argument("design", metavar="DESIGN", help="a template's name or a file")
    check.add_argument("--json", action="store_true", help="as one JSON object")
    check.add_argument("--plan", action="store_true", help="also how each layer is computed when it is trained here")

    compare = command("compare", "Show two designs side by side: layers, shapes and costs, and what is different.")
    compare.add_argument("first", metavar="A", help="a template's name or a file")
    compare.add_argument("second", metavar="B", help="a template's name or a file")
    compare.add_argument("--json", action="store_true", help="as one JSON object")

    train = command("train", "Train a design and say how well it does on the test images.")
    train.add_argument("design", metavar="DESIGN", help="a template's name or a file")
    train.add_argument("--data", metavar="NAME|PATH", help="digits, shapes, or the path of your own pictures")
    _add_choices(train)
    train.add_argument("--adapt", action="store_true", help="fit input, scaling, last units and names to the pictures")
    train.add_argument("--epochs", type=int, metavar="N", help="how many epochs in all")
    train.add_argument("--batch-size", type=int, metavar="N", help="images in one step")
    train.add_argument("--learning-rate", type=float, metavar="X", help="how far the weights move in one step")
    train.add_argument("--optimizer", metavar="NAME", help="sgd, adam, …; a new one brings its own defaults")
    train.add_argument(
        "--set",
        dest="settings",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="any other setting of the recipe, as schedule=cosine or optimizer.nesterov=true; may be repeated",
    )
    train.add_argument("--seed", type=int, metavar="N", help="decides every random draw")
    train.add_argument("--threads", type=int, metavar="N", help="threads that share a batch")
    resume = "go on from where the file was saved, with its options but for those a run may change"
    train.add_argument("--resume", action="store_true", help=resume)
    train.add_argument("--out", metavar="FILE.cnn", help="save here, at least every half minute while it trains")
    train.add_argument(
        "--lr-range",
        action="store_true",
        help="train for a moment only, to find a learning rate, and keep nothing of it",
    )
    train.add_argument("--json", action="store_true", help="one JSON object a line for each epoch, or rate tried")

    evaluate = command("evaluate", "Say how well a trained .cnn file does on the test images.")
    evaluate.add_argument("file", metavar="FILE.cnn")
    evaluate.add_argument("--data", metavar="NAME|PATH", help="other data than the design's")
    _add_choices(evaluate)
    evaluate.add_argument("--json", action="store_true", help="as one JSON object")

    report = command("report", "Write a page on how a trained .cnn file does.")
    report.add_argument("file", metavar="FILE.cnn")
    report.add_argument("out", metavar="OUT", help="a file that ends in .html or .pdf")
    report.add_argument("--data", metavar="NAME|PATH", help="other data than the design's")
    _add_choices(report)

    classify = command("classify", "Say what a trained .cnn file takes pictures for.")
    classify.add_argument("file", metavar="FILE.cnn")
    classify.add_argument("pictures", metavar="PICTURE|FOLDER", nargs="+", help="files, folders, tables or arrays")
    form = classify.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one JSON object a line for each picture")
    form.add_argument("--csv", action="store_true", help="as a table with the probability of each class")

    data = command(
        "data", "Show what a folder, zip or file of pictures holds: classes, counts, sizes, what is left out."
    )
    data.add_argument(
        "data",
        metavar="PATH",
        help="a folder, zip, IDX, CIFAR, npz, npy or CSV; or digits, shapes; or mnist, fashion-mnist, kmnist, "
        "emnist-letters, cifar-10",
    )
    data.add_argument("--download", action="store_true", help="fetch one of the last five first, if it is not here yet")
    data.add_argument("--to", metavar="FILE.npz", help="write it as arrays, too")
    data.add_argument("--json", action="store_true", help="as one JSON object")
    _add_choices(data)

    export = command(
        "export",
        "Write a figure of a design, or the network for other programs, with a proof that it computes the same there.",
    )
    export.add_argument("design", metavar="DESIGN", help="a template's name or a file")
    export.add_argument(
        "out",
        metavar="OUT",
        help="a file that ends in .svg, .pdf, .png (figures), .onnx, .py (NumPy) or .h (C99), or a folder for --as "
        "pytorch or --as keras",
    )
    export.add_argument("--as", dest="format", choices=TARGETS, help="for another program, whatever the file's ending")
    export.add_argument("--replace", action="store_true", help="also what is there and no export of this kind")
    export.add_argument("--view", choices=("volumes", "cards"), default="volumes", help="which of the two views")
    export.add_argument("--colours", choices=("light", "dark", "print"), default="print", help="print is for paper")
    export.add_argument("--scale", type=float, default=1.0, metavar="X", help="how large; 1 is the size on the screen")

    read = command("import", "Make a project of another program’s model or weights.")
    read.add_argument("file", metavar="FILE", help="an ONNX or Keras model, or weights")
    read.add_argument("out", metavar="OUT.cnn")
    part = "of a model that cannot be read as a whole what comes before that, to be looked at"
    read.add_argument("--as-far-as-it-goes", action="store_true", help=part)
    read.add_argument("--design", metavar="DESIGN", help="whose weights they are: a template's name or a file")

    verify = command("verify", "Compute an exported network again, in its own program.")
    verify.add_argument("file", metavar="EXPORTED", help="what export has written for another program")
    verify.add_argument("--run-changed-code", action="store_true", help="also code that was changed after the export")

    runs = command("runs", "List the runs that were trained here, also in the window.")
    runs.add_argument("--json", action="store_true", help="one JSON object a line")
    return parser


def _for_another_program(options: Namespace) -> bool:
    return bool(options.format) or options.out.lower().endswith(ENDINGS)


def _add_choices(data: ArgumentParser) -> None:
    """The options that say how files become pictures of one size; see ``cnnstudio.cli.data``."""
    data.add_argument("--size", metavar="HxW", help="of every picture; otherwise the commonest, or as it is drawn")
    data.add_argument("--fit", choices=("crop", "fit", "pad"), help="lose edges, be squeezed or get bars")
    data.add_argument("--colour", choices=("grey", "rgb"), help="otherwise colours if any picture has some")
    data.add_argument("--split", type=float, metavar="SHARE", help="held back as test where the data has none; 0.2")
    data.add_argument("--split-seed", type=int, metavar="N", help="which pictures these are")
    data.add_argument("--per-class", type=int, metavar="N", help="at most so many pictures of each class")
    data.add_argument("--label-column", metavar="NAME", help="the column of a CSV file that names the class")
    data.add_argument("--flaw", choices=FLAWS, help="of a built-in set: plant a flaw, to be found")
