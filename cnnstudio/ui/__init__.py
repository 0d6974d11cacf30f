"""The face: window, document with undo, canvas and panels. Everything here runs on the GUI thread."""

try:
    from cnnstudio.worker import guard as guard
except ImportError as error:
    from cnnstudio.ui.start.display import is_qt

    if not is_qt(error):  # where Qt itself is missing, ``display`` says so
        raise
