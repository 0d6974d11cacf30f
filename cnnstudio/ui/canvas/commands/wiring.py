"""W: wires from a list, for those who cannot or would not drag them."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QObject

from cnnstudio.design.edits import blocks, edits
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.folding import Entry
from cnnstudio.nn.telling.told import Sentence
from cnnstudio.ui.canvas.commands.editing import Editing
from cnnstudio.ui.canvas.placing.drop_places import judged
from cnnstudio.ui.canvas.viewport.scene_view import SceneView
from cnnstudio.ui.widgets.choosing.chooser import Choice, Chooser

#: more layers than this are judged only by name: each costs an analysis
MOST_JUDGED = 60


class Wiring(QObject):
    """Opens the list for the selected card and carries out what is chosen."""

    def __init__(self, view: SceneView, editing: Editing) -> None:
        super().__init__(view)
        self._view, self._editing = view, editing
        self.chooser: Chooser | None = None
        self._edits: dict[str, tuple[Sentence, Design]] = {}

    def open(self) -> None:
        """List the wires that the selected card has and could have."""
        view = self._view
        card = self._editing.one_selected()
        if card not in view.canvas_scene.cards:
            view.told.emit("Select one layer to wire it from a list.")
            return
        self.close()
        self._edits = {}
        choices = sorted(self._choices(view.canvas_scene.design, card), key=_rank)
        name = view.canvas_scene.cards[card].name
        chooser = self.chooser = Chooser(choices, "Search wires", view, heading=f"Wires of {name}", width=440)
        chooser.chosen.connect(self._carry_out)
        chooser.closed.connect(self._closed)
        rect = view.viewportTransform().mapRect(view.canvas_scene.cards[card].scene_outline())
        x = max(4, min(round(rect.right()) + 12, view.width() - chooser.width() - 4))
        y = max(4, min(round(rect.top()), view.height() - chooser.sizeHint().height() - 4))
        chooser.move(x, y)
        chooser.show()
        chooser.raise_()
        chooser.setFocus()

    def close(self) -> None:
        """Close the list if it is open."""
        if self.chooser is not None:
            self.chooser.dismiss()

    def _choices(self, design: Design, card: str) -> Iterator[Choice]:
        folding, cards = design.folding, self._view.canvas_scene.cards
        inside, name = folding.nodes_of(card), cards[card].name
        for edge in design.graph.edges:
            if (edge.source in inside) != (edge.target in inside):
                out = edge.source in inside
                other = cards[folding.shown(edge.target if out else edge.source)].name
                after = edits.remove(design, (), folding.bundle(edge))
                words = f"Disconnect {name} → {other}" if out else f"Disconnect {other} → {name}"
                if (key := self._offer(Sentence("Disconnect {name}", name=other), after)) is not None:
                    yield Choice(key, words, icon="close")
        many = len(cards) > MOST_JUDGED
        for other, item in cards.items():
            if other == card:
                continue
            ways = (other, card, f"{item.name} → {name}"), (card, other, f"{name} → {item.name}")
            for source, target, words in ways:
                entries = folding.entries(target)
                for number, entry in enumerate(entries):
                    choice = self._connection(design, source, entry, words, number, len(entries), many)
                    if choice is not None:
                        yield choice

    def _connection(
        self, design: Design, source: str, entry: Entry, words: str, number: int, count: int, many: bool
    ) -> Choice | None:
        exit_node = design.folding.exits(source)[-1]
        try:
            after = blocks.connect_entry(design, exit_node, entry)
        except edits.EditRefused:
            return None
        if after == design:
            return None
        port = f", input {number + 1}" if count > 1 else ""
        if (key := self._offer(Sentence("Connect {wire}", wire=words), after)) is None:
            return None
        if many:
            return Choice(key, f"Connect {words}{port}", icon="link")
        verdict = judged(design, after, entry.targets[0][0])
        return Choice(key, f"Connect {words}{port}", verdict.sentence, "link", sign="✓" if verdict.fits else "✕")

    def _offer(self, what: Sentence, after: Design) -> str | None:
        """The key of an edit that can be chosen; None for one that is offered already."""
        if any(known == what and design_after == after for known, design_after in self._edits.values()):
            return None
        key = str(len(self._edits))
        self._edits[key] = what, after
        return key

    def _carry_out(self, key: str) -> None:
        what, after = self._edits[key]
        self._view.document.edit(what, after)

    def _closed(self) -> None:
        chooser, self.chooser = self.chooser, None
        if chooser is not None and chooser.isAncestorOf(chooser.window().focusWidget() or chooser):
            self._view.setFocus()


def _rank(choice: Choice) -> tuple[int, int]:
    """What fits comes first, then what there is, then what does not fit."""
    return {"✓": 0, "": 1, "✕": 2}[choice.sign], int(choice.key)
