"""
The command `sandgram`.

Data goes to stdout, talk to stderr. What talks to a running server reads the
control token from its file or the environment, never from an argument.
"""

import csv
import json
import os
import sys
from pathlib import Path
from typing import IO, Annotated, Any, NoReturn

import typer

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Sandgram, the fictional network.",
)
accounts_app = typer.Typer(no_args_is_help=True, help="Accounts that can log in.")
faults_app = typer.Typer(no_args_is_help=True, help="What goes wrong on a running server.")
app.add_typer(accounts_app, name="accounts")
app.add_typer(faults_app, name="faults")

_DATA_DIR = Path("sandgram-data")
_URL = "http://127.0.0.1:8900"

Server = Annotated[str, typer.Option("--server", envvar="SANDGRAM_URL", help="A running server.")]
DataDir = Annotated[Path, typer.Option("--data-dir", help="Where its control.token is.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON value on stdout.")]


@app.command()
def serve(  # noqa: PLR0917 - typer calls it by name
    port: Annotated[int, typer.Option(help="0 picks a free port.")] = 8900,
    host: Annotated[str, typer.Option()] = "127.0.0.1",
    seed: Annotated[int, typer.Option(help="The same seed is the same world.")] = 7,
    people: Annotated[int, typer.Option(min=20, max=1_000_000)] = 2000,
    data_dir: Annotated[Path, typer.Option(help="What accounts did is kept here.")] = _DATA_DIR,
    control_token_file: Annotated[
        Path | None, typer.Option(help="Instead of control.token in the data directory.")
    ] = None,
    exit_with_stdin: Annotated[
        bool, typer.Option("--exit-with-stdin", help="End when standard input closes.")
    ] = False,
    scenario: Annotated[
        str | None, typer.Option(help="Faults to start with: a shipped name or a YAML file.")
    ] = None,
) -> None:
    """
    Run the network until Ctrl-C.

    When it is ready it prints one JSON line: its URL and the file of the control token.

    Example: sandgram serve --port 8900 --seed 7 --people 2000 --data-dir ./sandgram-data
    """
    from sandgram import server
    from sandgram.faults.scenarios import BadScenario
    from sandgram.world.world import WorldMismatch

    options = server.Options(
        host=host,
        port=port,
        seed=seed,
        people=people,
        data_dir=data_dir,
        control_token_file=control_token_file,
        exits_with_stdin=exit_with_stdin,
        scenario=scenario,
    )
    try:
        server.serve(options)
    except WorldMismatch as error:
        _stop(f"--data-dir: {error}")
    except BadScenario as error:
        _stop(f"--scenario: {error}")
    except server.CannotListen as error:
        _stop(f"--port: {error}")
    except OSError as error:
        _stop(f"--data-dir: {error}")


@accounts_app.command("export")
def export(
    output: Annotated[Path, typer.Option("-o", "--output", help="'-' writes to stdout.")],
    count: Annotated[int, typer.Option(min=1, max=1_000_000)] = 14,
    seed: Annotated[int, typer.Option(help="Must be the server's.")] = 7,
    server: Annotated[
        str | None, typer.Option(help="Take the seed of a running server instead.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Say what was written as JSON.")] = False,
) -> None:
    """
    Write accounts in Retinue's import format.

    The passwords follow from the seed, so no running server is needed.

    Example: sandgram accounts export --count 14 --seed 7 -o accounts.csv
    """
    from sandgram.world import accounts

    if server is not None:
        seed = int(_ask("GET", server, "/sg/health")["seed"])

    def write(file: IO[str]) -> None:
        writer = csv.DictWriter(file, accounts.CSV_HEADER, lineterminator="\n")
        writer.writeheader()
        writer.writerows(made.as_row() for made in accounts.many(seed, count))

    if str(output) == "-":
        write(sys.stdout)
        return
    # Passwords are inside, invented or not.
    handle = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
        write(file)
    if as_json:
        print(json.dumps({"accounts": count, "seed": seed, "file": str(output)}))
    print(f"{count} accounts of seed {seed} written to {output}", file=sys.stderr)


@app.command()
def world(server: Server = _URL, data_dir: DataDir = _DATA_DIR, as_json: AsJson = False) -> None:
    """Show the state of a running world: its clock and how much has happened."""
    state = _control("GET", server, "/world", data_dir)
    if as_json:
        print(json.dumps(state))
        return
    for name in ("seed", "people", "now", "clock_factor", "effects"):
        print(f"{name:13} {state[name]}")
    for action, count in state["effects_by_action"].items():
        print(f"  {action:20} {count}")


@app.command()
def oracle(  # noqa: PLR0917 - typer calls it by name
    account: Annotated[str | None, typer.Option(help="A login.")] = None,
    action: Annotated[str | None, typer.Option(help="follow, like, comment, view, ...")] = None,
    person: Annotated[str | None, typer.Option(help="An id or a handle.")] = None,
    since: Annotated[str | None, typer.Option(help="An ISO time.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 1000,
    duplicates: Annotated[
        bool, typer.Option("--duplicates", help="Only what happened more than once.")
    ] = False,
    server: Server = _URL,
    data_dir: DataDir = _DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """
    Show the effects that really reached the world.

    Example: sandgram oracle --action follow --duplicates --json
    """
    asked = {"account": account, "action": action, "person": person, "since": since}
    params = {name: value for name, value in asked.items() if value is not None}
    if duplicates:
        found = _control("GET", server, "/oracle/duplicates", data_dir, params=params)
        _show_duplicates(found, as_json=as_json)
        return
    params["limit"] = str(limit)
    found = _control("GET", server, "/oracle/effects", data_dir, params=params)
    if as_json:
        print(json.dumps(found))
        return
    for item in found["items"]:
        print(
            f"{item['seq']:>6} {item['at']} {item['account']:24} {item['action']:16} "
            f"@{item['handle']} ({item['object_kind']} {item['object_id']})"
        )
    print(f"{found['total']} effects", file=sys.stderr)


@faults_app.command("set")
def set_fault(
    kind: Annotated[str, typer.Argument(help="Such as rate_limit_429, stall_after, reset.")],
    rule: Annotated[
        list[str] | None,
        typer.Argument(help="Fields as name=value: account, action, target, after, count, ..."),
    ] = None,
    server: Server = _URL,
    data_dir: DataDir = _DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """
    Let something go wrong.

    Example: sandgram faults set action_block action=follow account=quecreate after=20
    """
    fields: dict[str, Any] = {"kind": kind}
    for pair in rule or []:
        name, equals, value = pair.partition("=")
        if not equals:
            _stop(f"{pair!r} is not name=value, such as action=follow")
        fields[name] = {"true": True, "false": False}.get(value, value)
    made = _control("POST", server, "/faults", data_dir, body=fields)
    print(json.dumps(made) if as_json else f"fault {made['id']}: {made['kind']}")


@faults_app.command("list")
def list_faults(
    server: Server = _URL, data_dir: DataDir = _DATA_DIR, as_json: AsJson = False
) -> None:
    """Show the rules in force and how often each has struck."""
    items = _control("GET", server, "/faults", data_dir)["items"]
    if as_json:
        print(json.dumps(items))
        return
    for item in items:
        shown = ("id", "kind", "seen", "struck")
        rest = " ".join(f"{name}={value}" for name, value in item.items() if name not in shown)
        print(f"{item['id']:>4} {item['kind']:20} struck {item['struck']}/{item['seen']} {rest}")


@faults_app.command("clear")
def clear_faults(
    number: Annotated[int | None, typer.Argument(help="One rule; all without it.")] = None,
    server: Server = _URL,
    data_dir: DataDir = _DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """End faults."""
    path = "/faults" if number is None else f"/faults/{number}"
    found = _control("DELETE", server, path, data_dir)
    print(json.dumps(found) if as_json else f"{found['cleared']} cleared")


@faults_app.command("play")
def play_scenario(
    name: Annotated[str, typer.Argument(help="Such as rate-limit-storm.")],
    server: Server = _URL,
    data_dir: DataDir = _DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """Put a shipped scenario in the place of all rules."""
    found = _control("POST", server, "/scenario", data_dir, body={"name": name})
    count = len(found["items"])
    print(json.dumps(found["items"]) if as_json else f"{name}: {count} rules in force")


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


def _control(
    method: str,
    server: str,
    path: str,
    data_dir: Path,
    *,
    body: dict[str, Any] | None = None,
    params: dict[str, str] | None = None,
) -> dict[str, Any]:
    token = os.environ.get("SANDGRAM_CONTROL_TOKEN", "").strip()
    file = data_dir / "control.token"
    if not token:
        try:
            token = file.read_text(encoding="utf-8").strip()
        except OSError:
            _stop(f"no control token in {file}: name the server's --data-dir")
    return _ask(method, server, f"/sg/control{path}", token=token, body=body, params=params)


def _ask(
    method: str,
    server: str,
    path: str,
    *,
    token: str | None = None,
    body: dict[str, Any] | None = None,
    params: dict[str, str] | None = None,
) -> dict[str, Any]:
    import httpx2

    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        with httpx2.Client(base_url=server, trust_env=False, timeout=30) as client:
            answer = client.request(method, path, headers=headers, json=body, params=params)
        content = answer.json()
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        _stop(f"--server: nothing answers at {server} ({type(error).__name__})", code=1)
    except ValueError:
        _stop(f"--server: what answers at {server} is not Sandgram", code=1)
    if answer.status_code >= 400:
        detail = content.get("error", {}) if isinstance(content, dict) else {}
        _stop(str(detail.get("message", f"HTTP {answer.status_code}")), code=1)
    found: dict[str, Any] = content
    return found


def _stop(message: str, *, code: int = 2) -> NoReturn:
    print(f"sandgram: {message}", file=sys.stderr)
    raise typer.Exit(code)


def main() -> None:
    app()
