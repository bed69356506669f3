"""Refuses files and functions that no longer fit in a head: `size_budget.py [PATH ...]`."""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
DEFAULT_PATHS = ("src", "tests", "scripts", "benchmarks", "migrations", "dashboard/src")

PYTHON_WARNS_ABOVE = 300
PYTHON_FAILS_ABOVE = 400
FUNCTION_FAILS_ABOVE = 60
PARAMETERS_FAIL_ABOVE = 6
TSX_FAILS_ABOVE = 250
NAMES_THAT_SAY_NOTHING = {"utils.py", "misc.py", "helpers.py", "common.py"}


@dataclass(frozen=True)
class Finding:
    path: Path
    line: int
    text: str
    fails: bool = True

    def __str__(self) -> str:
        kind = "error" if self.fails else "warning"
        return f"{self.path}:{self.line}: {kind}: {self.text}"


def main(arguments: list[str]) -> int:
    paths = [Path(argument) for argument in arguments] or [ROOT / path for path in DEFAULT_PATHS]
    findings = [finding for path in files_of(paths) for finding in inspect(path)]
    for finding in findings:
        print(finding)
    return 1 if any(finding.fails for finding in findings) else 0


def files_of(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_file():
            yield path
        elif path.is_dir():
            found = (file for suffix in ("*.py", "*.tsx") for file in path.rglob(suffix))
            yield from sorted(file for file in found if "node_modules" not in file.parts)


def inspect(path: Path) -> list[Finding]:
    source = path.read_text(encoding="utf-8")
    lines = source.count("\n")
    if path.suffix == ".tsx":
        return tsx_findings(path, lines)
    # A migration is written once and read as a list of tables; only its functions are counted.
    findings = [] if "migrations" in path.parts else file_findings(path, lines)
    for node in ast.walk(ast.parse(source, filename=str(path))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            findings.extend(function_findings(path, node))
    return findings


def tsx_findings(path: Path, lines: int) -> list[Finding]:
    if lines <= TSX_FAILS_ABOVE:
        return []
    return [Finding(path, 1, f"{lines} lines, at most {TSX_FAILS_ABOVE}: take a component out")]


def file_findings(path: Path, lines: int) -> list[Finding]:
    findings = []
    if path.name in NAMES_THAT_SAY_NOTHING:
        findings.append(Finding(path, 1, f"{path.name} says nothing: name what is in it"))
    if lines > PYTHON_WARNS_ABOVE:
        text = f"{lines} lines, at most {PYTHON_WARNS_ABOVE} ({PYTHON_FAILS_ABOVE} fails)"
        findings.append(Finding(path, 1, text, fails=lines > PYTHON_FAILS_ABOVE))
    return findings


def function_findings(
    path: Path, node: ast.FunctionDef | ast.AsyncFunctionDef
) -> Iterator[Finding]:
    length = (node.end_lineno or node.lineno) - node.lineno + 1
    # A migration's upgrade() is a list of tables: splitting it would hide their order.
    if length > FUNCTION_FAILS_ABOVE and "migrations" not in path.parts:
        text = f"{node.name} has {length} lines, at most {FUNCTION_FAILS_ABOVE}"
        yield Finding(path, node.lineno, text)
    names = [a.arg for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
    if names and names[0] in {"self", "cls"}:
        names = names[1:]
    # pytest hands fixtures in as parameters, and Typer a command's options: nobody calls either by hand.
    called_by_hand = not (node.name.startswith("test_") or is_command(node))
    if len(names) > PARAMETERS_FAIL_ABOVE and called_by_hand:
        text = (
            f"{node.name} takes {len(names)} parameters, at most {PARAMETERS_FAIL_ABOVE}: "
            "group them in a dataclass"
        )
        yield Finding(path, node.lineno, text)


def is_command(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Decorated as one, or handed to another file's group: then it takes Typer's context."""
    calls = (d.func for d in node.decorator_list if isinstance(d, ast.Call))
    if any(isinstance(f, ast.Attribute) and f.attr in {"command", "callback"} for f in calls):
        return True
    given = (a.annotation for a in (*node.args.args, *node.args.kwonlyargs))
    return any(one is not None and ast.unparse(one) == "typer.Context" for one in given)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
