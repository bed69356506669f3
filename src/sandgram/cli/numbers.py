"""Commands about numbers: what was true, who asked, what it costs, how fast time passes."""

import json
import sys
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from sandgram.cli.asking import control
from sandgram.cli.options import Asking, grouped, stop


@dataclass(frozen=True, slots=True, kw_only=True)
class AskingClock(Asking):
    factor: Annotated[float | None, typer.Option(min=0, help="1 is the wall's pace.")] = None
    step: Annotated[float | None, typer.Option(help="Seconds to move it by.")] = None


@grouped(AskingClock)
def clock(given: AskingClock) -> None:
    """
    Show the world's clock, or change it.

    Example: sandgram clock --factor 600
    """
    body = _given({"factor": given.factor, "step": given.step})
    state = control("POST", given, "/clock", body=body)
    print(json.dumps(state) if given.as_json else f"{state['now']} at {state['clock_factor']:g}x")


@dataclass(frozen=True, slots=True, kw_only=True)
class AskingMetrics(Asking):
    subject: Annotated[str, typer.Argument(help="A handle, or a post's code or URL.")]
    post: Annotated[bool, typer.Option("--post", help="The subject is a post.")] = False
    at: Annotated[
        list[str] | None, typer.Option(help="An ISO time on the world's clock; may be repeated.")
    ] = None


@grouped(AskingMetrics)
def metrics(given: AskingMetrics) -> None:
    """
    Show the numbers that were true at a moment, or are now.

    Example: sandgram metrics CxYQJO8xuC6 --post --at 2026-11-21T10:00:00Z
    """
    params: dict[str, Any] = {"post" if given.post else "username": given.subject}
    if given.at:
        params["at"] = given.at
    found = control("GET", given, "/oracle/metrics", params=params)
    if given.as_json:
        print(json.dumps(found))
        return
    for item in found["items"]:
        counts = " ".join(f"{name}={value}" for name, value in item.items() if name != "at")
        print(f"{item['at']} {counts}")


@dataclass(frozen=True, slots=True, kw_only=True)
class AskingCalls(Asking):
    surface: Annotated[str | None, typer.Option(help="tikhub or graph.")] = None
    subject: Annotated[str | None, typer.Option(help="A handle, an id or a code.")] = None
    limit: Annotated[int, typer.Option(min=0, max=200_000)] = 1000
    forget: Annotated[bool, typer.Option("--forget", help="Count from nothing again.")] = False


@grouped(AskingCalls)
def calls(given: AskingCalls) -> None:
    """Show how often the TikHub and Graph surfaces were asked for whom, and what they answered."""
    if given.forget:
        found = control("DELETE", given, "/oracle/calls")
        print(json.dumps(found) if given.as_json else "forgotten")
        return
    params = {"limit": str(given.limit), **_texts(surface=given.surface, subject=given.subject)}
    found = control("GET", given, "/oracle/calls", params=params)
    if given.as_json:
        print(json.dumps(found))
        return
    for item in found["items"]:
        by_status = " ".join(f"{status}:{count}" for status, count in item["by_status"].items())
        print(f"{item['calls']:>7} {item['surface']:7} {item['subject']:30} {by_status}")
    print(f"{found['total']} calls", file=sys.stderr)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskingSubjects(Asking):
    count: Annotated[int, typer.Option(min=1, max=1_000_000)] = 200
    kind: Annotated[str, typer.Option(help="influencer or post.")] = "influencer"


@grouped(AskingSubjects)
def subjects(given: AskingSubjects) -> None:
    """
    List handles of public people, or the codes of their newest posts, one a line.

    Example: sandgram subjects --kind post --count 200
    """
    found: list[str] = []
    after: int | None = 0
    while after is not None and len(found) < given.count:
        params = {
            "kind": given.kind,
            "after": str(after),
            "limit": str(min(10_000, given.count - len(found))),
        }
        page = control("GET", given, "/oracle/subjects", params=params)
        found += page["items"]
        after = page["next"]
    if given.as_json:
        print(json.dumps(found))
        return
    for one in found:
        print(one)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangingTikHub(Asking):
    rate: Annotated[
        float | None, typer.Option(min=0, help="Requests a second; 0 for no limit.")
    ] = None
    balance: Annotated[float | None, typer.Option(min=0, help="In dollars.")] = None
    reset: Annotated[bool, typer.Option("--reset", help="Back to the start.")] = False


@grouped(ChangingTikHub)
def tikhub(given: ChangingTikHub) -> None:
    """
    Show the rate, the balance and the bill of the TikHub surface, or change them.

    Example: sandgram tikhub --rate 0 --balance 0.01
    """
    body = _given({"rate": given.rate, "balance": given.balance})
    if given.reset and body:
        stop("--reset stands alone: it sets the rate and the balance, too")
    if given.reset:
        found = control("DELETE", given, "/tikhub")
    elif body:
        found = control("PATCH", given, "/tikhub", body=body)
    else:
        found = control("GET", given, "/tikhub")
    if given.as_json:
        print(json.dumps(found))
        return
    for name in ("rate", "balance", "spent", "billed"):
        print(f"{name:9} {found[name]}")


def _given(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _texts(**values: str | None) -> dict[str, str]:
    return {name: value for name, value in values.items() if value is not None}
