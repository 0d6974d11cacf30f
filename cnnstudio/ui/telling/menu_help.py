"""One sentence for each entry of a menu and each choice in a list: what it does, where the pointer rests on it."""

from __future__ import annotations

import re

from PySide6.QtWidgets import QMenu

from cnnstudio.ui.look.labels import plain_tip

_ENTRIES = {
    # File
    "New": "Begin with an empty canvas, here or in a window of its own",
    "Empty design": "Begin with an empty canvas",
    "New window": "Open another window with a design of its own",
    "Open": "Open a design, or a figure that was exported from one",
    "Open lessons": "Open a folder with lessons that somebody wrote",
    "Save": "Write design, weights and run to the file",
    "Save as": "Write design, weights and run to another file",
    "Rename the design": "Write another name for the design; its file keeps its own",
    "Export figure": "The network as SVG, PDF or PNG, as cards or as volumes",
    "A file": "Lay another design beside this one and see what differs",
    "What is saved": "See what has changed since the file was last saved",
    "Close window": "Close this window; what is not saved is asked about",
    "Quit": "Close every window; what is not saved is asked about",
    "Open a folder of images": "Learn from a folder with a folder for each class, or with the files of MNIST or CIFAR",
    "Open images in a file": "Learn from images in a zip, an .npz, a CSV of pixels or an IDX file",
    "Look at a picture": "Show the network a picture of your own",
    # Edit
    "Search commands": "Type what you want to do and press Enter",
    "Undo": "Take the last step back",
    "Redo": "Do again what was taken back",
    "Delete": "Remove what is selected, and its wires",
    "Select all": "Select every layer",
    "Select everything": "Select every layer",
    "Select none": "Select nothing",
    "Select nothing": "Select nothing",
    # layers
    "Add a layer or a block": "Type a name and press Enter; on a wire it is put in there",
    "Insert a layer": "Type a name and press Enter; the layer is put into this wire",
    "Edit the settings": "Put the keyboard into the layer’s first setting",
    "Rename": "Write another name on the card",
    "Write": "Change what the note says",
    "Duplicate": "The same layers once more, beside these",
    "Copy": "Keep the selected layers, to be pasted here or in another window",
    "Cut": "Copy the selected layers and remove them",
    "Paste": "Put in the copied layers",
    "Paste here": "Put the copied layers at this place",
    "Paste with incoming wires": "Put in the copied layers and wire them to what fed the originals",
    "Delete and join the neighbours": "Remove the layers and wire what lay before them to what lay behind",
    "Delete and rejoin": "Remove the layers and wire what lay before them to what lay behind",
    "What this layer does": "A sheet beside the card with its sentence and its numbers",
    "Take the layer apart": "See in Explain how each of its numbers comes about",
    "Lock while training, or unlock": "A locked layer keeps its weights while the others learn",
    "Lock while training": "The layer keeps its weights while the others learn",
    "Unlock": "Let the layer learn again",
    "Wires from a list": "Choose by keyboard which layers feed this one",
    "Wires": "Choose by keyboard which layers feed this one",
    "Connect the selection in order": "Wire the selected layers one after the other",
    "Connect in order": "Wire the selected layers one after the other",
    "Bypass": "Lead the data past the layer without removing it",
    "Delete wire": "Remove this wire",
    # blocks and drawing
    "Group into a block": "Put the selected layers under one name",
    "Collapse or expand the block": "Show the block as one card, or its layers again",
    "Collapse block": "Show the block as one card",
    "Expand block": "Show the block’s layers again",
    "Ungroup": "Take the block’s name away; its layers stay",
    "Keep the block in the palette": "Keep the block for other designs",
    "Keep in the palette": "Keep the block for other designs",
    "Remove from the palette": "Forget this block; designs that use it keep their layers",
    "Frame": "Draw a frame with a title around the selection",
    "Write a note": "Put a text onto the canvas",
    "Align in a row": "Bring the selected cards to the same height",
    "Align in a column": "Bring the selected cards one exactly below the other",
    "Space out evenly": "Make the gaps between the selected cards equal",
    "Tidy layout": "Lay the layers out in order; the network stays the same",
    # View
    "Build": "Palette, canvas and settings: put the network together",
    "Train": "Curves and feature maps while the network learns",
    "Explain": "One layer, and how each of its numbers comes about",
    "Learn": "Twelve lessons with something to do and to predict in each",
    "Show the selection": "Bring what is selected into sight",
    "Show the whole network": "Zoom so that every layer is in sight",
    "Zoom in": "Make the canvas larger",
    "Zoom out": "Make the canvas smaller",
    "Actual size": "Show the cards in their own size",
    "None": "Cards in their own colours",
    "Parameters": "The more numbers a layer learns, the stronger its card is tinted",
    "MACs per image": "The more a layer multiplies for an image, the stronger its card is tinted",
    "Memory in training": "The more memory a layer needs in training, the stronger its card is tinted",
    "Time per image": "The longer a layer takes for an image, the stronger its card is tinted",
    "Minimap": "Show the whole network in a small map in the corner",
    "Next panel": "Give the keyboard to the next part of the window",
    "Previous panel": "Give the keyboard to the part of the window before",
    "Layers as a list": "The layers in their order, to be edited by keyboard",
    "Next problem": "Go to the next problem of the design and its layer",
    "Previous problem": "Go to the problem before and its layer",
    "Repairs of the problem": "What would remove the problem, and what each repair costs",
    "Dark": "Light text on dark ground",
    "Light": "Dark text on light ground",
    "As the system": "Dark or light, whichever the desktop is",
    # Train, Help, samples
    "Train or pause": "Let the network learn, hold it, or go on",
    "Stop": "End the run; what it has learned stays",
    "Test on the test images": "How often it is right on images that training never sees, and what it takes for what",
    "Show an image it got wrong": "Look at a test image that the network takes for something else",
    "One it got wrong": "Look at a test image that the network takes for something else",
    "Draw an image": "Draw with the mouse and see what the network takes it for",
    "Draw one": "Draw with the mouse and see what the network takes it for",
    "Reset weights": "Fresh weights from the seed; locked layers keep theirs; the figures of the run go",
    "Open the menu": "Everything the window can do, by subject",
    "Shortcuts": "Every key and every gesture on one sheet",
    "Glossary": "Every term of the field, with an example",
    "What is this?": "The glossary’s page on what the pointer or the keyboard is at",
    "About CNN Studio": "Version, licence and the libraries it stands on",
    "Gallery": "The templates with their pictures, shapes and costs",
    "Any image": "Look at a test image drawn at random",
    "Back to your network": "The lesson’s network goes, yours comes back as you left it",
    # filters to lay in
    "Blur": "Averages over the window: smaller things disappear",
    "Edge": "Answers to any change, whatever its direction",
    "Pass on unchanged": "Only the middle weight counts: the picture stays as it is",
}
_PATTERNS = (
    (r"Undo “.*”", "Take this step back"),
    (r"Redo “.*”", "Do this step again"),
    (r"(Repeat the selection )?× \d+", "The selected layers so many times one after the other"),
    (r"A .*“.*”", "Look at the next test image of this class"),
    (r"Sobel: .*", "Answers to changes from dark to light in this direction: an edge"),
)

_CHOICES = {
    "valid": "No padding: the window stays on the picture, and the map is smaller",
    "same": "As many zeros around the picture as keep its size where the stride is 1",
    "custom": "Your own number of zeros at each side",
    "he": "Random, with a spread of √(2 / inputs): keeps signals as strong behind ReLUs (He et al., 2015)",
    "glorot": "Random, with a spread that suits both ways through the layer (Glorot and Bengio, 2010)",
    "normal": "Random, with a spread of 0.05 whatever the layer’s size",
    "zeros": "All weights 0: every filter then learns the same, so this is for trying only",
    "classical": "The step is the gathered speed",
    "nesterov": "Looks ahead to where the gathered speed leads, and steps from there",
    "none": "Images are not mirrored",
    "horizontal": "Half of the images, drawn anew each time, are mirrored left to right",
    "sgd": "Stochastic gradient descent: each weight moves against its gradient, with momentum",
    "rmsprop": "Divides each gradient by its usual size, so that all weights move about equally fast",
    "adam": "Momentum, and steps divided by the usual size of each weight’s gradient; a good first choice",
    "adamw": "Adam, with weight decay apart from the gradients",
    "constant": "The same learning rate all the time",
    "step": "The learning rate falls in a few equal steps",
    "cosine": "The learning rate falls slowly, then faster, then slowly, as half a cosine",
    "one_cycle": "The learning rate rises first and falls for the rest of the run",
    "plateau": "The learning rate falls when the validation loss no longer does",
    "cross_entropy": "−log of the probability of the right class: the usual loss for classes",
    "mean_squared_error": "The mean of the squared distances between probabilities and the right answer",
}


def choice_sentence(choice: str) -> str:
    """What one of a setting’s choices means; "" for unknown ones."""
    if choice in _CHOICES:
        return _CHOICES[choice]
    from cnnstudio.lessons.glossary import term  # a start can do without the glossary

    known = term(choice)
    return known.sentence if known is not None else ""


def entry_sentence(text: str) -> str:
    """What an entry of a menu does; "" for unknown ones."""
    plain = text.split("\t")[0].replace("&&", "&").rstrip("…")
    if plain in _ENTRIES:
        return _ENTRIES[plain]
    return next((sentence for pattern, sentence in _PATTERNS if re.fullmatch(pattern, plain)), "")


def explain_entries(menu: QMenu) -> None:
    """Let every entry of a menu, and of those in it, say what it does; one that says so itself is left alone."""
    menu.setToolTipsVisible(True)
    for action in menu.actions():
        inner = action.menu()
        if isinstance(inner, QMenu):
            explain_entries(inner)
        else:
            sentence = entry_sentence(action.text())
            if sentence:
                action.setToolTip(plain_tip(sentence))
