"""
Edits by the knife: what is not asked to change keeps every byte.

The text is never written anew from its values. Each order becomes a splice at
the place that the tree names, and the result is read again and compared with
what was asked for, so that an edit is exact or refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from retinue.capabilities.plans.rules import tree
from retinue.capabilities.plans.rules.orders import Order, Orderer, Orders, Request
from retinue.capabilities.plans.rules.rendering import (
    entry,
    flow,
    inline,
    is_block,
    quote_of,
    scalar,
)
from retinue.capabilities.plans.rules.tree import BadYaml, Entry, Items, Mapping, Node, Text
from retinue.foundation.errors import Problem


@dataclass(frozen=True, slots=True)
class Edited:
    """`problems` is empty exactly when `text` is what was asked for."""

    text: str
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class _Splice:
    start: int
    end: int
    text: str = ""


class _TooTangled(Exception):
    """The layout of the text leaves no place where the change could be cut in."""


def edited(text: str, *, request: Request) -> Edited:
    """The text after the request. Never raises."""
    try:
        root = tree.read(text)
    except BadYaml as bad:
        return Edited(text, (Problem(("text", bad.line), f"line {bad.line}: {bad.message}"),))
    orderer = Orderer(tree.config_of(root))
    orderer.take(request)
    if orderer.problems:
        return Edited(text, tuple(orderer.problems))
    if not orderer.orders:
        return Edited(text)
    try:
        changed = _Knife(text).cut(root, orderer.orders)
        fresh = tree.config_of(tree.read(changed))
    except BadYaml as bad:
        return Edited(text, _tangled(orderer.orders, bad.message))
    except _TooTangled:
        return Edited(text, _tangled(orderer.orders))
    if fresh != _without_empty(orderer.result()):
        return Edited(text, _tangled(orderer.orders))
    return Edited(changed)


def _without_empty(config: dict[str, tree.Plain]) -> dict[str, tree.Plain]:
    # A mapping that lost its last key stands there as `filters:` with nothing under it.
    return {key: None if value == {} else value for key, value in config.items()}


def _tangled(orders: Orders, why: str = "") -> tuple[Problem, ...]:
    names = ", ".join(sorted({".".join(path)[:100] for path in orders}))
    message = f"the change of {names} cannot be made without touching the rest of the text; edit it by hand"
    return (Problem(("text",), f"{message} ({why})" if why else message),)


class _Knife:
    def __init__(self, text: str) -> None:
        self._newline = "\r\n" if "\r\n" in text else "\n"
        self._text = text if not text or text.endswith("\n") else text + self._newline

    def cut(self, root: Mapping | None, orders: Orders) -> str:
        by_key: dict[str, dict[str, Order]] = {}
        own: dict[str, Order] = {}
        for path, order in orders.items():
            if len(path) == 1:
                own[path[0]] = order
            elif len(path) == 2:
                by_key.setdefault(path[0], {})[path[1]] = order
            else:
                raise _TooTangled
        splices: list[_Splice] = []
        for key, inner in by_key.items():
            found = root.find(key) if root is not None else None
            if found is not None and isinstance(found.value, Mapping) and found.value.entries:
                splices += self._mapping(found.value, inner)
            else:
                own[key] = Order(
                    value={name: _final(order) for name, order in inner.items()}, is_put=True
                )
        splices += self._mapping(root, own)
        return self._spliced(splices)

    def _spliced(self, splices: Sequence[_Splice]) -> str:
        pieces, last = [], 0
        # The sort is stable: of two insertions at one place the inner mapping's comes first.
        for splice in sorted(splices, key=lambda one: (one.start, one.end)):
            if splice.start < last:
                raise _TooTangled
            pieces += [self._text[last : splice.start], splice.text]
            last = splice.end
        return "".join([*pieces, self._text[last:]])

    def _mapping(self, mapping: Mapping | None, orders: dict[str, Order]) -> list[_Splice]:
        if mapping is None:
            lines = [
                entry(key, _final(of), indent="", newline=self._newline)
                for key, of in orders.items()
            ]
            return [_Splice(len(self._text), len(self._text), "".join(lines))]
        splices: list[_Splice] = []
        dropped: set[int] = set()
        fresh: dict[str, Order] = {}
        for key, order in orders.items():
            found = mapping.find(key)
            if found is None:
                fresh[key] = order
            elif order.is_dropped:
                dropped.add(mapping.entries.index(found))
            else:
                splices += self._value(found, order)
        if mapping.is_flow:
            spans = [(one.key.start, one.value.end) for one in mapping.entries]
            written = [f"{scalar(key)}: {inline(_final(of))}" for key, of in fresh.items()]
            return splices + self._in_flow(mapping, spans, dropped, written)
        for place in dropped:
            one = mapping.entries[place]
            splices.append(_Splice(self._line_start(one.key.start), self._line_end(one.value.end)))
        return splices + self._new_lines(mapping, fresh)

    def _new_lines(self, mapping: Mapping, fresh: dict[str, Order]) -> list[_Splice]:
        if not fresh:
            return []
        first = mapping.entries[0].key
        indent = self._text[self._line_start(first.start) : first.start]
        if indent.strip():
            raise _TooTangled
        lines = [
            entry(key, _final(of), indent=indent, newline=self._newline)
            for key, of in fresh.items()
        ]
        at = self._line_end(mapping.end)
        return [_Splice(at, at, "".join(lines))]

    def _value(self, found: Entry, order: Order) -> list[_Splice]:
        node = found.value
        if order.is_put:
            if isinstance(order.value, list) and isinstance(node, Items):
                return self._new_list(found, node, [str(item) for item in order.value])
            return [self._replaced(found, order.value)]
        if isinstance(node, Items):
            return self._relisted(found, node, order.gone, order.added)
        listed = [] if (isinstance(node, Text) and node.is_empty) or order.gone else [node]
        items = [one.value for one in listed if isinstance(one, Text)]
        return [self._replaced(found, [*items, *order.added])]

    def _replaced(self, found: Entry, value: tree.Plain) -> _Splice:
        node = found.value
        if isinstance(value, dict):
            lines = [
                entry(key, of, indent="  ", newline=self._newline) for key, of in value.items()
            ]
            at = self._line_end(found.key.end)
            if not (isinstance(node, Text) and node.is_empty) or not lines:
                raise _TooTangled
            return _Splice(at, at, "".join(lines))
        written = inline(value)
        if isinstance(value, str):
            written = scalar(value, quote=quote_of(node))
        if is_block(node) or (isinstance(node, Text) and node.is_empty):
            colon = self._colon(found)
            return _Splice(colon, max(colon, node.end), f" {written}")
        return _Splice(node.start, node.end, written)

    def _new_list(self, found: Entry, node: Items, wanted: list[str]) -> list[_Splice]:
        present = [str(tree.plain(item)) for item in node.items]
        staying = set(wanted)
        gone = {at for at, item in enumerate(present) if item not in staying}
        kept = [item for item in present if item in staying]
        if kept == wanted[: len(kept)]:
            return self._relisted(found, node, gone, wanted[len(kept) :])
        if node.is_flow or not wanted:
            return [_Splice(node.start, node.end, flow(wanted))]
        start = self._dash_line(node.items[0])
        dash = self._dash_prefix(node.items[0])
        lines = "".join(f"{dash}{scalar(item)}{self._newline}" for item in wanted)
        return [_Splice(start, self._line_end(node.items[-1].end), lines)]

    def _relisted(
        self, found: Entry, node: Items, gone: set[int], added: list[str]
    ) -> list[_Splice]:
        if node.is_flow:
            spans = [(item.start, item.end) for item in node.items]
            return self._in_flow(node, spans, gone, [scalar(item) for item in added])
        splices = [
            _Splice(self._dash_line(node.items[at]), self._line_end(node.items[at].end))
            for at in sorted(gone)
        ]
        if len(gone) == len(node.items) and not added:
            colon = self._colon(found)
            return [*splices, _Splice(colon, colon, " []")]
        dash = self._dash_prefix(node.items[0])
        at = self._line_end(node.items[-1].end)
        lines = "".join(f"{dash}{scalar(item)}{self._newline}" for item in added)
        return [*splices, _Splice(at, at, lines)]

    def _in_flow(
        self, node: Node, spans: list[tuple[int, int]], gone: set[int], added: list[str]
    ) -> list[_Splice]:
        kept = [at for at in range(len(spans)) if at not in gone]
        joined = ", ".join(added)
        if not kept:
            # Comments inside of an emptied list would swallow its closing bracket.
            return [_Splice(node.start + 1, node.end - 1, joined)] if gone or added else []
        splices = []
        for at in sorted(gone):
            if at > kept[-1]:
                # What stands behind the last one that stays goes together with the comma before it.
                splices.append(_Splice(spans[at - 1][1], spans[at][1]))
            else:
                splices.append(_Splice(spans[at][0], spans[at + 1][0]))
        if joined:
            after = spans[kept[-1]][1]
            splices.insert(0, _Splice(after, after, f", {joined}"))
        return splices

    def _colon(self, found: Entry) -> int:
        at = self._text.find(":", found.key.end)
        if self._text[found.key.end : at].strip():
            raise _TooTangled
        return at + 1

    def _dash_line(self, item: Node) -> int:
        return self._line_start(item.start)

    def _dash_prefix(self, item: Node) -> str:
        before = self._text[self._line_start(item.start) : item.start]
        if before.strip() != "-":
            raise _TooTangled
        return before if before.endswith((" ", "\t")) else f"{before} "

    def _line_start(self, at: int) -> int:
        return self._text.rfind("\n", 0, at) + 1

    def _line_end(self, at: int) -> int:
        """Behind the newline of the line in which `at` stands."""
        found = self._text.find("\n", at)
        return len(self._text) if found < 0 else found + 1


def _final(order: Order) -> tree.Plain:
    return order.value if order.is_put else list(order.added)
