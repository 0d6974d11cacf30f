"""The face: window, document with undo, canvas and panels. Everything here runs on the GUI thread."""

from cnnstudio.training import guard as guard  # before any class is derived from Qt's
