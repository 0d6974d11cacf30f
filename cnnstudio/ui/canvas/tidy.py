"""A tidy layout: layers in reading order, branches beside each other, long chains in rows. Values in, values out."""

from __future__ import annotations

from cnnstudio.design import edits
from cnnstudio.design.design import Design
from cnnstudio.design.edits import COLUMN, ROW

#: columns before the next row begins
COLUMNS = 6


def tidied(design: Design, columns: int = COLUMNS) -> Design:
    """The design with every card in a column by its distance from the input and in a lane by its branch; rows of
    ``columns``. Layers without any wire come last, in a row of their own. The top left corner stays where it is."""
    wired = [i for i in design.graph.order if design.graph[i].inputs or design.graph.consumers[i]]
    loose = [i for i in design.cards if i not in set(wired)]
    depth: dict[str, int] = {}
    lane: dict[str, int] = {}
    taken: set[tuple[int, int]] = set()
    for node_id in wired:
        sources = [s for s in design.graph[node_id].inputs if s in depth]
        depth[node_id] = max((depth[s] + 1 for s in sources), default=0)
        lane[node_id] = min((lane[s] for s in sources), default=0)
        while (depth[node_id], lane[node_id]) in taken:
            lane[node_id] += 1
        taken.add((depth[node_id], lane[node_id]))
    left = min((card.x for card in design.cards.values()), default=0.0)
    top = min((card.y for card in design.cards.values()), default=0.0)
    row_tops = _row_tops(depth, lane, columns)
    places: dict[str, tuple[float, float]] = {}
    for node_id in wired:
        row, column = divmod(depth[node_id], columns)
        places[node_id] = (left + column * COLUMN, top + (row_tops[row] + lane[node_id]) * ROW)
    for number, node_id in enumerate(loose):
        row, column = divmod(number, columns)
        places[node_id] = (left + column * COLUMN, top + (row_tops[-1] + row) * ROW)
    return edits.move(design, places)


def _row_tops(depth: dict[str, int], lane: dict[str, int], columns: int) -> list[int]:
    """The first lane of each row, and after the last row the first free one."""
    heights: dict[int, int] = {}
    for node_id, place in depth.items():
        row = place // columns
        heights[row] = max(heights.get(row, 0), lane[node_id] + 1)
    tops = [0]
    for row in range(len(heights)):
        tops.append(tops[-1] + heights.get(row, 1))
    return tops
