"""Whether a design can be trained, and if not, which of its problems is in the way."""

from __future__ import annotations

from cnnstudio.design.analysis.analysis import analyse
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.environment import environment
from cnnstudio.design.value.problem import Problem


def prevents_training(
    design: Design, image_shape: tuple[int, ...] = (), classes: int = 0, missing_data: str = ""
) -> Problem | None:
    """The first finding that keeps the design from being trained on this machine, None if nothing does.

    ``image_shape`` (height, width, channels) and ``classes`` describe the data, where it is known already;
    ``missing_data`` is what it is called where it could not be opened.
    """
    findings = analyse(design.graph, environment(design, image_shape, classes, missing_data)).findings
    return next((problem for problem in findings if problem.prevents_training), None)
