from __future__ import annotations

from retinue.capabilities.ledger import service as ledger
from retinue.capabilities.ledger.errors import AttemptNotFound, AttemptSettled, NoProbe
from retinue.capabilities.ledger.models import AttemptState
from retinue.capabilities.ledger.schemas import Outcome, SettledBy
from retinue.capabilities.ledger.schemas.attempts import AttemptRead, SettleRequest
from retinue.foundation.errors import Invalid
from retinue.foundation.http import Caller, Db, RecordId, Router, Rt, Scope, documented, requires
from retinue.foundation.jobs import service as jobs
from retinue.foundation.redaction import redact
from retinue.workflows.probing import service

router = Router(prefix="/api/attempts", tags=["Interactions"])


@router.post(
    "/{attempt_id}/settle",
    dependencies=[requires(Scope.interactions_write, is_for_restricted=True)],
    responses=documented(AttemptNotFound, AttemptSettled, Invalid),
)
def settle_attempt(
    attempt_id: RecordId, body: SettleRequest, db: Db, rt: Rt, caller: Caller
) -> AttemptRead:
    """
    Say what became of an act whose outcome is unknown.

    `confirmed` keeps the person out of reach, `absent` frees them. An inbox item that asks the same is closed.
    """
    ledger.find_attempt(db, attempt_id, account_ids=caller.account_ids)
    outcome = Outcome(
        AttemptState(body.outcome),
        settled_by=SettledBy.operator,
        evidence={"operator": redact(body.evidence), "by": caller.actor},
    )
    ledger.resolve(db, attempt_id, outcome, actor=caller.actor, now=rt.clock.now())
    return AttemptRead.model_validate(ledger.find_attempt(db, attempt_id))


@router.post(
    "/{attempt_id}/probe",
    status_code=202,
    dependencies=[requires(Scope.interactions_write, is_for_restricted=True)],
    responses=documented(AttemptNotFound, AttemptSettled, NoProbe, Invalid),
)
def probe_attempt(attempt_id: RecordId, db: Db, rt: Rt, caller: Caller) -> AttemptRead:
    """
    Have the network asked now whether it happened.

    The answer is the attempt as it stands; `probes` and `evidence` tell when the look has been made.
    """
    ledger.find_attempt(db, attempt_id, account_ids=caller.account_ids)
    now = rt.clock.now()
    ledger.ask_for_probe(db, attempt_id, actor=caller.actor, now=now)
    jobs.defer(db, service.JOB, {}, now=now, key=f"{service.JOB}:now")
    return AttemptRead.model_validate(ledger.find_attempt(db, attempt_id))
