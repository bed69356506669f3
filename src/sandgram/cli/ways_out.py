"""Commands about the proxies of a running server."""

import json
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from sandgram.cli.asking import control
from sandgram.cli.options import Asking, grouped


@grouped(Asking)
def list_proxies(given: Asking) -> None:
    """Show the proxies, with their passwords, and how often each let somebody through."""
    items = control("GET", given, "/proxies")["items"]
    if given.as_json:
        print(json.dumps(items))
        return
    for item in items:
        print(_line(item))


@grouped(Asking)
def add_proxy(given: Asking) -> None:
    """Open one more."""
    made = control("POST", given, "/proxies")
    print(json.dumps(made) if given.as_json else _line(made))


@dataclass(frozen=True, slots=True, kw_only=True)
class Troubling(Asking):
    number: Annotated[int, typer.Argument(help="Which one, as `list` shows it.")]
    trouble: Annotated[str, typer.Argument(help="none, down, refuse, slow, stall or fail.")]
    seconds: Annotated[float, typer.Option(help="For slow.")] = 3.0
    status: Annotated[int, typer.Option(help="For fail.")] = 502


@grouped(Troubling)
def trouble_proxy(given: Troubling) -> None:
    """
    Let a proxy behave badly, or well again.

    Example: sandgram proxies trouble 1 refuse
    """
    body = {"trouble": given.trouble, "seconds": given.seconds, "status": given.status}
    found = control("PATCH", given, f"/proxies/{given.number}", body=body)
    print(json.dumps(found) if given.as_json else _line(found))


@dataclass(frozen=True, slots=True, kw_only=True)
class Removing(Asking):
    number: Annotated[int, typer.Argument(help="Which one, as `list` shows it.")]


@grouped(Removing)
def remove_proxy(given: Removing) -> None:
    """Close one for good."""
    found = control("DELETE", given, f"/proxies/{given.number}")
    print(json.dumps(found) if given.as_json else f"proxy {given.number} is closed")


def _line(item: dict[str, Any]) -> str:
    return (
        f"{item['number']:>3} {item['host']}:{item['port']:<6} {item['username']:9} "
        f"{item['password']:24} exit {item['exit']:12} {item['trouble']:7} "
        f"granted {item['granted']} refused {item['refused']}"
    )
