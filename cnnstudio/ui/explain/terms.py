"""One sentence for each term that Explain uses; shown where the pointer rests on the term."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtWidgets import QWidget

from cnnstudio.ui.look.labels import plain_tip

Explained = TypeVar("Explained", bound=QWidget)

TERMS = {
    "input volume": "What the layer reads: rows × columns × channels of numbers.",
    "padding": "Zeros laid around the volume so that the window can also be centred on its edge.",
    "feature map": "What one filter makes: one number for every position of its window.",
    "filter": "A small block of weights that slides over the volume; each filter makes one feature map.",
    "weights": "Numbers the layer learns; each is multiplied with the number below it.",
    "bias": "One learned number that is added to the sum; every filter or unit has its own.",
    "product": "A number read times its weight; all products are added up.",
    "engine": "What the network itself computed for this cell; ✓ means that the sum shown agrees with it.",
    "activation": "A function that bends every number by itself, such as ReLU.",
    "channel": "One of the maps that lie behind each other in a volume; a colour image has three.",
    "stride": "How far the window moves from one position to the next.",
    "dilation": "The distance between the cells a window looks at; 1 means side by side.",
    "parameter sharing": "Every position uses the same filter, so a filter costs the same however large the image is.",
    "local connectivity": "A cell looks at a small window instead of the whole volume.",
    "receptive field": "All pixels of the image this cell depends on, through all the layers before it.",
    "sample": "The image the network is looking at; the other workspaces show the same one.",
    "snapshot": "The newest weights there are: those of the run under way, or the document's.",
    "logit": "A class's score before it becomes a probability; only differences between logits matter.",
    "position": "A place of the window; each gives one number of the map.",
    "multiplication": "One number times one weight, for one image: what the layer costs.",
    "pattern": "An image grown from noise by changing its pixels, step by step, the way that excites the filter more.",
    "gradient": "How the loss changes when this number is made a little larger.",
    "loss": "How wrong the network is on this image: minus the logarithm of the right class's probability.",
}


def explain_term(widget: Explained, term: str) -> Explained:
    """Give a widget the term's sentence as its tooltip."""
    widget.setToolTip(plain_tip(TERMS[term]))
    return widget
