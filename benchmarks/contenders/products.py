"""The machine's own limit: products of large matrices in single precision on both cores, each in its own process.

A step is one product in each of the two processes; its time is that of the slower one.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from multiprocessing.connection import Connection

import numpy as np

from benchmarks.contenders.turns import Task, take_turns
from cnnstudio.nn.network.threads import one_blas_thread

#: rows and columns: three of these do not fit the second-level cache, and the product is long enough to be timed
SIDE = 1024


def multiply() -> Callable[[], object]:
    """One product each time it is called."""
    left, right = (np.random.default_rng(n).standard_normal((SIDE, SIDE), np.float32) for n in (0, 1))
    out = np.empty_like(left)
    return lambda: np.matmul(left, right, out=out)


def _other(pipe: Connection) -> None:
    with one_blas_thread():
        product = multiply()
        while pipe.recv():
            product()
            pipe.send(True)


def main() -> None:
    """Multiply."""
    Task()
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    other = context.Process(target=_other, args=(there,), daemon=True)
    other.start()
    with one_blas_thread():

        def make() -> Callable[[], object]:
            product = multiply()

            def both() -> None:
                here.send(True)
                product()
                here.recv()

            return both

        take_turns(make)
    here.send(False)


if __name__ == "__main__":
    main()
