"""However much of a window is in use, three threads work for it."""

from __future__ import annotations

import gc
import threading
from contextlib import suppress

import shiboken6
from PySide6.QtCore import QThread
from PySide6.QtWidgets import QApplication

from cnnstudio.nn.telling.told import told
from cnnstudio.worker.background import Background

THREADS = 3


def test_three_threads_work_for_a_window_all_of_which_is_in_use(window, qtbot) -> None:
    before = {thread for thread in threading.enumerate() if not isinstance(thread, threading._DummyThread)}
    qtbot.waitUntil(lambda: window.data.dataset is not None)
    window.workspaces.show("Explain")
    window.workspaces.show("Learn")
    window.learn.show_lesson("learning")
    design = window.document.project.design  # an edit for the journal, and a run that does not end meanwhile
    window.document.edit("Epochs", design.with_changes(recipe=design.recipe.replace(epochs=10_000)))
    window.workspaces.go_to("Train")
    assert window.own_picture and window.drawing and window.exporting
    window.run_control.train()
    qtbot.waitUntil(lambda: window.session.state == "running")
    backgrounds = window.findChildren(Background)
    assert len(backgrounds) >= 16  # some parts may not have been made yet
    at_once, most, workers = 0, 0, set()
    lock, enough = threading.Lock(), threading.Event()

    def work() -> None:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
            workers.add(threading.get_ident())
        enough.wait(0.2)  # until all threads there are have come
        with lock:
            at_once -= 1

    asked = dict.fromkeys(backgrounds, 0)

    def turn(job):
        yield None

    for background in backgrounds:
        with suppress(RuntimeError, SystemError):  # nobody may listen: some only write
            background.answered.disconnect()
        background.answered.connect(lambda _answer, background=background: asked.update({background: 1}))
        background.ask(work)
    other = window.jobs.submit(told("testing-changed"), turn)
    qtbot.waitUntil(lambda: all(asked.values()) and other.over)
    assert most == 2 and len(workers) == 2 and window.session.state == "running"
    running = [
        thing
        for thing in gc.get_objects()
        if issubclass(type(thing), QThread)
        and shiboken6.isValid(thing)
        and thing != QThread.currentThread()
        and thing.isRunning()
    ]
    of_python = {t for t in threading.enumerate() if not isinstance(t, threading._DummyThread)} - before
    assert len(running) + len(of_python) <= THREADS
    window.session.stop()
    qtbot.waitUntil(lambda: not window.session.active)
    QApplication.processEvents()
