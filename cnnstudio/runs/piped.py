"""An engine in another process: ``serve`` lets it speak there, ``piped`` lets it be driven here like any other.

The two go in step: an engine does nothing between an event and the answer to it, so pausing is not answering.
"""

from __future__ import annotations

import logging
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from queue import Empty, SimpleQueue
from typing import BinaryIO, cast

from cnnstudio.nn.graph.graph import GraphError
from cnnstudio.nn.network.shard import never
from cnnstudio.nn.parameters.parameters import Layout
from cnnstudio.nn.settings import SettingError
from cnnstudio.nn.telling.told import Sentence, WordedError
from cnnstudio.nn.training.events import Command, Engine, Event, Finished, Stop
from cnnstudio.nn.training.plain import MessageError
from cnnstudio.runs.wire import Failed, GoOn, read_command, read_event, write

#: seconds between two looks at whether to stop, while a step is under way
LOOK = 0.02
#: seconds that a process has to end once nobody speaks to it
PATIENCE = 5.0

#: what came from the other end; None once nothing more will
Said = SimpleQueue[Command | GoOn | MessageError | None]
Heard = SimpleQueue[Event | Failed | MessageError | None]

_log = logging.getLogger(__name__)


class EngineLost(WordedError):
    """The engine in the other process cannot go on."""


def serve(begin: Callable[[Callable[[], bool]], Engine], commands: BinaryIO, events: BinaryIO) -> None:
    """Let the engine that ``begin`` makes be driven from the other end, until it has finished or nobody is there.

    Raises:
        MessageError: what came is no command.
    """
    stopped = threading.Event()
    said: Said = SimpleQueue()
    threading.Thread(target=_listen, args=(commands, said, stopped), daemon=True).start()
    try:
        with closing(begin(stopped.is_set)) as engine:
            event: Event | None = next(engine, None)
            while event is not None:
                write(events, event)
                answer = said.get()
                if answer is None:
                    return
                if isinstance(answer, MessageError):
                    raise answer
                try:
                    event = engine.send(None if isinstance(answer, GoOn) else answer)
                except StopIteration:
                    return
    except (GraphError, SettingError) as error:
        write(events, Failed(error.sentence))
    except MemoryError:
        write(events, Failed(Sentence("There is not enough memory for this network and batch size.")))


def _listen(commands: BinaryIO, said: Said, stopped: threading.Event) -> None:
    """Pass on what is said; a stop is heard at once, in the middle of a step."""
    try:
        while (command := read_command(commands)) is not None:
            if isinstance(command, Stop):
                stopped.set()
            else:
                said.put(command)
    except MessageError as error:
        said.put(error)
    stopped.set()
    said.put(None)


def piped(command: Sequence[str], layouts: tuple[Layout, Layout], stopped: Callable[[], bool] = never) -> Engine:
    """The engine that a program ``serve``s on its standard streams, which trains a graph with these layouts. The
    program has ended when this is closed.

    Raises:
        EngineLost: it cannot train this, has ended too early, or what it says is no event.
    """
    with _running(command, layouts) as (commands, heard):
        told = False
        while True:
            if not told and stopped():
                told = True
                _say(commands, Stop())
            try:
                event = heard.get(timeout=LOOK)
            except Empty:
                continue
            if event is None:
                raise EngineLost("The engine has ended before the training was over.")
            if isinstance(event, Failed):
                raise EngineLost(event.why)
            if isinstance(event, MessageError):
                raise EngineLost("The engine says what nobody understands: {error}", error=event)
            answer = yield event
            if isinstance(event, Finished) and answer is None:
                return
            _say(commands, answer or GoOn())


def _hear(events: BinaryIO, layouts: tuple[Layout, Layout], heard: Heard) -> None:
    try:
        while (event := read_event(events, layouts)) is not None:
            heard.put(event)
    except MessageError as error:
        heard.put(error)
    heard.put(None)


def _say(commands: BinaryIO, message: Command | GoOn) -> None:
    try:
        write(commands, message)
    except OSError as error:
        raise EngineLost("The engine has ended before the training was over.") from error


@contextmanager
def _running(command: Sequence[str], layouts: tuple[Layout, Layout]) -> Iterator[tuple[BinaryIO, Heard]]:
    """The program, until the end of the block, and a thread that hears it: it ends by itself once nobody speaks."""
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        commands, events = cast(BinaryIO, process.stdin), cast(BinaryIO, process.stdout)
        heard: Heard = SimpleQueue()
        listener = threading.Thread(target=_hear, args=(events, layouts, heard), daemon=True)
        listener.start()
        try:
            yield commands, heard
        finally:
            try:
                commands.close()
            except OSError as error:
                _log.info("The engine had ended already: %s", error)
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                _log.warning("The engine did not end by itself: %s", command[0])
                process.kill()
            listener.join()
