"""
What every benchmark shares: rounds that take turns, medians, ratios within one run, and one way to say them.

Absolute figures belong to the machine; a ratio of two figures of the same run
travels. `--json` prints the report as JSON, `--strict` exits with 1 where a goal is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

ROOT = Path(__file__).resolve().parent.parent
PATHS = [str(ROOT / "src"), str(ROOT)]
sys.path[:0] = PATHS

Comparison = Literal["at least", "at most"]


@dataclass(frozen=True)
class Figure:
    name: str
    value: float
    unit: str
    spread: float = 0.0
    """Half the distance between the best round and the worst, as a share of the median."""


@dataclass(frozen=True)
class Goal:
    name: str
    value: float
    unit: str
    comparison: Comparison
    goal: float

    @property
    def is_met(self) -> bool:
        if self.comparison == "at least":
            return self.value >= self.goal
        return self.value <= self.goal


@dataclass
class Report:
    title: str
    figures: list[Figure] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)

    def figure(self, name: str, values: list[float], unit: str) -> float:
        """Keep the median of the rounds, and say it."""
        middle = statistics.median(values)
        spread = (max(values) - min(values)) / 2 / middle if middle else 0.0
        self.figures.append(Figure(name, middle, unit, spread))
        return middle

    def goal(
        self, name: str, value: float, *, comparison: Comparison, goal: float, unit: str = "x"
    ) -> None:
        self.goals.append(Goal(name, value, unit, comparison, goal))

    def markdown(self) -> str:
        lines = [f"### {self.title}", "", "| figure | median | spread |", "|---|---|---|"]
        lines += [
            f"| {one.name} | {_number(one.value)} {one.unit} | {one.spread:.0%} |"
            for one in self.figures
        ]
        if self.goals:
            lines += ["", "| goal | wanted | seen | |", "|---|---|---|---|"]
            lines += [
                f"| {one.name} | {one.comparison} {_number(one.goal)} {one.unit} "
                f"| {_number(one.value)} {one.unit} | {'met' if one.is_met else 'MISSED'} |"
                for one in self.goals
            ]
        return "\n".join((*lines, ""))

    def as_json(self) -> dict[str, object]:
        return {
            "title": self.title,
            "machine": {"cores": os.cpu_count(), "python": platform.python_version()},
            "figures": [asdict(one) for one in self.figures],
            "goals": [{**asdict(one), "is_met": one.is_met} for one in self.goals],
        }

    def finish(self, options: argparse.Namespace) -> int:
        print(json.dumps(self.as_json(), indent=2) if options.json else self.markdown())
        return 1 if options.strict and not all(one.is_met for one in self.goals) else 0


def in_turns(ways: Mapping[str, Callable[[], float]], *, rounds: int) -> dict[str, list[float]]:
    """
    Run every way once per round, and the rounds one after the other, so that a
    neighbour's burst falls on all of them. Each way answers its own figure.
    """
    seen: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            seen[name].append(way())
    return seen


def options(description: str | None, *, rounds: int) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument("--strict", action="store_true", help="exit with 1 where a goal is missed")
    parser.add_argument("--rounds", type=int, default=rounds, help="how often each way is run")
    return parser


def _number(value: float) -> str:
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}".rstrip("0").rstrip(".")
