"""A report says what a test says, in one file that needs nothing else."""

from __future__ import annotations

import base64
import io
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cnnstudio.cli.reporting.found import ASKED, SHOWN, find
from cnnstudio.cli.reporting.page import html, percent
from cnnstudio.data.library import open_data
from cnnstudio.nn.training.confusion import Confusion
from cnnstudio.nn.training.evaluation import evaluate
from cnnstudio.nn.training.scores import interval
from cnnstudio.project.file import save_project
from cnnstudio.project.trained import trained


class Read(HTMLParser):
    """All tags are closed in their order; their names, addresses and words."""

    ALONE = ("meta", "br", "img")

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.words = ""
        self.feed(page)
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href")]
        if tag not in self.ALONE:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thirty test pictures of digits and as many to learn from, as arrays."""
    data = open_data("digits")
    path = tmp_path_factory.mktemp("report") / "small.npz"
    x, y = data.test.read(np.arange(30)), data.test.labels[:30]
    np.savez(path, x_train=x, y_train=y, x_test=x, y_test=y)
    return path


def test_a_page_says_what_evaluate_says_and_asks_nobody_for_anything(cnnstudio, small: Path, tmp_path: Path) -> None:
    project = tmp_path / "digits.cnn"
    save_project(trained("digits"), project)
    out = tmp_path / "report.html"
    told = cnnstudio("report", project, out, "--data", small)
    page = out.read_text(encoding="utf-8")
    read = Read(page)
    assert told.code == 0 and "all in one file" in told.out
    assert not {"script", "link", "iframe"} & set(read.tags) and "http://www.w3.org" not in read.words
    assert read.addresses and all(address.startswith("data:image/") for address in read.addresses)
    said = json.loads(cnnstudio("evaluate", project, "--data", small, "--json").out)
    assert f"{percent(said['test_accuracy'])}" in read.words
    low, high = interval(round(30 * said["test_accuracy"]), 30)
    assert f"{percent(low)} and {percent(high)}" in read.words
    counts = re.findall(r"<td valign='middle'[^>]*>(\d*)</td>", page)
    assert len(counts) == 100 and sum(int(count or 0) for count in counts) == 30
    for address in read.addresses:
        kind, _, content = address.partition(";base64,")
        if kind == "data:image/png":
            Image.open(io.BytesIO(base64.b64decode(content))).verify()


def test_names_are_words_and_never_tags(small: Path) -> None:
    data, project = open_data(small), trained("digits")
    names = tuple(f'<script>{number}</script> & "x"' for number in range(10))
    hostile = replace(project, design=project.design.with_changes(classes=names, title="<img src=x onerror=y>"))
    graph = hostile.design.graph
    found = find(hostile, data, Confusion(evaluate(graph, hostile.weights.parameters, data.test)))
    read = Read(html(found))
    assert "script" not in read.tags and names[0] in read.words and "<img src=x onerror=y>" in read.words
    assert len(found.surest) == SHOWN and len(found.asked) == ASKED
    assert all(found.confusion.evaluation.right[index] for index in found.surest)
    assert not any(found.confusion.evaluation.right[index] for index in found.mistakes)


def test_a_pdf_has_pages_with_all_of_it(small: Path, tmp_path: Path, qapp: object) -> None:
    from cnnstudio.ui.evaluate.report.printed import printed

    data, project = open_data(small), trained("digits")
    graph = project.design.graph
    found = find(project, data, Confusion(evaluate(graph, project.weights.parameters, data.test)))
    content = printed(html(found))
    assert content.startswith(b"%PDF-") and content.rstrip().endswith(b"%%EOF")
    assert 3 <= len(re.findall(rb"/Type\s*/Page\b", content)) <= 6


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("report", "digits.cnn", "out.txt"), "Name a file that ends in .html or .pdf."),
        (("report", "lenet5", "out.html"), "It holds no weights."),
    ],
)
def test_what_cannot_be_reported_is_refused_in_a_sentence(
    cnnstudio, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    save_project(trained("digits"), tmp_path / "digits.cnn")
    command, source, out = words
    place = tmp_path / source if source.endswith(".cnn") else source
    told = cnnstudio(command, place, tmp_path / out)
    assert told.code == 2 and said in told.err and not (tmp_path / out).exists()
