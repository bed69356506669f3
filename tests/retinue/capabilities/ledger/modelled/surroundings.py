"""What happens around the acts: people and personas change, lists, settings, pauses, clearing, time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from retinue.capabilities.ledger import service as ledger
from retinue.capabilities.safety import service as safety
from retinue.capabilities.safety.schemas import ContactScope, DoNotContactCreate
from retinue.drivers.network.protocol import Person
from tests.factories.engaging import settings_of
from tests.retinue.capabilities.ledger.modelled.doubting import Doubting
from tests.retinue.capabilities.ledger.modelled.machine import (
    HANDLES,
    LATER,
    actions,
    keepers,
    limits,
    which,
    whom,
)


class LedgerMachine(Doubting):
    @rule(person=whom, number=which)
    def rename(self, person: int, number: int) -> None:
        """To a name that is free, or was somebody else's: then they take this one's."""
        name = HANDLES[number % len(HANDLES)]
        if name in self.names:
            self.names[self.names.index(name)] = self.names[person]
        self.names[person] = name

    @rule(person=whom, is_there=st.booleans())
    def see(self, person: int, is_there: bool) -> None:
        now, network_id, handle = self.moment(), f"id{person}", self.names[person]
        seen = Person(network_id, handle)
        known = self.model.meet(network_id, handle)
        if is_there:
            ledger.remember_available(self.db, "sandgram", seen, now=now)
        else:
            ledger.remember_unavailable(self.db, "sandgram", seen, now=now)
            known = known or self.model.add(network_id, handle)
        if known is not None:
            known.gone_at = None if is_there else now

    @rule(person=whom, number=which, scope=keepers, days=st.sampled_from([None, 1, 1, 7]))
    def list_person(self, person: int, number: int, scope: str, days: int | None) -> None:
        now, handle, worker = self.moment(), self.names[person], self.worker(number)
        until = None if days is None else now + timedelta(days=days)
        key = {"fleet": "fleet", "account": f"account:{worker.id}"}.get(
            scope, f"persona:{self.persona}"
        )
        wanted = DoNotContactCreate(
            handle=handle, reason="asked for it", expires_at=until, scope=ContactScope.fleet
        )
        kept = safety.add_contact(self.db, wanted, scope_key=key, actor="operator", now=now)
        self.model.listed[key, handle] = until
        self.listed[key, handle] = kept.entry.id

    @precondition(lambda self: bool(self.listed))
    @rule(number=which)
    def unlist_person(self, number: int) -> None:
        key = self.one_of(sorted(self.listed), number)
        safety.remove_contact(self.db, self.listed.pop(key), actor="operator", now=self.moment())
        self.model.unlist(key)

    # What operators change

    @rule(scope=keepers, days=st.sampled_from([1, 7, 30]), views=st.sampled_from([None, 1, 30]))
    def change_windows(self, scope: str, days: int, views: int | None) -> None:
        by_action = {} if views is None else {"view": views}
        values = self.model.settings.model_dump(exclude={"version"})
        values |= {"dedup_scope": scope, "reengagement_days": days}
        self.model.settings = settings_of(**values | {"reengagement_days_by_action": by_action})

    @rule(action=actions, per_hour=limits, per_day=limits)
    def change_limits(self, action: str, per_hour: int, per_day: int) -> None:
        values = self.model.settings.model_dump(exclude={"version"})
        limit = {"per_hour": per_hour, "per_day": per_day, "seconds_apart": 0.0}
        values["limits"] = {**values["limits"], action: limit}
        self.model.settings = settings_of(**values)

    @rule(what=st.sampled_from([None, "like", "view"]), number=which, person=whom, action=actions)
    def pause_for_a_while(self, what: str | None, number: int, person: int, action: str) -> None:
        """Somebody tries meanwhile."""
        key = "fleet" if what is None else f"action:{what}"
        facts: dict[str, Any] = {"action": what, "reason": "a test", "actor": "operator"}
        safety.pause(self.db, **facts, now=self.moment())
        self.model.paused.add(key)
        self.agreement.check(self.moment())
        self.reserve(number, person, action, knows_id=True, happens=True)
        safety.resume(self.db, **facts, now=self.moment())
        self.model.paused.remove(key)

    @rule(number=which, person=whom, action=actions)
    def pause_account_for_a_while(self, number: int, person: int, action: str) -> None:
        worker, row = self.worker(number), self.row(self.worker(number))
        worker.is_paused, row.paused_at = True, self.moment()
        self.db.flush()
        self.reserve(number, person, action, knows_id=True, happens=True)
        worker.is_paused, row.paused_at = False, None
        self.db.flush()

    @rule(number=which)
    def change_persona(self, number: int) -> None:
        worker = self.worker(number)
        worker.persona = self.persona if worker.persona is None else None
        self.row(worker).persona_id = worker.persona
        self.db.flush()

    @precondition(lambda self: any(act.state == "confirmed" for act in self.model.acts))
    @rule(number=st.integers(min_value=0, max_value=3))
    def clear_history(self, number: int) -> None:
        """Of one account, or of all."""
        worker, now = (self.worker(number) if number < 3 else None), self.moment()
        account = self.row(worker) if worker else None
        ledger.clear(self.together, account, actor="operator", now=now)
        self.model.clear(worker, now)

    # Time

    @rule(by=st.sampled_from(LATER))
    def wait(self, by: timedelta) -> None:
        self.clock.advance(by)

    @rule(by=st.sampled_from(LATER))
    def sweep(self, by: timedelta) -> None:
        self.clock.advance(by)
        now = self.moment()
        ledger.sweep(self.db, settings=self.model.settings, now=now)
        self.model.sweep(now)
