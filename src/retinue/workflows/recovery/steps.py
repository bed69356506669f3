"""Every step: an audit row, a word on the live stream, and a line of the result."""

from __future__ import annotations

from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import ValidationStatus
from retinue.capabilities.audit import service as audit
from retinue.foundation.redaction import redact
from retinue.foundation.runtime import Runtime
from retinue.workflows.recovery.schemas import Step
from retinue.workflows.signing_in.schemas import Asker
from retinue.workflows.working.schemas import Reporting

_PERCENT = 12
_MOST = 90
ACTION = "recovery.step"


class Steps:
    """
    Quiet while an account only waits: nothing is written down of a look that finds everything as it
    was. The first step that finds something else brings those before it along.
    """

    def __init__(
        self, runtime: Runtime, account_id: int, *, asker: Asker, report: Reporting, is_quiet: bool
    ) -> None:
        self.taken: list[Step] = []
        self._runtime = runtime
        self._account_id = account_id
        self._asker = asker
        self._report = report
        self._unwritten: list[Step] = []
        self._is_quiet = is_quiet

    def __call__(self, step: str, *, ok: bool, message: str) -> None:
        taken = Step(step, ok, redact(message)[:500])
        self.taken.append(taken)
        self._unwritten.append(taken)
        if not self._is_quiet:
            self.speak()
        self._report(min(len(self.taken) * _PERCENT, _MOST), f"{step}: {taken.message}")

    def record_only(self, step: str, *, ok: bool, message: str) -> None:
        """For the audit log, where somebody else has told everybody already."""
        taken = Step(step, ok, redact(message)[:500])
        self.taken.append(taken)
        with self._runtime.database.writing() as db:
            self._record(db, taken)

    def speak(self) -> None:
        """Write down what is not yet, and everything from here on at once."""
        self._is_quiet = False
        unwritten, self._unwritten = self._unwritten, []
        if not unwritten:
            return
        with self._runtime.database.writing() as db:
            last = unwritten[-1]
            accounts.set_validation(
                db,
                self._account_id,
                ValidationStatus.recovering,
                message=f"{last.name}: {last.message}",
                now=self._runtime.clock.now(),
            )
            for one in unwritten:
                self._record(db, one)

    def _record(self, db: Session, taken: Step) -> None:
        audit.record(
            db,
            actor=self._asker.name,
            action=ACTION,
            subject=("account", str(self._account_id)),
            now=self._runtime.clock.now(),
            before={"task": self._asker.task_id},
            after={"step": taken.name, "ok": taken.ok, "message": taken.message},
        )
