"""The command `sandgram`."""

import csv
import json
import sys
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, add_completion=True, pretty_exceptions_enable=False)
accounts_app = typer.Typer(no_args_is_help=True, help="Accounts that can log in.")
app.add_typer(accounts_app, name="accounts")


@app.command()
def serve(
    port: Annotated[int, typer.Option(help="0 picks a free port.")] = 8900,
    host: Annotated[str, typer.Option()] = "127.0.0.1",
    seed: Annotated[int, typer.Option(help="The same seed is the same world.")] = 7,
    people: Annotated[int, typer.Option(min=20, max=1_000_000)] = 2000,
    data_dir: Annotated[Path, typer.Option(help="What accounts did is kept here.")] = Path(
        "sandgram-data"
    ),
    control_token_file: Annotated[Path | None, typer.Option()] = None,
    exit_with_stdin: Annotated[
        bool, typer.Option("--exit-with-stdin", help="End when standard input closes.")
    ] = False,
    scenario: Annotated[
        str | None, typer.Option(help="Faults to start with: a shipped name or a YAML file.")
    ] = None,
) -> None:
    """Run the network until Ctrl-C."""
    from sandgram.faults.scenarios import BadScenario
    from sandgram.server import Options, serve
    from sandgram.world.world import WorldMismatch

    options = Options(
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
        raise typer.Exit(serve(options))
    except WorldMismatch as error:
        _stop(f"--data-dir: {error}")
    except BadScenario as error:
        _stop(f"--scenario: {error}")
    except OSError as error:
        _stop(f"--port: cannot listen on {host}:{port} ({error.strerror}); choose another --port")


@accounts_app.command("export")
def export(
    output: Annotated[Path, typer.Option("-o", "--output", help="'-' writes to stdout.")],
    count: Annotated[int, typer.Option(min=1, max=1_000_000)] = 14,
    seed: Annotated[int, typer.Option()] = 7,
) -> None:
    """Write accounts in Retinue's import format. Needs no running server."""
    from sandgram.world import accounts

    def write(file: object) -> None:
        writer = csv.DictWriter(file, accounts.CSV_HEADER, lineterminator="\n")  # type: ignore[call-overload]
        writer.writeheader()
        writer.writerows(made.as_row() for made in accounts.many(seed, count))

    if str(output) == "-":
        write(sys.stdout)
        return
    with output.open("w", encoding="utf-8", newline="") as file:
        write(file)
    print(f"{count} accounts of seed {seed} written to {output}", file=sys.stderr)


def _stop(message: str, *, code: int = 2) -> None:
    print(f"sandgram: {message}", file=sys.stderr)
    raise typer.Exit(code)


def main() -> None:
    app()
