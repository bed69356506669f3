"""How proxies are, how that is told, and how they are found."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from retinue.capabilities.alerts.models import AlertKind
from retinue.capabilities.proxies import service as proxies
from retinue.foundation.clock import ManualClock
from tests.retinue.workflows.proxy_watch.desk import PROXIES, Desk


class TestHealth:
    def test_three_changes_within_an_hour_are_flapping_and_told_once(
        self, desk: Desk, clock: ManualClock
    ) -> None:
        one = desk.proxy(1)
        for ok in (True, False, True):
            desk.check(one, ok=ok)
            clock.advance(timedelta(minutes=10))
        desk.watch()
        assert desk.told(AlertKind.proxy_flapping) == []
        desk.check(one, ok=False)
        desk.watch()
        desk.watch()
        (alert,) = desk.told(AlertKind.proxy_flapping)
        assert alert.state == "open"
        shown = desk.http.get(PROXIES, params={"flapping": True}).json()["items"]
        assert [(row["id"], row["is_flapping"]) for row in shown] == [(one, True)]

        clock.advance(timedelta(hours=1))
        desk.watch()
        assert desk.told(AlertKind.proxy_flapping)[0].state == "resolved"
        assert desk.http.get(PROXIES, params={"flapping": True}).json()["total"] == 0

    def test_a_new_exit_address_is_told_of_for_a_day(self, desk: Desk, clock: ManualClock) -> None:
        one = desk.proxy(1)
        desk.check(one, exit_address="203.0.113.1")
        desk.watch()
        assert desk.told(AlertKind.proxy_exit_changed) == []
        desk.check(one, exit_address="203.0.113.2")
        desk.watch()
        (alert,) = desk.told(AlertKind.proxy_exit_changed)
        assert "203.0.113.2 now" in alert.message
        row = desk.http.get(f"{PROXIES}/{one}").json()
        assert (row["previous_exit_address"], row["milliseconds"]) == ("203.0.113.1", 12)

        clock.advance(timedelta(hours=25))
        desk.watch()
        assert desk.told(AlertKind.proxy_exit_changed)[0].state == "resolved"

    def test_each_has_its_turn_within_the_interval(self, desk: Desk, clock: ManualClock) -> None:
        ids = {desk.proxy(port) for port in range(1, 21)}

        def due() -> set[int]:
            with desk.runtime.database.reading() as db:
                return set(proxies.due_checks(db, now=clock.now(), limit=100))

        assert due() == set()
        clock.advance(timedelta(minutes=7))
        assert 0 < len(due()) < len(ids)
        clock.advance(timedelta(minutes=8))
        assert due() == ids
        for one in ids:
            desk.check(one)
        assert due() == set()

    def test_checks_are_kept_for_some_days(self, desk: Desk, clock: ManualClock) -> None:
        one = desk.proxy(1)
        for ok in (True, False, True):
            desk.check(one, ok=ok)
        assert [row["ok"] for row in desk.http.get(f"{PROXIES}/{one}").json()["checks"]] == [
            True,
            False,
            True,
        ]
        page = desk.http.get(f"{PROXIES}/{one}/checks", params={"limit": 2}).json()
        rest = desk.http.get(
            f"{PROXIES}/{one}/checks", params={"limit": 2, "cursor": page["next_cursor"]}
        ).json()
        assert (len(page["items"]), len(rest["items"])) == (2, 1)
        clock.advance(timedelta(days=8))
        with desk.runtime.database.writing() as db:
            assert proxies.prune_checks(db, now=clock.now()) == 3


class TestList:
    def test_it_is_filtered_and_says_how_many_accounts_there_are(self, desk: Desk) -> None:
        one = desk.proxy(1, name="Berlin 1", labels=["fast", "de"], provider="Acme")
        two = desk.proxy(2, scheme="socks5", pool="paris", labels=['say "hé"'])
        desk.check(one)
        desk.fall(two)
        desk.account("luna", one)

        def found(**params: Any) -> list[int]:
            answer = desk.http.get(PROXIES, params=params)
            assert answer.status_code == 200, answer.text
            return [row["id"] for row in answer.json()["items"]]

        for params in (
            {"search": "berlin"},
            {"search": "acme"},
            {"pool": "berlin"},
            {"label": "de"},
            {"state": "up"},
            {"scheme": "http"},
        ):
            assert found(**params) == [one], params
        for params in ({"state": "down"}, {"label": 'say "hé"'}, {"scheme": "socks5"}):
            assert found(**params) == [two], params
        assert found(label="d") == found(search="_") == found(state="failing") == []
        assert desk.http.get(f"{PROXIES}/{one}").json()["accounts"] == 1
        pools = desk.http.get(f"{PROXIES}/pools").json()
        assert [(p["pool"], p["policy"], p["up"], p["down"], p["accounts"]) for p in pools] == [
            ("berlin", "approval", 1, 0, 1),
            ("paris", "approval", 0, 1, 0),
        ]

    def test_a_patch_changes_what_was_sent_and_nothing_else(self, desk: Desk) -> None:
        one = desk.proxy(1, password="hush-hush", name="Berlin 1", labels=["a"])
        changed = desk.http.patch(f"{PROXIES}/{one}", json={"pool": None, "max_accounts": 5})
        row = changed.json()

        assert (row["name"], row["labels"], row["pool"]) == ("Berlin 1", ["a"], None)
        assert (row["max_accounts"], row["has_password"]) == (5, True)
        assert desk.http.patch(f"{PROXIES}/{one}", json={}).status_code == 422
        assert not desk.http.patch(f"{PROXIES}/{one}", json={"password": None}).json()[
            "has_password"
        ]
