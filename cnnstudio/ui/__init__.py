"""The face: window, document with undo, canvas and panels. Everything here runs on the GUI thread."""

try:
    from cnnstudio.training import guard as guard  # before any class is derived from Qt's
except ImportError as error:
    from cnnstudio.ui.display import is_qt

    if not is_qt(error):  # where Qt itself is missing, ``display`` says so
        raise
