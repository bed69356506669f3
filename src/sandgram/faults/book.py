"""The rules in force, and how often each has struck."""

import threading
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandgram.faults.requests import DELIVER, About
from sandgram.faults.rules import FaultRule
from sandgram.seeding import share

_LUCK = 701


@dataclass(slots=True)
class _Entry:
    number: int
    rule: FaultRule
    seen: "Counter[str]" = field(default_factory=Counter)
    struck: "Counter[str]" = field(default_factory=Counter)


class FaultBook:
    """
    Rules in the order they were set; the first that fits and is due strikes.

    Kept in memory: a restarted server starts in calm weather, or with its
    scenario from the beginning.
    """

    def __init__(self, *, seed: int) -> None:
        self._seed = seed
        self._lock = threading.Lock()
        self._entries: list[_Entry] = []
        self._last = 0

    @property
    def is_empty(self) -> bool:
        return not self._entries

    def add(self, rule: FaultRule) -> dict[str, Any]:
        with self._lock:
            self._last += 1
            entry = _Entry(self._last, rule)
            self._entries = [*self._entries, entry]
        return _shown(entry)

    def listed(self) -> list[dict[str, Any]]:
        with self._lock:
            return [_shown(entry) for entry in self._entries]

    def remove(self, number: int) -> bool:
        with self._lock:
            kept = [entry for entry in self._entries if entry.number != number]
            found = len(kept) < len(self._entries)
            self._entries = kept
        return found

    def clear(self) -> int:
        with self._lock:
            count = len(self._entries)
            self._entries = []
        return count

    def strike(
        self, subject: About, *, account: str | None, address: str, now: datetime
    ) -> FaultRule | None:
        """The fault that this request is to meet, counted as struck; None for a fair wind."""
        with self._lock:
            for entry in self._entries:
                if _fits(entry.rule, subject, account, address, now) and self._is_due(
                    entry, account
                ):
                    return entry.rule
        return None

    def _is_due(self, entry: _Entry, account: str | None) -> bool:
        rule = entry.rule
        key = account or "" if rule.per_account else ""
        entry.seen[key] += 1
        if entry.seen[key] <= rule.after:
            return False
        if rule.count is not None and entry.struck[key] >= rule.count:
            return False
        if rule.probability < 1:
            luck = share(self._seed, _LUCK, entry.number, entry.seen.total())
            if luck >= rule.probability:
                return False
        entry.struck[key] += 1
        return True


def _fits(
    rule: FaultRule, subject: About, account: str | None, address: str, now: datetime
) -> bool:
    return (
        (rule.account is None or rule.account == account)
        and (rule.address is None or rule.address == address)
        and (rule.surface is None or rule.surface == subject.surface)
        and _fits_action(rule, subject)
        and (rule.target is None or rule.target == subject.target)
        and (rule.until is None or now < rule.until)
    )


def _fits_action(rule: FaultRule, subject: About) -> bool:
    if subject.action == DELIVER:
        return rule.action == DELIVER
    return rule.action is None or rule.action in (subject.action, subject.kind)


def _shown(entry: _Entry) -> dict[str, Any]:
    return {
        "id": entry.number,
        **entry.rule.model_dump(mode="json", exclude_none=True),
        "seen": entry.seen.total(),
        "struck": entry.struck.total(),
    }
