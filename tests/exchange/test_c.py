"""C99: one header that compilers take without a word, and that computes the same."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from exportables import HARD, KINDS, around, drawn, lively

from cnnstudio.design.format.strict import FileFormatError
from cnnstudio.design.templates import template
from cnnstudio.design.value.design import Card, Design
from cnnstudio.exchange.c.kinds import WRITERS
from cnnstudio.exchange.c.target import COMPILERS, C
from cnnstudio.exchange.c.writing import c_code, parameters_in
from cnnstudio.exchange.certificate import apart, own_logits, pictures
from cnnstudio.exchange.code.proving import exporting, verifying
from cnnstudio.exchange.exportable import Exportable, ExportRefused
from cnnstudio.exchange.proof import finished
from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.graph.graph import chain
from cnnstudio.nn.layers.dense.dense import Dense
from cnnstudio.nn.layers.dense.flatten import Flatten
from cnnstudio.nn.layers.input import Input
from cnnstudio.nn.layers.softmax import Softmax
from cnnstudio.nn.parameters.parameters import initial_parameters
from tests.nn.random_graphs import random_graph

CLOSE = 1e-4
#: templates with every kind in them that templates have, and no more weights than compile at once
SMALL = ("lenet5", "resnet_mini", "inception_mini", "mobile_mini")
COMPILER = next(filter(None, map(shutil.which, COMPILERS)), None)
compiled = pytest.mark.skipif(COMPILER is None, reason="there is no C compiler here")


def named(network: Exportable, title: str) -> Exportable:
    return Exportable(network.design.with_changes(title=title), network.parameters, network.classes)


def computed(networks: Mapping[str, Exportable], folder: Path, count: int = 3) -> dict[str, Floats]:
    """The logits of each network by its title, all in one program: none of their names meet."""
    parts = []
    for title, network in networks.items():
        (folder / f"{title}.h").write_text(c_code(network), encoding="utf-8")
        parts.append(
            f"{{ float p[{title}_inputs], l[{title}_outputs]; for (int i = 0; i < {count}; i++) {{ "
            f"if (fread(p, sizeof(p), 1, stdin) != 1) return 1; {title}_logits(p, l); "
            f"fwrite(l, sizeof(l), 1, stdout); {title}_probabilities(p, l); fwrite(l, sizeof(l), 1, stdout); }} }}"
        )
    head = "\n".join(f'#include "{title}.h"' for title in networks)
    body = "\n".join(parts)
    (folder / "main.c").write_text(f"#include <stdio.h>\n{head}\nint main(void)\n{{\n{body}\nreturn 0;\n}}\n")
    strict = ("-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror", "-O1")
    said = subprocess.run(
        [str(COMPILER), *strict, "main.c", "-o", "main", "-lm"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert said.returncode == 0, said.stderr[:3000]
    given = b"".join(shown(network, count).tobytes() for network in networks.values())
    raw = subprocess.run([folder / "main"], input=given, stdout=subprocess.PIPE, check=True).stdout
    numbers, found = np.frombuffer(raw, np.float32), {}
    for title, network in networks.items():
        (classes,) = network.shape(network.ends.softmax)
        both, numbers = np.split(numbers, [2 * count * classes])
        found[title], probabilities = both.reshape(count, 2, classes).swapaxes(0, 1)
        assert np.allclose(probabilities.sum(1), 1, atol=1e-5)
    return found


def shown(network: Exportable, count: int = 3) -> Floats:
    return pictures(network.shape(network.ends.input), count, 5)


def test_every_kind_is_written() -> None:
    assert WRITERS.keys() == KINDS.keys()


@compiled
@pytest.mark.slow
def test_templates_random_graphs_and_uneven_settings_compute_the_same(tmp_path: Path) -> None:
    networks = {f"t{i}": Exportable(d, lively(d.graph)) for i, d in enumerate(map(template, SMALL))}
    networks |= {
        f"r{seed}": Exportable(drawn(graph), lively(graph, seed))
        for seed in range(8)
        for graph in [random_graph(seed, normalised=True)]
    }
    networks |= {f"h{i}": around(kind, **settings) for i, (kind, settings) in enumerate(HARD)}
    networks = {title: named(network, title) for title, network in networks.items()}
    for title, theirs in computed(networks, tmp_path).items():
        assert apart(own_logits(networks[title], shown(networks[title])), theirs)[0] < CLOSE, title


HOSTILE = ["*/ int main", "??/", "\\", '"); 1', "NET_", "int", "日本", "\u202e", "a" * 256, "/*", "", "%s\n#error"]


@pytest.mark.slow
@compiled
def test_whatever_things_are_called_the_header_is_the_same_network(tmp_path: Path) -> None:
    layers = (("image", Input(4, 4, 1)), ("flat", Flatten()), ("a", Dense(3)), ("b", Dense(2)), ("end", Softmax()))
    graph = chain(*layers)
    for number, name in enumerate(HOSTILE):
        design = Design(graph, {node.id: Card(name) for node in graph}, title=f"n{number}")
        network = Exportable(design, lively(graph), (name, f"{name} too"))
        theirs = computed({f"n{number}": network}, tmp_path)[f"n{number}"]
        assert apart(own_logits(network, shown(network)), theirs)[0] < CLOSE, name
        c_code(Exportable(design.with_changes(title=name), network.parameters)).encode()


def test_the_weights_come_back_from_the_header_to_the_bit() -> None:
    design = template("resnet_mini")
    network = Exportable(design, lively(design.graph))
    found = parameters_in(network, c_code(network))
    assert found is not None and np.array_equal(found.vector, network.parameters.vector)
    assert np.array_equal(found.state, network.parameters.state)
    assert parameters_in(network, "static const float a[1] = {\n0.5f,\n};") is None


def test_what_is_too_large_is_refused() -> None:
    graph = chain(("i", Input(40, 40, 3)), ("f", Flatten()), ("a", Dense(300)), ("b", Dense(2)), ("s", Softmax()))
    with pytest.raises(ExportRefused, match="1\u202f000\u202f000 at most"):
        c_code(Exportable(drawn(graph), initial_parameters(graph, 0)))


@compiled
@pytest.mark.slow
def test_a_header_proves_itself_and_one_that_was_changed_is_not_compiled(tmp_path: Path) -> None:
    design = template("lenet5")
    certificate = finished(exporting(C, Exportable(design, lively(design.graph)), tmp_path / "net.h"))
    assert certificate.holds and certificate.judge == "cc" and 0 < certificate.difference < CLOSE
    assert sorted(path.name for path in tmp_path.iterdir()) == ["net.h", "net.h.certificate.json"]
    assert finished(verifying(C, tmp_path / "net.h.certificate.json")).difference == certificate.difference
    code = (tmp_path / "net.h").read_text()
    (tmp_path / "net.h").write_text(code.replace("sum += x[i] * *weights++", "sum -= x[i] * *weights++"))
    with pytest.raises(FileFormatError, match=r"net\.h.*changed after it was exported"):
        finished(verifying(C, tmp_path / "net.h"))
    assert not finished(verifying(C, tmp_path / "net.h", run_changed_code=True)).holds
