"""The last question before a call: is the monitor still wanted, and is there money for it?"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum

from retinue.capabilities.monitors import service as monitors
from retinue.foundation.runtime import Runtime

logger = logging.getLogger(__name__)


class Verdict(Enum):
    go = "go"
    unwanted = "unwanted"
    unpaid = "unpaid"
    unknown = "unknown"
    """The database did not say, so nothing is sent."""


@dataclass(frozen=True, slots=True)
class _Question:
    monitor_id: int
    cost: Decimal
    answer: asyncio.Future[Verdict] = field(compare=False)


class Doorman:
    """
    Asks the database for everybody who has come meanwhile at once, on a thread of its own.

    What has passed and is not charged yet counts as spent.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="retinue-doorman")
        self._asked: list[_Question] = []
        self._looking: asyncio.Task[None] | None = None
        self._promised = Decimal(0)

    async def ask(self, monitor_id: int, cost: Decimal) -> Verdict:
        """`go` promises `cost`, until `settle` gives it back."""
        question = _Question(monitor_id, cost, asyncio.get_running_loop().create_future())
        self._asked.append(question)
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        return await question.answer

    def settle(self, cost: Decimal) -> None:
        """A call is over and charged, or was not billed."""
        self._promised = max(Decimal(0), self._promised - cost)

    def close(self) -> None:
        self._pool.shutdown(wait=True)

    async def _look(self) -> None:
        loop = asyncio.get_running_loop()
        while self._asked:
            questions, self._asked = self._asked, []
            verdicts = await loop.run_in_executor(self._pool, self._verdicts, questions)
            for question, verdict in zip(questions, verdicts, strict=True):
                if question.answer.done():
                    continue
                if verdict is Verdict.go:
                    self._promised += question.cost
                question.answer.set_result(verdict)

    def _verdicts(self, questions: Sequence[_Question]) -> list[Verdict]:
        try:
            return self._weighed(questions)
        except Exception:
            logger.exception("whether monitors are still wanted could not be asked")
            return [Verdict.unknown] * len(questions)

    def _weighed(self, questions: Sequence[_Question]) -> list[Verdict]:
        now = self._runtime.clock.now()
        with self._runtime.database.reading() as db:
            wanted = monitors.still_wanted(db, [one.monitor_id for one in questions])
            together = sum((one.cost for one in questions), self._promised)
            if monitors.has_budget(db, now=now, cost=together):
                return [
                    Verdict.go if one.monitor_id in wanted else Verdict.unwanted
                    for one in questions
                ]
            verdicts, promised = [], self._promised
            for one in questions:
                if one.monitor_id not in wanted:
                    verdicts.append(Verdict.unwanted)
                elif monitors.has_budget(db, now=now, cost=promised + one.cost):
                    verdicts.append(Verdict.go)
                    promised += one.cost
                else:
                    verdicts.append(Verdict.unpaid)
            return verdicts
