"""What Qt names a cell of a model by."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex

#: every override of a model, a view or a delegate may be handed either
AnyIndex = QModelIndex | QPersistentModelIndex
