"""Draws docs/images/first-filters.png: what one small network's first filters become on Things and on photographs.

    python docs/first_filters.py PHOTOGRAPHS        a folder or zip with a folder of pictures for each class

Both networks begin with the same weights and differ only in the size of their input. Drawn is what training changed, in
the pictures' own colours: grey is 0.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QApplication

import cnnstudio as cs
from cnnstudio.ui.look import theme
from cnnstudio.ui.panels.inspector.filter_sheets import filters_drawn

SIZE, SEED = QSize(420, 260), 3


def learned(source: str, side: int, epochs: int) -> tuple[cs.Model, float]:
    """The network after training, and its accuracy on the test images."""
    layers = [cs.Input(side, side, 3, mean=0.5, deviation=0.25), cs.Conv2D(16, (7, 7), stride=(2, 2)), cs.ReLU()]
    layers += [cs.MaxPool2D(), cs.Conv2D(32, (3, 3)), cs.ReLU(), cs.GlobalAveragePool(), cs.Dense(10), cs.Softmax()]
    model = cs.Model(layers, seed=SEED)
    model.fit(source, threads=1, epochs=epochs, seed=SEED, learning_rate=0.004)
    return model, model.evaluate().accuracy


def main() -> int:
    """Train both and draw."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photographs")
    arguments = parser.parse_args()
    app = QApplication([])
    theme.apply(app, "light")
    picture = QPixmap(2 * SIZE.width(), SIZE.height() + 34)
    picture.fill(theme.current().panel)
    painter = QPainter(picture)
    sets = (("Things", "things", 48, 12), ("Photographs", arguments.photographs, 32, 30))
    for place, (title, source, side, epochs) in enumerate(sets):
        model, accuracy = learned(source, side, epochs)
        print(f"{title}: {accuracy:.1%} of the test images", flush=True)
        left = place * SIZE.width()
        drawn = filters_drawn(model.graph, model.project.weights.parameters, SEED, SIZE, 1.0)
        painter.drawPixmap(QPointF(left, 34), drawn)
        painter.setPen(theme.current().text)
        painter.drawText(QRectF(left, 8, SIZE.width(), 22), Qt.AlignmentFlag.AlignCenter, title)
    painter.end()
    picture.save(str(ROOT / "docs" / "images" / "first-filters.png"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
