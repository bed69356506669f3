"""`sandgram accounts export`."""

import csv
import json
import os
import sys
from pathlib import Path
from typing import IO, Annotated

import typer

from sandgram.cli.asking import ask


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
        seed = int(ask("GET", server, "/sg/health")["seed"])

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
