"""Well-known filters: what each is called and what it does, by its code."""

from __future__ import annotations

from cnnstudio.nn.telling.phrases import Words

PRESETS: dict[str, Words] = {
    "sobel-across": Words("Sobel: left to right", "Answers to changes from dark to light in this direction: an edge"),
    "sobel-down": Words("Sobel: top to bottom", "Answers to changes from dark to light in this direction: an edge"),
    "blur": Words("Blur", "Averages over the window: smaller things disappear"),
    "edge": Words("Edge", "Answers to any change, whatever its direction"),
    "unchanged": Words("Pass on unchanged", "Only the middle weight counts: the picture stays as it is"),
}
