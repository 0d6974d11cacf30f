"""Parts of networks computed by the reference algorithms, and whether one can compute what another does."""

from __future__ import annotations

import numpy as np

from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.graph.graph import Graph, Node
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.nn.network.network import compile_network
from cnnstudio.nn.parameters.parameters import Parameters, initial_parameters


def weights_of(graph: Graph) -> Parameters:
    """Double-precision weights that depend on the nodes' ids and shapes alone; biases are not zero."""
    parameters = initial_parameters(graph, 1).copy(np.float64)
    for node in graph:
        for name, array in parameters.arrays(node.id).items():
            if name in ("bias", "shift", "scale"):
                seed = [ord(letter) for letter in node.id + name]
                array += np.random.default_rng(seed).normal(0, 0.3, array.shape)
    return parameters


def run(graph: Graph, images: Floats, node: str, parameters: Parameters | None = None) -> Floats:
    """What a node gives out for images (N, H, W, C), taken as they are: without the Input's mean and deviation."""
    entry = graph.images[0]
    plain = graph[entry].layer.replace(mean=0.0, deviation=1.0)
    part = graph.restricted(graph.ancestors(node))
    part = Graph(tuple(Node(n.id, plain, ()) if n.id == entry else n for n in part))
    network = compile_network(part, parameters or weights_of(part), len(images), mode="probe")
    network.forward(images)
    return network.value(node).copy()


def excerpt(graph: Graph, source: str, end: str) -> Graph:
    """What lies between a node and one behind it, as a network of its own whose images are what the first gives."""
    shape = graph.shape(source)
    height, width, channels = shape if len(shape) == 3 else (shape[0], 1, 1)
    made = layer_kinds()["input"](height=height, width=width, channels=channels)
    entry = [Node(source, made)] if len(shape) == 3 else [
        Node(f"{source}_image", made), Node(source, layer_kinds()["flatten"](), (f"{source}_image",))
    ]  # fmt: skip
    inside = graph.ancestors(end) - graph.ancestors(source)
    return Graph((*entry, *(n for n in graph if n.id in inside)))


def same_function(old: Graph, new: Graph, first: str, second: str) -> bool:
    """Whether what is left of two weighted sums in a row can compute what both do: with weights that are found by
    least squares, it gives the same numbers for other images than those they were found with.

    What lies between is brought to leave numbers as they are; the layer is an affine function of its weights, of
    which each is tried. Of a layer with many units each unit is found by itself.
    """
    source = old[first].inputs[0]
    left = second if second in new else first
    readers = old.consumers[second]
    end = second if second in new else (new[readers[0]].inputs[0] if readers else old[second].inputs[0])
    was, now = excerpt(old, source, second), excerpt(new, source, end)
    shape = was.shape(was.images[0])
    generator = np.random.default_rng(2)
    seen, fresh = (generator.normal(0, 1, (count, *shape)) for count in (24, 5))
    fitted = weights_of(now)
    for node in now:
        if node.layer.kind == "batch_norm":
            fitted.arrays(node.id)["scale"][:], fitted.arrays(node.id)["shift"][:] = 1, 0
            fitted.state_arrays(node.id)["mean"][:] = 0
            fitted.state_arrays(node.id)["variance"][:] = 1 - node.layer.to_json()["epsilon"]
    arrays = fitted.arrays(left)
    if now[left].layer.kind == "dense":
        inputs = int(np.prod(shape))
        seen = generator.normal(0, 1, (inputs + 30, *shape))
        rows = run(now, seen, now[left].inputs[0], fitted).reshape(len(seen), -1)
        rows = np.concatenate([rows, np.ones((len(rows), 1))], 1)
        found = np.linalg.lstsq(rows, run(was, seen, second), rcond=None)[0]
        arrays["weights"][:], arrays["bias"][:] = found[:-1].T, found[-1]
    else:
        filters = len(arrays["bias"])
        weights = arrays["weights"].reshape(filters, -1)
        columns = []
        for place in range(weights.shape[1] + 1):  # every filter alike, for each reads the same cells
            weights[:], arrays["bias"][:] = 0, 0
            (arrays["bias"] if place == weights.shape[1] else weights[:, place])[...] = 1
            columns.append(run(now, seen, end, fitted)[..., 0].ravel())
        goal = run(was, seen, second)
        found = np.linalg.lstsq(np.array(columns).T, goal.reshape(-1, filters), rcond=None)[0]
        weights[:], arrays["bias"][:] = found[:-1].T, found[-1]
    return np.allclose(run(now, fresh, end, fitted), run(was, fresh, second), atol=1e-8)
