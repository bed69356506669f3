"""
A pool of scraping accounts: `python peer_account_pool.py remade|twscrape ACCOUNTS NUMBER` prints check-outs a second.

`remade` does for each check-out what that library does, in words of our own: on a connection opened
for it through aiosqlite, after one in memory that is asked for its version, one statement
finds the first account by name that no lock holds, locks it and gives its row; then the
commit, SQLite's journal and fsync as they come, and the connection closes.
`twscrape` calls the library itself, where it is installed.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import Any

QUEUE = "UserByScreenName"
_COLUMNS = (
    "username TEXT PRIMARY KEY NOT NULL COLLATE NOCASE, password TEXT NOT NULL,"
    " email TEXT NOT NULL COLLATE NOCASE, email_password TEXT NOT NULL, user_agent TEXT NOT NULL,"
    " active BOOLEAN NOT NULL DEFAULT FALSE, locks TEXT NOT NULL DEFAULT '{}',"
    " headers TEXT NOT NULL DEFAULT '{}', cookies TEXT NOT NULL DEFAULT '{}', proxy TEXT,"
    " error_msg TEXT, stats TEXT NOT NULL DEFAULT '{}', last_used TEXT, _tx TEXT, mfa_code TEXT"
)
_FREE = (
    f"SELECT username FROM accounts WHERE active AND (json_extract(locks, '$.{QUEUE}') IS NULL"
    f" OR json_extract(locks, '$.{QUEUE}') < datetime('now')) ORDER BY username LIMIT 1"
)
_TAKE = (
    f"UPDATE accounts SET locks = json_set(locks, '$.{QUEUE}', datetime('now', '+15 minutes')),"
    f" last_used = datetime('now') WHERE username = ({_FREE}) RETURNING *"
)


def _fill(file: Path, number: int) -> None:
    rows = [
        (f"scout{n}", "secret", f"scout{n}@example.com", "_", "Mozilla/5.0") for n in range(number)
    ]
    with closing(sqlite3.connect(file)) as db:
        db.execute(f"CREATE TABLE IF NOT EXISTS accounts ({_COLUMNS})")
        db.executemany(
            "INSERT INTO accounts (username, password, email, email_password, user_agent, active)"
            " VALUES (?, ?, ?, ?, ?, TRUE)",
            rows,
        )
        # The library's own schema: it has nothing to migrate then.
        db.execute("PRAGMA user_version = 4")
        db.commit()


def remade(file: Path) -> Callable[[], Awaitable[Any]]:
    import aiosqlite

    async def take() -> Any:
        async with (
            aiosqlite.connect(":memory:") as db,
            db.execute("SELECT sqlite_version()") as found,
        ):
            await found.fetchone()
        async with aiosqlite.connect(file) as db:
            db.row_factory = aiosqlite.Row
            async with db.execute(_TAKE) as found:
                row = await found.fetchone()
            await db.commit()
        return row

    return take


def library(file: Path) -> Callable[[], Awaitable[Any]]:
    from twscrape.accounts_pool import AccountsPool

    pool = AccountsPool(str(file))

    async def take() -> Any:
        return await pool.get_for_queue(QUEUE)

    return take


async def rate(way: str, accounts: int, number: int) -> float:
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "accounts.db"
        _fill(file, accounts)
        take = library(file) if way == "twscrape" else remade(file)
        await take()
        began = time.perf_counter()
        for _ in range(number):
            if await take() is None:
                raise SystemExit("there was no account left")
        return number / (time.perf_counter() - began)


if __name__ == "__main__":
    print(asyncio.run(rate(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))))
