"""The face: window, document with undo, canvas and panels. Everything here runs on the GUI thread."""
