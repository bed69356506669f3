"""
Upgrades a database in a process of its own and may kill itself at one statement of it.

Reads lines of JSON: `{"url", "to", "die_at"}`. For each it forks, so that the
imports are paid for once, and answers how the child ended and how many
statements it began.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

from sqlalchemy import Engine, event

import retinue.entrypoints.models  # noqa: F401 - what the migrations' environment would import in each child
from retinue.foundation.database import Database, migrations


def upgrade(url: str, *, to: str, die_at: int | None, report: int) -> None:
    begun = 0

    @event.listens_for(Engine, "before_cursor_execute")
    def count(*_: object) -> None:
        nonlocal begun
        begun += 1
        if begun == die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    path = Path(f"{url.removeprefix('sqlite:///')}.lock") if url.startswith("sqlite") else None
    database = Database(url, lock_path=path)
    migrations.upgrade(database, to=to)
    os.write(report, str(begun).encode())


def main() -> None:
    for line in sys.stdin:
        order = json.loads(line)
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            status = 1
            try:
                upgrade(order["url"], to=order["to"], die_at=order["die_at"], report=writing)
                status = 0
            finally:
                os._exit(status)
        os.close(writing)
        with os.fdopen(reading) as stream:
            statements = stream.read()
        _, status = os.waitpid(child, 0)
        answer = {"status": os.waitstatus_to_exitcode(status), "statements": int(statements or 0)}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
