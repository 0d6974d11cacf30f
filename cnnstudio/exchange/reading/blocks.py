"""The repeated parts of a network that was read as named blocks, each shown as one card."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from cnnstudio.design.analysis.repeats import around, repeated
from cnnstudio.design.edits.blocks import MOST_BLOCKS
from cnnstudio.design.layout.tidy import tidied
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.drawn import Block

#: a network of no more layers is seen at once, and stays as it is
_FEW = 20
#: where more cards are left, the stages are one card each, too
_MANY = 40

#: the modules of the other program around each layer, from the outside in
Homes = Mapping[str, Sequence[str]]


def laid_out_in_blocks(design: Design, homes: Homes) -> Design:
    """The design laid out, with its repeated parts as blocks, called as the module that each was if the file tells.
    Parts that follow each other at one size are a stage: a block around theirs."""
    graph = design.graph
    stages = repeated(graph) if len(graph) > _FEW else ()
    parts = [part for stage in stages for part in stage]
    if len(parts) + len(stages) > MOST_BLOCKS:
        return tidied(design)
    wholes = [around(graph, stage) for stage in stages]
    names = dict(zip(parts, _named("Block", parts, homes), strict=True))
    blocks, outer, seen = dict[str, Block](), set[str](), set[str]()
    for stage, whole, title in zip(stages, wholes, _named("Stage", wholes, homes, names.values()), strict=True):
        parent = ""
        if len(stages) > 1 < len(stage) and seen.isdisjoint(whole):
            parent = f"block_{len(blocks) + 1}"
            outer.add(parent)
            blocks[parent] = Block(title, whole.difference(*stage))
        seen |= whole
        for part in stage:
            blocks[f"block_{len(blocks) + 1}"] = Block(names[part], part, parent)
    design = tidied(design.with_changes(blocks=blocks))  # in order inside, too, for when they are unfolded
    design = _folded(design, blocks.keys() - outer)
    return tidied(design if len(design.places) <= _MANY else _folded(design, outer))


def _folded(design: Design, blocks: Collection[str]) -> Design:
    return design.with_changes(
        blocks={i: replace(b, collapsed=b.collapsed or i in blocks) for i, b in design.blocks.items()}
    )


def _named(word: str, groups: Sequence[frozenset[str]], homes: Homes, taken: Collection[str] = ()) -> list[str]:
    """For each group of layers the outermost module that is around all of it and holds nothing of another; a number
    where there is none."""
    common = [_modules_around(group, homes) for group in groups]
    touched = [{module for node in group for module in homes.get(node, ())} for group in groups]
    names: list[str] = []
    for number, modules in enumerate(common):
        own = [m for m in modules if not any(m in others for i, others in enumerate(touched) if i != number)]
        name = own[0] if own and own[0] not in taken else f"{word} {number + 1}"
        names.append(name)
    return names


def _modules_around(group: frozenset[str], homes: Homes) -> Sequence[str]:
    paths = [homes.get(node, ()) for node in group]
    count = min(map(len, paths))
    while count and len({tuple(path[:count]) for path in paths}) > 1:
        count -= 1
    return paths[0][:count]
