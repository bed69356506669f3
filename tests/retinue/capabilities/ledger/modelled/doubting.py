"""What comes after an act that was cut off: somebody takes over, and people and probes look for the truth."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.ledger import service as ledger
from retinue.capabilities.ledger.models import AttemptState
from retinue.capabilities.ledger.schemas import Outcome, SettledBy
from retinue.drivers.network.protocol import Line
from retinue.foundation.leases import service as leases
from retinue.workflows.probing import service as probing
from tests.retinue.capabilities.ledger.modelled.line import HonestLine, TornLine
from tests.retinue.capabilities.ledger.modelled.machine import Acting, actions, which, whom

FOR_EVER = timedelta(days=9999)


class Doubting(Acting):
    # A process that dies, and whoever comes after it

    @precondition(lambda self: any(worker.fence is not None for worker in self.model.workers))
    @rule(number=which, person=whom, action=actions, happens=st.booleans())
    def die_in_the_act(self, number: int, person: int, action: str, happens: bool) -> None:
        worker = self.one_of([one for one in self.model.workers if one.fence is not None], number)
        place = self.model.workers.index(worker)
        self.reserve(place, person, action, knows_id=True, happens=happens)
        key = accounts.lease_key(worker.id)
        held = leases.holder_of(self.db, key, now=self.moment())
        assert held is not None
        leases.release(self.db, held)
        worker.fence = None

    @precondition(lambda self: any(worker.fence is None for worker in self.model.workers))
    @rule(number=which, finds_intents=st.booleans())
    def take_over(self, number: int, finds_intents: bool) -> None:
        worker = self.one_of([one for one in self.model.workers if one.fence is None], number)
        now = self.moment()
        if finds_intents:
            acts = [
                act for act in self.model.acts if act.account == worker.id and act.state == "intent"
            ]
            for session_id in sorted({f"{worker.id}-{act.fence}" for act in acts}):
                ledger.settle_open_of_session(self.db, session_id, now=now)
            self.model.give_up(acts, now)
        lease = leases.acquire(
            self.db, accounts.lease_key(worker.id), holder="next", ttl=FOR_EVER, now=now
        )
        worker.fence = lease.fence

    # Doubts

    @precondition(lambda self: any(act.state == "unknown" for act in self.model.acts))
    @rule(number=which)
    def ask_a_person(self, number: int) -> None:
        """They look, and tell the truth."""
        act = self.one_of([act for act in self.model.acts if act.state == "unknown"], number)
        now = self.moment()
        state = AttemptState.confirmed if act.has_happened else AttemptState.absent
        outcome = Outcome(state, settled_by=SettledBy.operator)
        ledger.resolve(self.db, act.id, outcome, actor="operator", now=now)
        if act.has_happened:
            self.model.settle(act, "confirmed", now)
        else:
            self.model.resolve_absent(act, now, by_probe=False)

    @precondition(lambda self: any(act.state == "unknown" for act in self.model.acts))
    @rule(number=which, is_readable=st.booleans())
    def probe(self, number: int, is_readable: bool) -> None:
        worker, now = self.worker(number), self.moment()
        line = HonestLine(self.model, now) if is_readable else TornLine(self.model, now)
        probing.probe_next(
            self.together, self.clock, worker.id, line=cast("Line", line), look=lambda call: call()
        )
        for act in line.asked:
            assert act.state == "unknown"
            assert act.account == worker.id
            is_late = now - (act.unknown_since or now) >= ledger.CONSISTENCY_WAIT
            if is_readable and act.has_happened:
                self.model.settle(act, "confirmed", now)
            elif is_readable and act.action == "like" and is_late:
                self.model.resolve_absent(act, now, by_probe=True)
