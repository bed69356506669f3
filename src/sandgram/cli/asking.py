"""Commands that ask a running server through its control API."""

import json
import os
import sys
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from sandgram.cli.options import Asking, grouped, stop


@grouped(Asking)
def world(given: Asking) -> None:
    """Show the state of a running world: its clock and how much has happened."""
    state = control("GET", given, "/world")
    if given.as_json:
        print(json.dumps(state))
        return
    for name in ("seed", "people", "now", "clock_factor", "effects"):
        print(f"{name:13} {state[name]}")
    for action, count in state["effects_by_action"].items():
        print(f"  {action:20} {count}")


@dataclass(frozen=True, slots=True, kw_only=True)
class AskingOracle(Asking):
    account: Annotated[str | None, typer.Option(help="A login.")] = None
    action: Annotated[str | None, typer.Option(help="follow, like, comment, view, ...")] = None
    person: Annotated[str | None, typer.Option(help="An id or a handle.")] = None
    since: Annotated[str | None, typer.Option(help="An ISO time.")] = None
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 1000
    duplicates: Annotated[
        bool, typer.Option("--duplicates", help="Only what happened more than once.")
    ] = False


@grouped(AskingOracle)
def oracle(given: AskingOracle) -> None:
    """
    Show the effects that really reached the world.

    Example: sandgram oracle --action follow --duplicates --json
    """
    names = ("account", "action", "person", "since")
    asked = {name: getattr(given, name) for name in names}
    params = {name: value for name, value in asked.items() if value is not None}
    if given.duplicates:
        found = control("GET", given, "/oracle/duplicates", params=params)
        _show_duplicates(found, as_json=given.as_json)
        return
    params["limit"] = str(given.limit)
    found = control("GET", given, "/oracle/effects", params=params)
    if given.as_json:
        print(json.dumps(found))
        return
    for item in found["items"]:
        print(
            f"{item['seq']:>6} {item['at']} {item['account']:24} {item['action']:16} "
            f"@{item['handle']} ({item['object_kind']} {item['object_id']}){_told(item)}"
        )
    print(f"{found['total']} effects", file=sys.stderr)


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingFault(Asking):
    kind: Annotated[str, typer.Argument(help="Such as rate_limit_429, stall_after, reset.")]
    rule: Annotated[
        list[str] | None,
        typer.Argument(help="Fields as name=value: account, action, target, after, count, ..."),
    ] = None


@grouped(SettingFault)
def set_fault(given: SettingFault) -> None:
    """
    Let something go wrong.

    Example: sandgram faults set action_block action=follow account=quecreate after=20
    """
    fields: dict[str, Any] = {"kind": given.kind}
    for pair in given.rule or []:
        name, equals, value = pair.partition("=")
        if not equals:
            stop(f"{pair!r} is not name=value, such as action=follow")
        fields[name] = {"true": True, "false": False}.get(value, value)
    made = control("POST", given, "/faults", body=fields)
    print(json.dumps(made) if given.as_json else f"fault {made['id']}: {made['kind']}")


@grouped(Asking)
def list_faults(given: Asking) -> None:
    """Show the rules in force and how often each has struck."""
    items = control("GET", given, "/faults")["items"]
    if given.as_json:
        print(json.dumps(items))
        return
    for item in items:
        shown = ("id", "kind", "seen", "struck")
        rest = " ".join(f"{name}={value}" for name, value in item.items() if name not in shown)
        print(f"{item['id']:>4} {item['kind']:20} struck {item['struck']}/{item['seen']} {rest}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearingFaults(Asking):
    number: Annotated[int | None, typer.Argument(help="One rule; all without it.")] = None


@grouped(ClearingFaults)
def clear_faults(given: ClearingFaults) -> None:
    """End faults."""
    path = "/faults" if given.number is None else f"/faults/{given.number}"
    found = control("DELETE", given, path)
    print(json.dumps(found) if given.as_json else f"{found['cleared']} cleared")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayingScenario(Asking):
    name: Annotated[str, typer.Argument(help="Such as rate-limit-storm.")]


@grouped(PlayingScenario)
def play_scenario(given: PlayingScenario) -> None:
    """Put a shipped scenario in the place of all rules."""
    found = control("POST", given, "/scenario", body={"name": given.name})
    count = len(found["items"])
    print(json.dumps(found["items"]) if given.as_json else f"{given.name}: {count} rules in force")


def _told(item: dict[str, Any]) -> str:
    return f" {json.dumps(item['details'], ensure_ascii=False)}" if item["details"] else ""


def _show_duplicates(found: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(found))
        return
    for group in found["by_person_action"]:
        accounts = ", ".join(group["accounts"])
        print(f"{group['action']:16} @{group['handle']:24} {group['effects']} times by {accounts}")
    for group in found["by_account_object_action"]:
        print(
            f"{group['action']:16} {group['object_id']:24} {group['effects']} times by "
            f"{group['account']} alone"
        )
    print(f"{found['repeats']} repeats refused as already done", file=sys.stderr)


def control(
    method: str,
    given: Asking,
    path: str,
    *,
    body: dict[str, Any] | None = None,
    params: dict[str, Any] | None = None,
) -> dict[str, Any]:
    token = os.environ.get("SANDGRAM_CONTROL_TOKEN", "").strip()
    file = given.data_dir / "control.token"
    if not token:
        try:
            token = file.read_text(encoding="utf-8").strip()
        except OSError:
            stop(f"no control token in {file}: name the server's --data-dir")
    return ask(method, given.server, f"/sg/control{path}", token=token, body=body, params=params)


def ask(
    method: str,
    server: str,
    path: str,
    *,
    token: str | None = None,
    body: dict[str, Any] | None = None,
    params: dict[str, Any] | None = None,
) -> dict[str, Any]:
    import httpx2

    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        with httpx2.Client(base_url=server, trust_env=False, timeout=30) as client:
            answer = client.request(method, path, headers=headers, json=body, params=params)
        content = answer.json()
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        stop(f"--server: nothing answers at {server} ({type(error).__name__})", code=1)
    except ValueError:
        stop(f"--server: what answers at {server} is not Sandgram", code=1)
    if answer.status_code >= 400:
        detail = content.get("error", {}) if isinstance(content, dict) else {}
        stop(str(detail.get("message", f"HTTP {answer.status_code}")), code=1)
    found: dict[str, Any] = content
    return found
