"""Whatever fails in a worker of a window is told in that window, in words that say what was being done."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

from cnnstudio.nn.parameters.parameters import Snapshot, initial_parameters
from cnnstudio.nn.telling.told import told, worded
from cnnstudio.worker.background import Background

#: every worker for short computations that a window has; a new one is added here
DOING = {
    "Drawing the figure",
    "Following the loss back",
    "Keeping a copy of the changes",
    "Looking at the ReLUs",
    "Looking at the drawing",
    "Looking at the picture",
    "Looking into the network",
    "Measuring the receptive field",
    "Trying out the repairs",
    "Working out a layer’s numbers",
    "Reading the clipboard",
    "Reading the file",
    "Working out the gradients",
    "Working out the way down",
    "Working out what a map is made from",
    "Writing the figure",
}


def test_every_worker_of_a_window_tells_its_failures_there(open_window, qtbot, caplog) -> None:
    window, other = open_window(), open_window()
    window.workspaces.show("Explain")
    window.workspaces.show("Learn")
    window.learn.show_lesson("learning")
    assert window.own_picture and window.drawing and window.exporting
    QApplication.processEvents()
    workers = {worded(background.doing): background for background in window.findChildren(Background)}
    assert set(workers) >= DOING  # parts that are made soon may be there already
    for doing, background in workers.items():
        said, found = f"{doing} failed: list index out of range", []

        def told(background=background, said=said, found=found) -> bool:
            background.ask(lambda: [][0])  # again and again: a newer question of its own may have taken its place
            found[:] = [notice for notice in window.notices.current if said in notice.text]
            return bool(found)

        qtbot.waitUntil(told)
        assert "IndexError" in found[0].details and f"{doing} failed" in caplog.text
    assert other.notices.current == ()


def test_a_bug_in_looking_and_one_in_a_job_that_nobody_listens_to_are_told(window, qtbot) -> None:
    def work(_job):
        yield
        raise KeyError("softmax")

    window.jobs.submit(told("testing-changed"), work)
    said = "Testing the changed weights failed: 'softmax'"
    qtbot.waitUntil(lambda: said in [notice.text for notice in window.notices.current])
    qtbot.waitUntil(lambda: window.inspection.image is not None)
    window.notices.clear()
    graph = window.document.project.design.graph
    of_another = initial_parameters(type(graph)(()), 0).frozen()
    window.inspection.request(graph, Snapshot(of_another), ["conv2d_1"])
    qtbot.waitUntil(
        lambda: any(n.text.startswith("Looking into the network failed") for n in window.notices.current), timeout=5000
    )
