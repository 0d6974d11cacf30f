"""What an item on the canvas shows of the moment: whether it is selected, pointed at, lit, and so on."""

from __future__ import annotations

from typing import Generic, Protocol, Self, TypeVar, overload

Value = TypeVar("Value")


class Showing(Protocol):
    """An item that shows such values."""

    def restyle(self) -> None:
        """It is to be painted anew."""


class Shown(Generic[Value]):
    """An attribute that each item has for itself; setting another value has the item painted anew."""

    def __init__(self, first: Value) -> None:
        self._first = first

    def __set_name__(self, owner: type[Showing], name: str) -> None:
        self._name = name

    @overload
    def __get__(self, item: None, owner: type[Showing]) -> Self: ...

    @overload
    def __get__(self, item: Showing, owner: type[Showing]) -> Value: ...

    def __get__(self, item: Showing | None, owner: type[Showing]) -> Value | Self:
        if item is None:
            return self
        value: Value = item.__dict__.get(self._name, self._first)  # asked for tens of thousands of times a frame
        return value

    def __set__(self, item: Showing, value: Value) -> None:
        before = vars(item).get(self._name, self._first)
        if before is not value and before != value:
            vars(item)[self._name] = value
            item.restyle()
