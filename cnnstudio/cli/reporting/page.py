"""A report as one HTML page: nothing else is needed to read or to print it, and no script runs."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Sequence
from html import escape

import numpy as np

from cnnstudio import __version__
from cnnstudio.cli.reporting.drawings import (
    BLUE,
    RED,
    address,
    believed,
    curves,
    falling,
    interval_bar,
    picture,
)
from cnnstudio.cli.reporting.found import Asked, Found
from cnnstudio.export.svg import svg
from cnnstudio.export.writing import figure_of
from cnnstudio.nn.arrays import shape_text, thousands
from cnnstudio.nn.looking.attribution.laid_over import laid_over
from cnnstudio.nn.settings import Described, Setting
from cnnstudio.nn.telling.phrases import amount, percent, share_text
from cnnstudio.nn.telling.told import worded
from cnnstudio.nn.training.scores import interval

#: pixels of the network's figure, as many as a sheet of paper has room for
_WIDEST = 640
#: pictures beside each other
_BESIDE = 6
#: begins a sheet of paper
_SHEET = "<h2 style='page-break-before: always'>"
#: how each method is called here
_METHODS = {
    "grad_cam": "Grad-CAM (Selvaraju et al., 2017): bright speaks for the answer",
    "times_pixel": "gradient × pixel: red speaks for the answer, blue against it",
}
_STYLE = """
body { font: 14px/1.45 system-ui, sans-serif; color: #1b2130; max-width: 860px; margin: 32px auto; padding: 0 20px; }
h1 { font-size: 26px; margin: 0 0 4px; } h2 { font-size: 18px; margin: 30px 0 8px; } .soft { color: #5d6675; }
table { border-collapse: collapse; margin: 6px 0; } td, th { padding: 3px 10px 3px 0; text-align: left; }
td { vertical-align: top; }
th { font-weight: 600; white-space: nowrap; } .number { text-align: right; } .large { font-size: 30px; }
.cells td { width: 34px; height: 26px; padding: 0; text-align: center; border: 1px solid #ffffff; }
img { vertical-align: bottom; } .figure { max-width: 100%; } .shown td { text-align: center; padding: 4px 12px 8px 0; }
@media print { body { margin: 0; max-width: none; } h2 { page-break-after: avoid; }
  table, img { page-break-inside: avoid; } }
"""


def html(found: Found) -> str:
    """The whole page."""
    design = found.project.design
    title = design.title or "A network"
    parts = [
        _head(found, title), _scores(found), _network(found), _training(found), _classes(found), _taken(found),
        _shown(found), _looked(found), _made(found),
    ]  # fmt: skip
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(title)}: report</title><style>{_STYLE}</style></head>\n<body>\n"
        + "\n".join(part for part in parts if part)
        + "\n</body></html>\n"
    )


def known(share: float) -> str:
    """A share in percent; a dash where there is none."""
    return percent(share) if np.isfinite(share) else "–"


def _head(found: Found, title: str) -> str:
    run = found.project.run
    epochs = (
        f"after {amount(len(run.history.epochs), 'epoch')}" if run is not None else "with its first weights, untrained"
    )
    return f"<h1>{escape(title)}</h1>\n<p class='soft'>{escape(epochs)}, tested on {escape(found.data.title)}</p>"


def _scores(found: Found) -> str:
    confusion = found.confusion
    count = len(confusion.labels)
    low, high = interval(confusion.right, count)
    accuracy = confusion.evaluation.accuracy
    classes = len(found.by_class.images)
    rows = [
        ("On new pictures, 95 times in 100 between", f"{percent(low)} and {percent(high)}"),
        ("Its class is among the first three answers", percent(found.among_three)),
        ("Log loss (guessing would have " + f"{np.log(classes):.3f})", f"{found.log_loss:.4g}"),
        ("How sure it says it is, off by, on average", percent(found.reliability.error)),
    ]
    if confusion.uneven:
        rows.insert(1, ("Right, if every class counts alike", percent(confusion.balanced_accuracy)))
    sure = found.reliability
    return (
        "<h2>How good it is</h2>\n<table><tr>"
        f"<td><span class='large'>{percent(accuracy)}</span> of {amount(count, 'test picture')} right<br>"
        f"{_image(interval_bar(low, accuracy, high, 1 / classes), 'its 95 percent range beside guessing')}"
        f"{_table(rows)}</td>"
        f"<td>{_image(believed(sure.sureness, sure.right, sure.images), 'how often it is right')}</td>"
        "</tr></table>"
    )


def _network(found: Found) -> str:
    design = found.project.design
    figure = figure_of(design, "volumes", "print")
    rows = []
    for node_id in design.graph.computable.order:
        node, shapes = design.graph[node_id], design.graph.inferred[node_id]
        learned = sum(int(np.prod(spec.shape)) for spec in node.layer.parameters(shapes.inputs))
        shape = shape_text(shapes.output) if shapes.output is not None else "–"
        rows.append(
            (design.cards[node_id].name, worded(node.layer.summary()), shape, thousands(learned) if learned else "")
        )
    wide = min(_WIDEST, round(figure.width))
    drawn = address("image/svg+xml", svg(figure))
    return (
        "<h2>The network</h2>\n"
        f"<p><img class='figure' width='{wide}' src='{drawn}' alt='the volumes of the network'></p>\n"
        + _table(rows, ("layer", "what it does", "makes", "parameters"), right=(2, 3))
    )


def _training(found: Found) -> str:
    run = found.project.run
    recipe = run.design.recipe if run is not None else found.project.design.recipe
    text = f"{_SHEET}{'How it was trained' if run is not None else 'How it is to be trained'}</h2>\n"
    if run is not None and run.history.epochs:
        done = run.history.epochs
        losses = [
            ("training", BLUE, [each.train_loss for each in done]),
            ("validation", RED, [each.validation_loss for each in done]),
        ]
        shares = [
            ("training", BLUE, [each.train_accuracy for each in done]),
            ("validation", RED, [each.validation_accuracy for each in done]),
        ]
        text += (
            "<table><tr><th>loss</th><th>accuracy</th></tr><tr>"
            f"<td>{_image(curves(losses), 'loss by epoch')}</td><td>{_image(curves(shares), 'accuracy by epoch')}</td>"
            "</tr></table>\n"
        )
    rows = list(_settings(recipe))
    half = -(-len(rows) // 2)
    return f"{text}<table><tr><td>{_table(rows[:half])}</td><td>{_table(rows[half:])}</td></tr></table>\n"


def _settings(value: Described, before: str = "") -> Iterable[tuple[str, str]]:
    """Every setting with its title and value, those of what was chosen below it."""
    for about in value.settings():
        chosen = getattr(value, about.name)
        title = f"{before}{about.title}"
        if about.name == "data" and not before:
            continue  # said below, with its fingerprint
        if isinstance(chosen, Described) and len(about.kinds) < 2 and chosen == type(chosen)():
            yield title, "none"
        elif isinstance(chosen, Described):
            yield title, chosen.title or chosen.kind
            yield from _settings(chosen, f"{chosen.title or about.title}: ")
        else:
            yield title, _written(about, chosen)


def _written(about: Setting, value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return f"{text} {about.unit}" if about.unit else text


def _classes(found: Found) -> str:
    of = found.by_class
    rows = [
        (
            name,
            thousands(int(of.images[number])),
            known(of.recall[number]),
            known(of.precision[number]),
            known(of.f1[number]),
        )
        for number, name in enumerate(found.classes)
    ]
    words = "recall: of a class, how many are found · precision: of those named so, how many are · F1: both in one"
    table = _table(rows, ("class", "pictures", "recall", "precision", "F1"), right=(1, 2, 3, 4))
    return f"<h2>Class by class</h2>\n{table}<p class='soft'>{words}</p>"


def _taken(found: Found) -> str:
    counts, names = found.confusion.counts, found.classes
    most = max(1, int(counts.max()))
    head = "".join(f"<th>{escape(_short(names[number]))}</th>" for number in found.order)
    lines = []
    for row in found.order:
        cells = []
        for column in found.order:
            count = int(counts[row, column])
            strength = (count / most) ** 0.5
            tint = (14, 122, 75) if row == column else (214, 84, 27)
            colour = ",".join(str(round(255 + (part - 255) * strength * 0.75)) for part in tint)
            cells.append(
                f"<td valign='middle' style='background-color: rgb({colour})'>{thousands(count) if count else ''}</td>"
            )
        lines.append(f"<tr><th>{escape(names[row])}</th>{''.join(cells)}</tr>")
    return (
        f"{_SHEET}What is taken for what</h2>\n<p class='soft'>Rows: what it is; columns: the answer. Classes that are "
        f"mixed up stand together.</p>\n<table class='cells'><tr><th></th>{head}</tr>{''.join(lines)}</table>"
    )


def _shown(found: Found) -> str:
    text = ""
    for title, indices, words in (
        ("Mistakes it was surest of", found.mistakes, "It gets every test picture right."),
        ("Right, and surest of", found.surest, "It gets none right."),
    ):
        text += f"<h2>{title}</h2>\n" + (_pictures(found, indices) if indices else f"<p>{words}</p>")
    return text


def _pictures(found: Found, indices: Sequence[int]) -> str:
    cells = []
    for index in indices:
        says = found.confusion.evaluation.probabilities[index]
        label, answer = int(found.confusion.labels[index]), int(says.argmax())
        named = escape(found.classes[label])
        taken = "" if label == answer else f"<br>taken for {escape(found.classes[answer])}"
        image = _image(picture(found.picture(index)), f"test picture {index + 1}")
        sure = escape(share_text(float(says[answer])))
        cells.append(f"<td>{image}<br>{named}{taken}<br><span class='soft'>{sure}</span></td>")
    rows = [cells[start : start + _BESIDE] for start in range(0, len(cells), _BESIDE)]
    return "<table class='shown'>" + "".join(f"<tr>{''.join(row)}</tr>" for row in rows) + "</table>\n"


def _looked(found: Found) -> str:
    if not found.asked:
        return ""
    method = found.asked[0].looked.question.method
    words = f"By {_METHODS.get(method, method)}. A map is only worth something if it passes both tests beside it."
    rows = "".join(_asked_row(found, asked) for asked in found.asked)
    return f"{_SHEET}Where it looked</h2>\n<p class='soft'>{escape(words)}</p>\n<table>{rows}</table>"


def _asked_row(found: Found, asked: Asked) -> str:
    looked = asked.looked
    label = int(found.confusion.labels[asked.index])
    answer = found.classes[looked.question.label]
    sure = share_text(float(looked.probabilities[looked.question.label]))
    said = f"{found.classes[label]}; answer “{answer}”, {sure}"
    tests = [
        ("✓ It depends on the weights: with random ones the map falls apart."
         if asked.depends.depends else "! It does not depend on the weights: it shows the picture, not the network."),
        ("✓ It matters: blurred where the map is bright, the answer is gone sooner than with any moved copy of the map."
         if asked.matters.matters else "! It is not shown to matter: other orders of pixels are as good."),
    ]  # fmt: skip
    shown = picture(laid_over(asked.picture, looked.map, signed=looked.signed))
    fall = falling(asked.matters.deleted, asked.matters.others[:, 0])
    cells = (
        _image(picture(asked.picture), "the picture"),
        _image(shown, "the map in it"),
        "<br>".join([*map(escape, (said, *tests)), _image(fall, "the answer as pixels are taken away")]),
    )
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _made(found: Found) -> str:
    run, recipe = found.project.run, found.project.design.recipe
    data = found.data
    counts = (amount(len(data.train), "training picture"), amount(len(data.test), "test picture"))
    engine = (f"CNN Studio {__version__}", f"Python {platform.python_version()}", f"NumPy {np.__version__}")
    rows = [
        ("Data", ", ".join((data.title, *counts))),
        ("Fingerprint of the data", data.fingerprint),
        ("Seed", str(recipe.seed)),
        ("Run", run.id if run is not None else "none"),
        ("Written by", ", ".join((*engine, platform.machine()))),
    ]
    if run is not None and run.data != found.data.fingerprint:
        rows.insert(2, ("It learned from other data", run.data))
    return f"<h2>How this was made</h2>\n{_table(rows)}"


def _table(rows: Sequence[Sequence[str]], head: Sequence[str] = (), right: Sequence[int] = ()) -> str:
    def line(cells: Sequence[str], tag: str) -> str:
        starts = [f"{tag} class='number'" if place in right else tag for place in range(len(cells))]
        return "".join(f"<{start}>{escape(cell)}</{tag}>" for start, cell in zip(starts, cells, strict=True))

    lines = [*([line(head, "th")] if head else []), *(line(row, "td") for row in rows)]
    return "<table>" + "".join(f"<tr>{each}</tr>" for each in lines) + "</table>\n"


def _image(source: str, words: str) -> str:
    return f"<img src='{source}' alt='{escape(words)}'>"


def _short(name: str, most: int = 8) -> str:
    return name if len(name) <= most else f"{name[: most - 1]}…"
