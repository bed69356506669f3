"""Where remarks about a text are gathered."""

from __future__ import annotations

from dataclasses import dataclass, field

from retinue.capabilities.plans.rules.tree import Node
from retinue.capabilities.plans.schemas import Finding, Severity

_MOST = 100
_SHOWN = 60


@dataclass
class Report:
    """Keeps the first hundred findings: a text with more is not mended by reading them all."""

    findings: list[Finding] = field(default_factory=list)
    is_broken: bool = False
    """An error was found, shown or not."""

    def error(self, node: Node, key: str, message: str, suggestion: str | None = None) -> None:
        self.is_broken = True
        self._add(node, key, Severity.error, message, suggestion)

    def warn(self, node: Node, key: str, message: str, suggestion: str | None = None) -> None:
        self._add(node, key, Severity.warning, message, suggestion)

    def _add(
        self, node: Node, key: str, severity: Severity, message: str, suggestion: str | None
    ) -> None:
        # An error is never crowded out by a hundred warnings before it.
        if len(self.findings) < _MOST or (severity is Severity.error and not self._has_error()):
            found = Finding(node.line, node.column, shown(key), severity, message, suggestion)
            self.findings.append(found)

    def _has_error(self) -> bool:
        return any(found.severity is Severity.error for found in self.findings)

    def in_order(self) -> tuple[Finding, ...]:
        return tuple(sorted(self.findings, key=lambda found: (found.line, found.column)))


def shown(text: str) -> str:
    """A value as a message quotes it: one line, not endless."""
    plain = "".join(sign if sign.isprintable() else "?" for sign in text)
    return plain if len(plain) <= _SHOWN else f"{plain[:_SHOWN]}..."
