"""What an edit asks for, key by key, and what the plan will say when it is done."""

from __future__ import annotations

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
    gone: list[int] = field(default_factory=list)
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
        for key, value in request.set.items():
            self._put(key, value)
        for key, items in request.remove.items():
            self._remove(key, [str(as_plain(item)) for item in items], in_set=key in request.set)
        for key, items in request.add.items():
            self._add(key, [str(as_plain(item)) for item in items], in_set=key in request.set)

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
        listed = as_list(None if present is _ABSENT else present)
        for item in items:
            places = [at for at, of in enumerate(listed) if _same(item, str(of))]
            if not places:
                self._refuse("remove", key, f"`{shown(item)}` is not in the list")
            order.gone += [at for at in places if at not in order.gone]

    def _add(self, key: str, items: list[str], *, in_set: bool) -> None:
        order = self._list_order("add", key, in_set=in_set)
        present = self._at(tuple(key.split(".")))
        listed = as_list(None if present is _ABSENT else present)
        stays = [of for at, of in enumerate(listed) if at not in order.gone]
        for item in items:
            if not any(_same(item, str(of)) for of in [*stays, *order.added]):
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
        self.problems.append(Problem((verb, key), message))


_ABSENT: Any = object()


def as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _same(wanted: str, present: str) -> bool:
    """`@luna` is `luna`, and a file is meant by its name alone too."""
    bare, other = wanted.lstrip("@#").strip(), present.lstrip("@#").strip()
    return (
        wanted == present
        or bare.casefold() == other.casefold()
        or wanted == present.rsplit(" ", 1)[0]
    )
