"""
The process of one session. It gets what it needs through a pipe from its agent, and the same pipe is
its life line: a `stop` line asks it to end, and when the pipe closes its agent is gone.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import signal
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import BinaryIO

from retinue.entrypoints import memory
from retinue.foundation import lean  # noqa: F401 - it comes before what it keeps small

# isort: split

import psutil
from sqlalchemy.exc import SQLAlchemyError

from retinue.capabilities.ledger import service as ledger
from retinue.capabilities.ledger.schemas import CacheCounts
from retinue.capabilities.sessions import service as sessions
from retinue.capabilities.sessions.errors import SessionOver
from retinue.capabilities.sessions.models import SessionStatus
from retinue.capabilities.sessions.schemas import Ending, ExitCode, Sample
from retinue.foundation import clock_jumps
from retinue.foundation import logging as our_logging
from retinue.foundation.birth import birth_of
from retinue.foundation.clock import Clock, at_pace_of
from retinue.foundation.clock_file import clock_of
from retinue.foundation.clock_jumps import Jumps
from retinue.foundation.database import Database
from retinue.foundation.errors import Unavailable
from retinue.foundation.randomness import system_random
from retinue.foundation.sealing import Sealer
from retinue.workflows.engagement import service as engagement
from retinue.workflows.engagement.schemas import Workplace
from retinue.workflows.probing import service as probing

logger = logging.getLogger("retinue.entrypoints.session_process")

_ABANDON_SECONDS = 3.0
"""What an act in flight gets once nobody holds the life line any more, or SIGTERM has come."""

_SHORTEST_MEASURE = 0.5

_EXIT_BY_STATUS = {
    SessionStatus.completed: ExitCode.completed,
    SessionStatus.stopped: ExitCode.stopped,
    SessionStatus.failed: ExitCode.failed,
    SessionStatus.lost: ExitCode.lost,
}


@dataclass(frozen=True, slots=True, repr=False)
class Brief:
    """What the agent has sent down the pipe. Secrets among it, so it has no repr."""

    session_id: str
    account_id: int
    fence: int
    database_url: str
    lock_path: str
    data_dir: str
    sandgram_url: str | None
    key_id: str
    keys: dict[str, str]
    log_level: str
    least_free_bytes: int = 0
    log_format: our_logging.LogFormat = "json"


class LifeLine:
    """Reads what the agent says, on a thread of its own."""

    def __init__(self, pipe: BinaryIO, reins: engagement.Reins) -> None:
        self._pipe = pipe
        self._reins = reins

    def watch(self) -> None:
        threading.Thread(target=self._read, name="life-line", daemon=True).start()

    def _read(self) -> None:
        for line in self._pipe:
            if line.strip() == b"stop":
                self._reins.pull(Ending(SessionStatus.stopped, "stop was asked for"))
        self._reins.pull(Ending(SessionStatus.lost, "its agent has ended"))
        abandon_after(_ABANDON_SECONDS, ExitCode.orphaned)


class Heart:
    """Says every few seconds that the session is alive, and keeps the account's lease."""

    def __init__(
        self,
        brief: Brief,
        database: Database,
        *,
        clock: Clock,
        reins: engagement.Reins,
        progress: engagement.Progress,
        answers: ledger.Answers,
    ) -> None:
        self._brief = brief
        self._answers = answers
        self._counted = CacheCounts()
        self._database = database
        self._clock = clock
        self._reins = reins
        self._progress = progress
        self._process = psutil.Process()
        self._measured_at = clock.monotonic()
        self._measured = self._cpu_seconds()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="heart", daemon=True)

    def start(self) -> None:
        self.beat()
        self._thread.start()

    def end(self) -> None:
        """The last beat carries the final counters."""
        self._stop.set()
        self._thread.join()
        self.beat()

    def beat(self) -> None:
        counted = self._answers.counts
        try:
            with self._database.writing() as db:
                is_held = sessions.beat(
                    db,
                    self._brief.session_id,
                    self._progress.told(self._sample()),
                    fence=self._brief.fence,
                    account_id=self._brief.account_id,
                    now=self._clock.now(),
                )
                ledger.note_cache(db, counted - self._counted, now=self._clock.now())
        except (Unavailable, SQLAlchemyError, psutil.Error, OSError) as error:
            # Nothing is promised without the lease, and each promise asks for it: waiting is safe.
            logger.warning("the heartbeat could not be written: %s", error)
            return
        self._counted = counted
        if not is_held:
            self._reins.pull(Ending(SessionStatus.lost, "the account's lease was lost"))

    def _run(self) -> None:
        while not self._stop.wait(sessions.HEARTBEAT_SECONDS):
            self.beat()

    def _sample(self) -> Sample:
        children = self._process.children(recursive=True)
        memory = self._process.memory_info().rss
        used, now = self._cpu_seconds(), self._clock.monotonic()
        passed = now - self._measured_at
        # The kernel counts in hundredths of a second: over a blink of time that would be any number.
        share = (used - self._measured) / passed if passed > _SHORTEST_MEASURE else 0.0
        self._measured, self._measured_at = used, now
        return Sample(
            cpu_percent=round(100 * share, 1),
            memory_mb=round(memory / (1 << 20), 1),
            children=len(children),
        )

    def _cpu_seconds(self) -> float:
        times = self._process.cpu_times()
        return times.user + times.system


def main() -> int:
    memory.settle()
    brief, pipe = _read_brief()
    # The configuration is the agent's business, and reading it here would cost time and memory.
    our_logging.configure(brief)
    reins = engagement.Reins()
    LifeLine(pipe, reins).watch()
    _heed_signals(reins)
    try:
        clock = clock_of(Path(brief.data_dir))
        with our_logging.context(session_id=brief.session_id), at_pace_of(clock):
            return _run(brief, reins, clock)
    except Exception:
        logger.exception("the session failed")
        return 1


def abandon_after(seconds: float, code: int) -> None:
    """End the process whatever it is doing then. What was in flight is settled as `unknown` by others."""
    timer = threading.Timer(seconds, os._exit, args=(code,))
    timer.daemon = True
    timer.start()


def _run(brief: Brief, reins: engagement.Reins, clock: Clock) -> int:
    database = Database(brief.database_url, lock_path=Path(brief.lock_path), clock=clock)
    place = Workplace(
        database=database,
        clock=clock,
        rng=system_random(),
        sealer=Sealer.handed_over(brief.keys, current=brief.key_id),
        data_dir=Path(brief.data_dir),
        least_free_bytes=brief.least_free_bytes,
        open_network=engagement.opener(sandgram_url=brief.sandgram_url, clock=clock),
        interlude=probing.interlude(database, clock),
        jumps=Jumps(clock, clock_jumps.read(Path(brief.data_dir))),
    )
    try:
        with database.writing() as db:
            sessions.begin(
                db,
                brief.session_id,
                fence=brief.fence,
                pid=os.getpid(),
                pid_birth=birth_of(os.getpid()),
                now=clock.now(),
            )
    except SessionOver as over:
        logger.info("%s", over.message)
        return ExitCode.stopped
    # Once more: to open the database has brought its part of the libraries back.
    memory.settle()
    progress = engagement.Progress(clock)
    heart = Heart(
        brief, database, clock=clock, reins=reins, progress=progress, answers=place.answers
    )
    heart.start()
    ending = engagement.engage(
        place,
        session_id=brief.session_id,
        account_id=brief.account_id,
        fence=brief.fence,
        reins=reins,
        progress=progress,
    )
    heart.end()
    logger.info("%s: %s", ending.status.value, ending.reason)
    _note_reason(brief, database, ending, engagement.Patience(clock, progress))
    database.close()
    return _EXIT_BY_STATUS.get(ending.status, ExitCode.failed)


def _note_reason(
    brief: Brief, database: Database, ending: Ending, patience: engagement.Patience
) -> None:
    def write() -> None:
        with database.writing() as db:
            sessions.note_reason(
                db, brief.session_id, fence=brief.fence, reason=ending.reason, error=ending.error
            )

    try:
        patience.keep_trying(write)
    except (Unavailable, SQLAlchemyError):
        # The exit code still says how it ended; a lost reason must not turn it into a failure.
        logger.exception("the reason of the end could not be written down")


def _read_brief() -> tuple[Brief, BinaryIO]:
    parser = argparse.ArgumentParser(prog="retinue session process", add_help=False)
    parser.add_argument("--fd", type=int, required=True)
    pipe = os.fdopen(parser.parse_args().fd, "rb")
    return Brief(**json.loads(pipe.readline())), pipe


def _heed_signals(reins: engagement.Reins) -> None:
    """
    A handler runs between two steps of whatever the main thread does, locks that it holds
    included. So the signal only writes a byte, and a thread of its own does what it asks for.
    """
    reading, writing = os.pipe()
    os.set_blocking(writing, False)

    def obey() -> None:
        os.read(reading, 1)
        abandon_after(_ABANDON_SECONDS, ExitCode.stopped)
        reins.pull(Ending(SessionStatus.stopped, "ended by a signal"))

    threading.Thread(target=obey, name="signals", daemon=True).start()
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    signal.signal(signal.SIGTERM, _leave_to_the_thread)
    # Ctrl-C reaches the whole terminal; the agent is the one that ends its sessions.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _leave_to_the_thread(_number: int, _frame: FrameType | None) -> None:
    """Set only so that the signal does not end the process at once."""


if __name__ == "__main__":
    sys.exit(main())
