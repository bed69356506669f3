"""Accounts that go out another way: proposed, approved, carried out between two pieces of work."""

from __future__ import annotations

from datetime import timedelta

from retinue.capabilities.accounts import service as accounts
from retinue.foundation.clock import ManualClock
from retinue.foundation.leases import service as leases
from tests.retinue.workflows.proxy_watch.desk import PROXIES, Desk


class TestFailOver:
    def test_a_pool_that_asks_has_the_inbox_ask_once_and_moves_nobody_before(
        self, desk: Desk
    ) -> None:
        down, spare = desk.proxy(1), desk.proxy(2)
        desk.check(spare)
        luna, mia = desk.account("luna", down), desk.account("mia", down)
        desk.fall(down)
        for _ in range(3):
            desk.watch()
        (item,) = desk.items()
        assert (item["kind"], item["subject_kind"]) == ("review", "proxy_change")
        assert "2 accounts" in item["title"]
        assert desk.way_of(luna) == desk.way_of(mia) == down

        done = desk.http.post(
            f"/api/inbox/{item['id']}/resolve", json={"resolution": "approve", "note": "go"}
        )
        assert done.status_code == 200, done.text
        desk.watch()
        assert desk.way_of(luna) == desk.way_of(mia) == spare
        (change,) = desk.changes()
        assert (change["state"], change["moved"], change["waiting"]) == ("carried_out", 2, 0)
        assert [act for act in desk.acts() if act.startswith("proxies.change")] == [
            "proxies.change_proposed",
            "proxies.change_approved",
            "proxies.change_carried_out",
        ]

    def test_an_automatic_pool_moves_by_itself_and_spreads_by_room(self, desk: Desk) -> None:
        down, small, wide = desk.proxy(1), desk.proxy(2, max_accounts=1), desk.proxy(3)
        desk.check(small)
        desk.check(wide)
        put = desk.http.put(f"{PROXIES}/pools/berlin", json={"policy": "automatic"})
        assert (put.status_code, put.json()["room"]) == (200, None)
        moved = [desk.account(f"luna_{n}", down) for n in range(5)]
        desk.fall(down)
        desk.watch()

        ways = [desk.way_of(one) for one in moved]
        assert sorted(ways, key=str) == sorted([small, wide, wide, wide, wide], key=str)
        assert desk.items() == []
        assert desk.changes()[0]["decided_by"] == "retinue"

    def test_who_is_at_work_is_moved_afterwards(self, desk: Desk, clock: ManualClock) -> None:
        down, spare = desk.proxy(1), desk.proxy(2)
        desk.check(spare)
        desk.http.put(f"{PROXIES}/pools/berlin", json={"policy": "automatic"})
        busy, idle = desk.account("luna", down), desk.account("mia", down)
        with desk.runtime.database.writing() as db:
            key, ttl = accounts.lease_key(busy), timedelta(seconds=30)
            leases.acquire(db, key, holder="session", ttl=ttl, now=clock.now())
        desk.fall(down)
        desk.watch()
        assert (desk.way_of(busy), desk.way_of(idle)) == (down, spare)
        (change,) = desk.changes(state="approved")
        assert (change["moved"], change["waiting"]) == (1, 1)
        assert "at work" in change["note"]

        clock.advance(timedelta(seconds=31))
        desk.watch()
        assert desk.way_of(busy) == spare
        assert desk.changes()[0]["state"] == "carried_out"

    def test_nobody_is_moved_to_one_that_is_down_too_or_out_directly(self, desk: Desk) -> None:
        down, other = desk.proxy(1), desk.proxy(2)
        desk.http.put(f"{PROXIES}/pools/berlin", json={"policy": "automatic"})
        luna = desk.account("luna", down)
        desk.fall(down)
        desk.fall(other)
        desk.watch()

        assert desk.way_of(luna) == down
        assert desk.changes() == []

    def test_it_is_withdrawn_when_the_proxy_is_up_again(self, desk: Desk) -> None:
        down, spare = desk.proxy(1), desk.proxy(2)
        desk.check(spare)
        desk.account("luna", down)
        desk.fall(down)
        desk.watch()
        desk.check(down)
        desk.watch()

        assert desk.changes()[0]["state"] == "withdrawn"
        assert desk.items() == []

    def test_what_was_refused_is_not_asked_again_in_the_same_outage(
        self, desk: Desk, clock: ManualClock
    ) -> None:
        down, spare = desk.proxy(1), desk.proxy(2)
        desk.check(spare)
        desk.account("luna", down)
        desk.fall(down)
        clock.advance(timedelta(seconds=1))
        desk.watch()
        (change,) = desk.changes()
        assert desk.http.post(f"{PROXIES}/changes/{change['id']}/refuse").status_code == 200
        desk.watch()
        assert len(desk.changes()) == 1
        assert desk.items() == []

        clock.advance(timedelta(minutes=1))
        desk.check(down)
        clock.advance(timedelta(minutes=1))
        desk.fall(down)
        clock.advance(timedelta(seconds=1))
        desk.watch()
        assert [one["state"] for one in desk.changes()] == ["proposed", "refused"]


class TestPlannedChange:
    def test_an_operator_moves_some_accounts_to_a_proxy_of_choice(self, desk: Desk) -> None:
        old, new = desk.proxy(1, pool=None), desk.proxy(2, pool=None)
        luna, mia = desk.account("luna", old), desk.account("mia", old)
        wanted = {"to_proxy_id": new, "account_ids": [luna], "reason": "another city"}
        made = desk.http.post(f"{PROXIES}/{old}/change", json=wanted)
        assert (made.status_code, made.json()["state"]) == (201, "proposed")
        assert desk.http.get(f"{PROXIES}/{old}").json()["changes"][0]["id"] == made.json()["id"]
        desk.watch()
        assert desk.way_of(luna) == old

        path = f"{PROXIES}/changes/{made.json()['id']}"
        assert desk.http.post(f"{path}/approve").json()["state"] == "approved"
        assert desk.http.post(f"{path}/approve").status_code == 200
        desk.watch()
        assert (desk.way_of(luna), desk.way_of(mia)) == (new, old)
        late = desk.http.post(f"{path}/refuse")
        assert (late.status_code, late.json()["code"]) == (409, "proxy_change_decided")

    def test_a_change_that_leads_nowhere_is_refused_with_the_field(self, desk: Desk) -> None:
        alone, other = desk.proxy(1, pool=None), desk.proxy(2, pool=None)
        desk.account("luna", alone)
        for body, field in (
            ({"reason": "x"}, "to_proxy_id"),
            ({"reason": "x", "to_proxy_id": alone}, "to_proxy_id"),
            ({"reason": "x", "to_proxy_id": other, "account_ids": [999]}, "account_ids"),
            ({"to_proxy_id": other}, "reason"),
        ):
            answer = desk.http.post(f"{PROXIES}/{alone}/change", json=body)
            assert answer.status_code == 422
            assert field in str(answer.json()["errors"][0]["loc"])

    def test_a_proxy_takes_no_more_accounts_than_it_is_good_for(self, desk: Desk) -> None:
        one = desk.proxy(1, max_accounts=1)
        desk.account("luna", one)
        other = desk.account("mia", desk.proxy(2))
        refused = desk.http.patch(f"/api/accounts/{other}", json={"proxy": one})

        assert (refused.status_code, refused.json()["code"]) == (409, "proxy_full")

    def test_removing_a_proxy_withdraws_what_leads_away_from_it(self, desk: Desk) -> None:
        old, new = desk.proxy(1), desk.proxy(2)
        luna = desk.account("luna", old)
        desk.http.post(f"{PROXIES}/{old}/change", json={"to_proxy_id": new, "reason": "x"})
        desk.http.patch(f"/api/accounts/{luna}", json={"proxy": new})
        assert desk.http.delete(f"{PROXIES}/{old}").status_code == 204
        assert desk.items() == []

    def test_removing_a_proxy_withdraws_what_leads_to_it(self, desk: Desk) -> None:
        old, new = desk.proxy(1), desk.proxy(2)
        desk.account("luna", old)
        desk.http.post(f"{PROXIES}/{old}/change", json={"to_proxy_id": new, "reason": "x"})
        assert len(desk.items()) == 1
        assert desk.http.delete(f"{PROXIES}/{new}").status_code == 204
        assert desk.items() == []
        assert "proxies.change_withdrawn" in desk.acts()

    def test_one_to_a_full_proxy_says_so_and_keeps_no_other_waiting(self, desk: Desk) -> None:
        old, full, other, free = (
            desk.proxy(1),
            desk.proxy(2, max_accounts=1),
            *map(desk.proxy, (3, 4)),
        )
        luna, mia, nia = (
            desk.account("luna", old),
            desk.account("mia", old),
            desk.account("nia", other),
        )
        made = [
            desk.http.post(
                f"{PROXIES}/{away}/change", json={"to_proxy_id": to, "reason": "x"}
            ).json()
            for away, to in ((old, full), (other, free))
        ]
        for one in made:
            desk.http.post(f"{PROXIES}/changes/{one['id']}/approve")
        desk.watch()

        assert (desk.way_of(luna), desk.way_of(mia), desk.way_of(nia)) == (full, old, free)
        (waits,) = desk.changes(state="approved")
        assert (waits["moved"], waits["waiting"]) == (1, 1)
        assert f"proxy {full}" in waits["note"].lower()
        desk.http.patch(f"{PROXIES}/{full}", json={"max_accounts": 2})
        desk.watch()
        assert desk.way_of(mia) == full
        assert desk.changes(state="approved") == []
