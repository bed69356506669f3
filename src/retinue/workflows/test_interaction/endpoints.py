from __future__ import annotations

from retinue.foundation.http import Caller, Router, Rt, Scope, documented, requires
from retinue.workflows.test_interaction import service
from retinue.workflows.test_interaction.errors import ActFailed, NoTestNetwork
from retinue.workflows.test_interaction.schemas import TestRequest, TestResult

router = Router(tags=["Interactions"])


@router.post(
    "/test_interaction",
    dependencies=[requires(Scope.interactions_write)],
    responses=documented(NoTestNetwork, ActFailed),
)
def test_interaction(body: TestRequest, rt: Rt, caller: Caller) -> TestResult:
    """Perform one act on Sandgram with a test account of its own, end to end, and say how long it took."""
    return service.run(rt, body.type, actor=caller.actor)
