"""What an edit asks for, key by key, and what the plan will say when it is done."""

from __future__ import annotations

import re
from collections.abc import Mapping as Lookup
from dataclasses import dataclass, field
from typing import Any

from retinue.capabilities.plans.rules.findings import shown
from retinue.capabilities.plans.rules.rendering import as_plain
from retinue.capabilities.plans.rules.tree import Plain
from retinue.foundation.errors import Problem


@dataclass(slots=True)
class Order:
    """What becomes of one key: a new value, or none, or items that come and go."""

    value: Plain = None
    is_put: bool = False
    is_dropped: bool = False
    added: list[str] = field(default_factory=list)
    gone: set[int] = field(default_factory=set)
    """Places in the present list."""


Orders = dict[tuple[str, ...], Order]


@dataclass(slots=True)
class Request:
    """`set`, `add` and `remove` as the API takes them."""

    set: Lookup[str, Any]
    add: Lookup[str, list[Any]]
    remove: Lookup[str, list[Any]]


class Orderer:
    """Turns a request into orders against a present configuration, and carries them out on a copy of it."""

    def __init__(self, present: dict[str, Any]) -> None:
        self._present = present
        self.orders: Orders = {}
        self.problems: list[Problem] = []

    def take(self, request: Request) -> None:
        asked = {"set": request.set, "add": request.add, "remove": request.remove}
        for verb, changes in asked.items():
            for key, value in changes.items():
                self._check(verb, key, as_plain(value))
        # Later steps put these keys into a text, where they could mean something else.
        if self.problems:
            return
        for key, value in request.set.items():
            self._put(key, value)
        for key, items in request.remove.items():
            self._remove(key, [str(as_plain(item)) for item in items], in_set=key in request.set)
        for key, items in request.add.items():
            self._add(key, [str(as_plain(item)) for item in items], in_set=key in request.set)

    def _check(self, verb: str, key: str, value: Plain) -> None:
        parts = key.split(".")
        if not key.isprintable() or not all(parts) or len(parts) > _MOST_PARTS:
            self._refuse(verb, key, "not a key: a word such as `feed`, or `filters.min_posts`")
        if _has_unwritable(value):
            self._refuse(verb, key, "holds a NUL or half a character")

    def result(self) -> dict[str, Any]:
        result = {
            key: dict(of) if isinstance(of, dict) else of for key, of in self._present.items()
        }
        for path, order in self.orders.items():
            place = result
            for part in path[:-1]:
                if not isinstance(place.get(part), dict):
                    place[part] = {}
                place = place[part]
            last = path[-1]
            if order.is_dropped:
                del place[last]
            elif order.is_put:
                place[last] = order.value
            else:
                kept = [
                    of for at, of in enumerate(as_list(place.get(last))) if at not in order.gone
                ]
                place[last] = kept + order.added
        return result

    def _put(self, key: str, value: Any) -> None:
        path = tuple(key.split("."))
        present = self._at(path)
        if value is None:
            if present is _ABSENT:
                self._refuse("set", key, "not in the plan, so it cannot be taken out")
            else:
                self.orders[path] = Order(is_dropped=True)
            return
        wanted = as_plain(value)
        if isinstance(wanted, dict) and isinstance(present, dict):
            self._put_each(key, wanted, present)
            return
        if isinstance(wanted, dict):
            wanted = {inner: of for inner, of in wanted.items() if of is not None}
        if path in self.orders:
            self._refuse("set", key, "asked for twice")
        if present != wanted:
            self.orders[path] = Order(value=wanted, is_put=True)

    def _put_each(self, key: str, wanted: dict[str, Any], present: dict[str, Any]) -> None:
        for inner in present:
            if inner not in wanted:
                self._put(f"{key}.{inner}", None)
        for inner, of in wanted.items():
            if of is not None or inner in present:
                self._put(f"{key}.{inner}", of)

    def _remove(self, key: str, items: list[str], *, in_set: bool) -> None:
        order = self._list_order("remove", key, in_set=in_set)
        present = self._at(tuple(key.split(".")))
        listed = _Listed(as_list(None if present is _ABSENT else present))
        for item in items:
            places = listed.places_of(item)
            if not places:
                self._refuse("remove", key, f"`{shown(item)}` is not in the list")
            order.gone.update(places)

    def _add(self, key: str, items: list[str], *, in_set: bool) -> None:
        order = self._list_order("add", key, in_set=in_set)
        present = self._at(tuple(key.split(".")))
        listed = as_list(None if present is _ABSENT else present)
        taken = {_bare(str(of)) for at, of in enumerate(listed) if at not in order.gone}
        for item in items:
            if _bare(item) not in taken:
                taken.add(_bare(item))
                order.added.append(item)
        if not order.added and not order.gone:
            self.orders.pop(tuple(key.split(".")), None)

    def _list_order(self, verb: str, key: str, *, in_set: bool) -> Order:
        path = tuple(key.split("."))
        if in_set:
            self._refuse(verb, key, "in `set` too; give it once")
        if isinstance(self._at(path), dict):
            self._refuse(verb, key, f"a mapping; write its keys with a dot: `{key}.<key>`")
        return self.orders.setdefault(path, Order())

    def _at(self, path: tuple[str, ...]) -> Any:
        place: Any = self._present
        for part in path:
            if not isinstance(place, dict) or part not in place:
                return _ABSENT
            place = place[part]
        return place

    def _refuse(self, verb: str, key: str, message: str) -> None:
        self.problems.append(Problem((verb, shown(key)), message))


_ABSENT: Any = object()
_MOST_PARTS = 2
_UNWRITABLE = re.compile("[\\0\\ud800-\\udfff]")
_COUNT = re.compile(r"\s+[0-9]+(-[0-9]+)?$", re.ASCII)


def as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _has_unwritable(value: Plain) -> bool:
    if isinstance(value, dict):
        return any(_has_unwritable(inner) for inner in (*value, *value.values()))
    if isinstance(value, list):
        return any(_has_unwritable(inner) for inner in value)
    return value is not None and _UNWRITABLE.search(value) is not None


class _Listed:
    """The items of a list by the names that a request may give them."""

    def __init__(self, items: list[Any]) -> None:
        self._exact: dict[str, list[int]] = {}
        self._loose: dict[str, list[int]] = {}
        for at, item in enumerate(items):
            text = str(item)
            self._exact.setdefault(text, []).append(at)
            # `@luna` is `luna`, and a file is meant by its name alone too.
            for name in {_bare(text), _bare(_COUNT.sub("", text))}:
                self._loose.setdefault(name, []).append(at)

    def places_of(self, wanted: str) -> list[int]:
        return self._exact.get(wanted) or self._loose.get(_bare(wanted), [])


def _bare(text: str) -> str:
    return text.strip().lstrip("@#").strip().casefold()
