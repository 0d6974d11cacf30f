"""How many threads a new run shares its steps between, as the preferences say."""

from __future__ import annotations

from cnnstudio.nn.network.plan import cores, default_threads
from cnnstudio.ui.look import preferences

_KEY = "threads"


def most_threads() -> int:
    """As many as the machine lends this program."""
    return cores()


def chosen_threads() -> int:
    """From one to as many as there are; what is usual where nothing, or nothing sensible, was chosen."""
    words = preferences.text(_KEY)
    chosen = int(words) if words.isascii() and words.isdigit() and len(words) < 5 else 0
    return min(chosen, most_threads()) if chosen else default_threads()


def choose_threads(count: int) -> None:
    """Remember how many; the next run asks."""
    preferences.remember(_KEY, str(count))


def one_thread() -> int:
    """For whoever has no preferences."""
    return 1
