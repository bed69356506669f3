"""
Other task queues, each as its own documentation starts it: `python peer_task_queues.py NAME ask|work`.

Every task ends in the same way: one row of a table gets its status, durably. Which queue the
module is comes from PEER, and where it works from PEER_DATABASE (a file, or a server) and PEER_REDIS.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

PEER = os.environ.get("PEER", "")
DATABASE = os.environ.get("PEER_DATABASE", "")
REDIS = os.environ.get("PEER_REDIS", "")
THREADS = 8

_local = threading.local()
_connections: list[int] = []
_idle: asyncio.Queue[Any] = asyncio.Queue()


def mark(number: int) -> None:
    """One durable write of one row, on a connection of the thread's own."""
    connection: Any = getattr(_local, "connection", None)
    if DATABASE.startswith("postgres"):
        if connection is None:
            import psycopg

            connection = _local.connection = psycopg.connect(DATABASE, autocommit=True)
        connection.execute("UPDATE done SET status = 'done' WHERE n = %s", (number,))
        return
    if connection is None:
        connection = sqlite3.connect(DATABASE, isolation_level=None, timeout=60)
        connection.execute("PRAGMA synchronous=FULL")
        _local.connection = connection
    connection.execute("UPDATE done SET status = 'done' WHERE n = ?", (number,))


async def mark_async(number: int) -> None:
    import psycopg

    if not _connections:
        _connections.append(THREADS)
        for _ in range(THREADS):
            _idle.put_nowait(None)
    connection = await _idle.get()
    if connection is None:
        connection = await psycopg.AsyncConnection.connect(DATABASE, autocommit=True)
    try:
        await connection.execute("UPDATE done SET status = 'done' WHERE n = %s", (number,))
    finally:
        _idle.put_nowait(connection)


def numbers() -> Iterator[range]:
    """What the parent asks for: `FIRST NUMBER`, one line each."""
    for line in sys.stdin:
        first, number = (int(word) for word in line.split())
        yield range(first, first + number)


if PEER == "celery":
    from celery import Celery

    app = Celery("peer", broker=REDIS)
    app.conf.update(task_ignore_result=True, worker_prefetch_multiplier=32)

    @app.task(name="mark")
    def mark_celery(number: int) -> None:
        mark(number)

    ask: Callable[[int], Any] = mark_celery.delay
    WORK = ["celery", "-A", "peer_task_queues", "worker", "-P", "prefork", "-c", "2"]
    WORK += ["--without-gossip", "--without-mingle", "-l", "ERROR"]
elif PEER == "dramatiq":
    import dramatiq
    from dramatiq.brokers.redis import RedisBroker

    dramatiq.set_broker(RedisBroker(url=REDIS))

    @dramatiq.actor
    def mark_dramatiq(number: int) -> None:
        mark(number)

    ask = mark_dramatiq.send
    WORK = ["dramatiq", "peer_task_queues", "--processes", "2", "--threads", str(THREADS)]
elif PEER == "huey":
    from huey import SqliteHuey

    huey = SqliteHuey(filename=f"{DATABASE}.queue", fsync=True, results=False)

    @huey.task()
    def mark_huey(number: int) -> None:
        mark(number)

    ask = mark_huey
    WORK = ["huey.bin.huey_consumer", "peer_task_queues.huey", "-w", "4", "-k", "thread"]
    WORK += ["-d", "0.01", "-m", "0.01", "-q"]
elif PEER == "taskiq":
    from taskiq_redis import RedisStreamBroker

    broker = RedisStreamBroker(url=REDIS)

    @broker.task
    async def mark_taskiq(number: int) -> None:
        await mark_async(number)

    WORK = ["taskiq", "worker", "peer_task_queues:broker", "--workers", "2", "--log-level", "ERROR"]
elif PEER == "arq":
    from arq import create_pool
    from arq.connections import RedisSettings

    async def mark_arq(_context: dict[Any, Any], number: int) -> None:
        await mark_async(number)

    class WorkerSettings:
        functions = [mark_arq]  # noqa: RUF012 - as its documentation has it
        redis_settings = RedisSettings.from_dsn(REDIS)
        max_jobs = 50
        poll_delay = 0.01
        keep_result = 0

    WORK = ["arq", "peer_task_queues.WorkerSettings"]
elif PEER == "procrastinate":
    import procrastinate

    app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=DATABASE))

    @app.task(name="mark")
    async def mark_procrastinate(number: int) -> None:
        await mark_async(number)

    WORK = ["procrastinate", "--app=peer_task_queues.app", "worker", f"--concurrency={THREADS}"]


async def ask_async() -> None:
    """For those whose way in is a coroutine: a hundred at a time, as many callers would."""
    one: Callable[[int], Awaitable[Any]]
    if PEER == "taskiq":
        await broker.startup()
        one = mark_taskiq.kiq
    elif PEER == "arq":
        pool = await create_pool(WorkerSettings.redis_settings)

        def one(number: int) -> Awaitable[Any]:
            return pool.enqueue_job("mark_arq", number)
    else:
        await app.open_async()
    print("ready", flush=True)
    while line := await asyncio.to_thread(sys.stdin.readline):
        first, number = (int(word) for word in line.split())
        for start in range(first, first + number, 100):
            some = range(start, min(start + 100, first + number))
            if PEER == "procrastinate":
                await mark_procrastinate.batch_defer_async(*({"number": n} for n in some))
            else:
                await asyncio.gather(*(one(n) for n in some))
        print("asked", flush=True)


def main() -> None:
    if sys.argv[1] == "work":
        if PEER == "procrastinate":
            command = [sys.executable, "-m", "procrastinate", "--app=peer_task_queues.app"]
            subprocess.run([*command, "schema", "--apply"], check=True, capture_output=True)
        os.execv(sys.executable, [sys.executable, "-m", *WORK])
    if PEER in {"taskiq", "arq", "procrastinate"}:
        asyncio.run(ask_async())
        return
    print("ready", flush=True)
    for some in numbers():
        for number in some:
            ask(number)
        print("asked", flush=True)


if __name__ == "__main__":
    # The queues name their tasks by module, which must be the same for whoever asks and whoever works.
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    import peer_task_queues

    peer_task_queues.main()
