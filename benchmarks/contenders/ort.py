"""onnxruntime, on the model that our export writes; it looks at images only."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import onnxruntime

from benchmarks.contenders.turns import Task, take_turns
from cnnstudio.exchange.exportable import Exportable
from cnnstudio.exchange.onnx.writing import onnx_model
from cnnstudio.nn.parameters.parameters import initial_parameters


def main() -> None:
    """Look at images."""
    task = Task()
    model = onnx_model(Exportable(task.design, initial_parameters(task.graph, 0))).SerializeToString()
    images = np.ascontiguousarray(task.floats.transpose(0, 3, 1, 2))

    def make() -> Callable[[], object]:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = task.asked.threads
        session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        return lambda: session.run(["logits"], {"image": images})

    take_turns(make)


if __name__ == "__main__":
    main()
