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

    The passwords follow from the seed, so no running server is needed. Where one is named that
    runs with proxies, every third account goes out through one of them.

    Example: sandgram accounts export --count 14 --seed 7 -o accounts.csv
    """
    from sandgram.proxies import facts
    from sandgram.world import accounts

    proxies: list[dict[str, int]] = []
    if server is not None:
        health = ask("GET", server, "/sg/health")
        seed, proxies = int(health["seed"]), list(health["proxies"])

    def row_of(made: accounts.Credentials) -> dict[str, str]:
        if not proxies or made.number % 3 != 1:
            return made.as_row()
        proxy = proxies[made.number // 3 % len(proxies)]
        login = facts.login_of(seed, proxy["number"])
        return {
            **made.as_row(),
            "proxy_url": f"http://{facts.HOST}",
            "proxy_port": str(proxy["port"]),
            "proxy_username": login.username,
            "proxy_password": login.password,
        }

    def write(file: IO[str]) -> None:
        writer = csv.DictWriter(file, accounts.CSV_HEADER, lineterminator="\n")
        writer.writeheader()
        writer.writerows(row_of(made) for made in accounts.many(seed, count))

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
