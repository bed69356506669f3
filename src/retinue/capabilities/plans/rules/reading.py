"""From a text to a plan, with every remark that a linter would make on the way."""

from __future__ import annotations

from collections.abc import Mapping as Lookup
from functools import lru_cache
from typing import Any

from retinue.capabilities.plans.rules import crosschecks, tree, vocabulary
from retinue.capabilities.plans.rules.findings import Report, shown
from retinue.capabilities.plans.rules.tree import BadYaml, Entry, Mapping, Text
from retinue.capabilities.plans.rules.vocabulary import FILTER_KEYS, FILTERS, KEYS, Duty, Word
from retinue.capabilities.plans.rules.words import nearest
from retinue.capabilities.plans.schemas import (
    Filters,
    Finding,
    Job,
    JobKind,
    Parsed,
    Plan,
    Severity,
    WorkingHours,
)


@lru_cache(maxsize=256)
def parse(text: str, *, timezone: str = "UTC") -> Parsed:
    """
    Never raises, whatever the text. `timezone` is the one that holds where the text names none.
    """
    try:
        root = tree.read(text)
    except BadYaml as bad:
        found = Finding(bad.line, bad.column, bad.key, Severity.error, bad.message)
        return Parsed(None, (found,))
    root = root or Mapping(0, 0, 1, 1, (), is_flow=False)
    report = Report()
    plan = _Reading(report, timezone).plan(root)
    crosschecks.check(report, root, plan)
    config = tree.config_of(root)
    return Parsed(None if report.is_broken else plan, report.in_order(), config)


class _Reading:
    def __init__(self, report: Report, timezone: str) -> None:
        self._report = report
        self._fields: dict[str, Any] = {}
        self._jobs: list[Job] = []
        self._pending: list[str] = []
        self._numbers: dict[str, Any] = {
            "hourly_limits": {},
            "daily_limits": {},
            "intervals": {},
        }
        self._hours: dict[str, Any] = {"timezone": timezone}

    def plan(self, root: Mapping) -> Plan:
        for entry in root.entries:
            if entry.key.value == FILTERS:
                self._fields["filters"] = self._filters(entry)
                continue
            word = self._word(entry, KEYS, vocabulary.ALIASES)
            if word is not None:
                self._take(entry, word)
        return Plan(
            jobs=tuple(self._jobs),
            pending=tuple(self._pending),
            working_hours=WorkingHours(**self._hours),
            **self._numbers,
            **self._fields,
        )

    def _take(self, entry: Entry, word: Word) -> None:
        key = entry.key.value
        value = word.reader(self._report, key, entry.value)
        self._remark_on_duty(entry, key, word)
        if value is None or word.duty is not Duty.done:
            return
        if key in vocabulary.JOBS:
            self._jobs.append(Job(JobKind(key), value))
        elif key == "comments":
            self._fields |= {"comments": value.for_any, "comments_by_media": value.by_media}
        elif key in {"working-hours", "timezone", "time-delta"}:
            self._hours[{"working-hours": "windows"}.get(key, key.replace("-", "_"))] = value
        elif word.field is not None:
            self._fields[word.field] = value
        else:
            self._take_number(key, value)

    def _take_number(self, key: str, value: Any) -> None:
        first, _, rest = key.partition("-")
        if rest == "interval":
            self._numbers["intervals"][first] = value
        else:
            self._numbers[f"{first}_limits"][rest.removesuffix("-limit")] = value

    def _filters(self, entry: Entry) -> Filters:
        if isinstance(entry.value, Text) and entry.value.is_empty:
            self._report.warn(entry.key, FILTERS, "has no value and is ignored")
            return Filters()
        if not isinstance(entry.value, Mapping):
            hint = "indent its keys under it, one a line: `  min_followers: 100`"
            self._report.error(entry.value, FILTERS, "filters is a mapping", hint)
            return Filters()
        fields: dict[str, Any] = {"comment_on_media": {}, "comment_in_job": {}}
        for inner in entry.value.entries:
            word = self._word(inner, FILTER_KEYS, vocabulary.FILTER_ALIASES, prefix=f"{FILTERS}.")
            if word is None:
                continue
            key = inner.key.value
            value = word.reader(self._report, f"{FILTERS}.{key}", inner.value)
            self._remark_on_duty(inner, f"{FILTERS}.{key}", word)
            if value is None:
                continue
            if key in vocabulary.COMMENT_BY_MEDIA:
                fields["comment_on_media"][vocabulary.COMMENT_BY_MEDIA[key]] = value
            elif key in vocabulary.COMMENT_BY_JOB:
                fields["comment_in_job"][vocabulary.COMMENT_BY_JOB[key]] = value
            elif word.field is not None:
                fields[word.field] = value
        return Filters(**fields)

    def _word(
        self, entry: Entry, known: Lookup[str, Word], aliases: Lookup[str, str], prefix: str = ""
    ) -> Word | None:
        """The word of a key that is known and has a value."""
        key = entry.key.value
        if key not in known:
            self._unknown(entry.key, known, aliases, prefix)
            return None
        if isinstance(entry.value, Text) and entry.value.is_empty:
            self._report.warn(entry.key, prefix + key, "has no value and is ignored")
            return None
        return known[key]

    def _unknown(
        self, node: Text, known: Lookup[str, Word], aliases: Lookup[str, str], prefix: str
    ) -> None:
        key = node.value
        meant = aliases.get(key.lower()) or nearest(key, known)
        hint = f"did you mean `{meant}`?" if meant else None
        if not prefix and key in FILTER_KEYS:
            hint = f"put it under `{FILTERS}:`"
        elif prefix and key in KEYS:
            hint = f"it belongs to the plan itself, not under `{FILTERS}:`"
        message = (
            f"`{shown(key)}` is not a key of a plan"
            if not prefix
            else f"`{shown(key)}` is not a filter"
        )
        self._report.error(node, (prefix + key)[:100], message, hint)

    def _remark_on_duty(self, entry: Entry, key: str, word: Word) -> None:
        if word.duty is Duty.pending:
            self._pending.append(key)
            self._report.warn(entry.key, key, "not carried out yet; kept in the text")
        elif word.duty is Duty.idle:
            self._report.warn(entry.key, key, "has no effect in Retinue; kept in the text")
