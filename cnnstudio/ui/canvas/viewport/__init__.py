"""The part of the scene that is in view: zoom and scroll, what is brought into view, and which cards are."""
