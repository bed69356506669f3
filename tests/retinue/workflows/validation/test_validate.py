"""Validations of real Sandgram accounts, one trouble each."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import (
    AccountKind,
    Health,
    Lifecycle,
    ValidationStatus,
)
from retinue.capabilities.inbox.models import ItemState
from retinue.capabilities.safety import service as safety
from retinue.workflows.validation.service import Validated
from tests.retinue.workflows.validation.conftest import ACTOR, Ward


def steps(done: Validated) -> dict[str, bool]:
    return {one["name"]: one["ok"] for one in done.result["steps"]}


class TestPassed:
    def test_each_step_is_told_and_the_account_is_ready(self, ward: Ward) -> None:
        account = ward.account()
        done = ward.validate(account)
        assert steps(done) == dict.fromkeys(
            ("credentials", "proxy", "log_in", "second_factor", "status", "database", "broadcast"),
            True,
        )
        assert done.result["validation_status"] == "completed"
        found = ward.now(account)
        assert (found.health, found.lifecycle) == (Health.ok, Lifecycle.ready)
        assert found.validation_status is ValidationStatus.completed
        assert found.last_validated_at == ward.clock.now()
        assert found.network_user_id
        evidence = found.health_evidence or {}
        assert (evidence["source"], evidence["by"]) == ("network", "validation")
        assert [one["status"] for one in ward.events(account)] == ["validating", "completed"]
        assert {"account_no", "status", "message", "timestamp"} <= set(ward.events(account)[0])

    def test_an_active_account_stays_active(self, ward: Ward) -> None:
        account = ward.account()
        with ward.runtime.database.writing() as db:
            row = accounts.get(db, account.id)
            accounts.move(db, row, Lifecycle.active, reason="x", actor=ACTOR, now=ward.clock.now())
        ward.validate(account)
        assert ward.now(account).lifecycle is Lifecycle.active

    def test_the_authenticator_is_asked_where_cookies_do_not_open(self, ward: Ward) -> None:
        account = ward.account(made=ward.protected(), ct0="stale")
        done = ward.validate(account)
        assert done.result["validation_status"] == "completed", done.result
        found = {one["name"]: one["message"] for one in done.result["steps"]}
        assert (found["log_in"], found["second_factor"]) == (
            "the password was accepted", "the code was accepted",
        )  # fmt: skip

    def test_a_worker_must_pass_a_read(self, ward: Ward) -> None:
        account = ward.account(kind=AccountKind.worker)
        assert steps(ward.validate(account))["read"] is True
        ward.sandgram.fault("not_found", account=account.login, action="profile")
        done = ward.validate(account)
        assert steps(done)["read"] is False
        assert ward.now(account).health is Health.error

    def test_through_a_proxy_the_exit_is_seen_and_noted(self, ward: Ward) -> None:
        account = ward.account()
        proxy_id, made = ward.proxy(account)
        done = ward.validate(account)
        assert done.result["validation_status"] == "completed"
        stored = ward.stored_proxy(proxy_id)
        assert (stored.check_ok, stored.exit_address) == (True, made["exit"])
        assert (ward.now(account).health_evidence or {})[
            "proxy"
        ] == f"http://127.0.0.1:{made['port']}"

    def test_a_proxy_that_worked_a_moment_ago_is_not_tried_again(self, ward: Ward) -> None:
        account = ward.account()
        _, made = ward.proxy(account)
        for _ in range(2):
            ward.validate(account)
        granted = ward.sandgram.control.get("/proxies").json()["items"]
        used = next(one["granted"] for one in granted if one["number"] == made["number"])
        assert used == 3

    def test_what_was_closed_opens_again_and_the_inbox_is_told(self, ward: Ward) -> None:
        account = ward.account()
        ward.trouble(account, "locked")
        ward.validate(account)
        assert [item.state for item in ward.items()] == [ItemState.open]
        ward.trouble(account, "ok")
        ward.validate(account)
        assert ward.now(account).health is Health.ok
        assert [item.state for item in ward.items()] == [ItemState.resolved]


class TestRefused:
    @pytest.mark.parametrize(
        ("status", "health", "failure"),
        [
            ("locked", Health.locked, "account_locked"),
            ("suspended", Health.suspended, "account_suspended"),
            ("challenge", Health.needs_human, "challenge"),
        ],
    )
    def test_the_networks_own_word_closes_the_account(
        self, ward: Ward, status: str, health: Health, failure: str
    ) -> None:
        account = ward.account()
        ward.trouble(account, status)
        done = ward.validate(account)
        found = ward.now(account)
        assert (found.health, found.validation_status) == (health, ValidationStatus.failed)
        assert (found.health_evidence or {})["class"] == failure
        assert done.finding.has_verdict
        assert steps(done)["status"] is False
        assert ward.events(account)[-1]["error"]["class"] == failure
        assert len(ward.items()) == 1

    def test_a_refused_password_is_not_sent_again_until_it_is_changed(self, ward: Ward) -> None:
        made = ward.sandgram.credentials()
        while made["totp_secret"] or made["backup_code"]:
            made = ward.sandgram.credentials()
        account = ward.account(made=made, password="hunter2hunter2", ct0="stale")
        for _ in range(3):
            done = ward.validate(account)
            assert done.result["validation_status"] == "failed"
        assert ward.log_ins(account).count("wrong_password") == 1
        assert "not sent again" in str(done.result["steps"])
        found = ward.now(account)
        assert (found.health, (found.health_evidence or {})["class"]) == (
            Health.error,
            "auth_expired",
        )
        ward.store(account, password=made["password"])
        assert ward.validate(account).result["validation_status"] == "completed"

    def test_with_nothing_but_a_refused_password_nothing_is_asked(self, ward: Ward) -> None:
        account = ward.account(password="hunter2hunter2", auth_token=None, ct0=None)
        ward.validate(account)
        before = ward.log_ins(account)
        done = ward.validate(account)
        assert ward.log_ins(account) == before
        assert steps(done) == {"credentials": False, "database": True, "broadcast": True}
        assert done.finding.code == "password_refused"

    def test_missing_credentials_are_told(self, ward: Ward) -> None:
        account = ward.account(password=None, auth_token=None)
        done = ward.validate(account)
        assert done.finding.code == "credentials_incomplete"
        assert ward.now(account).health is Health.error

    def test_a_missing_authenticator_is_for_a_person(self, ward: Ward) -> None:
        account = ward.account(made=ward.protected(), ct0="stale", totp_secret=None)
        done = ward.validate(account)
        assert steps(done)["log_in"] is True
        assert steps(done)["second_factor"] is False
        assert ward.now(account).health is Health.needs_human

    def test_a_wrong_code_is_an_error_and_the_password_stays_usable(self, ward: Ward) -> None:
        account = ward.account(made=ward.protected(), ct0="stale", totp_secret="JBSWY3DPEHPK3PXP")
        done = ward.validate(account)
        assert steps(done)["second_factor"] is False
        assert ward.now(account).health is Health.error
        assert not done.finding.message.startswith("the network refused")
        ward.validate(account)
        assert ward.log_ins(account).count("wrong_code") == 2


class TestFaults:
    @pytest.mark.parametrize(
        "fault",
        [
            {"kind": "server_error"},
            {"kind": "reset"},
            {"kind": "stall_before", "seconds": 5},
            {"kind": "html"},
            {"kind": "html", "status": 403},
            {"kind": "truncated"},
            {"kind": "bad_json"},
        ],
        ids=str,
    )
    @pytest.mark.parametrize("before", [None, "locked", "suspended"])
    def test_the_networks_faults_never_close_an_account_and_open_none(
        self, ward: Ward, fault: dict[str, Any], before: str | None
    ) -> None:
        account = ward.account()
        if before is not None:
            ward.trouble(account, before)
            ward.validate(account)
        ward.sandgram.fault(**{"account": account.login, **fault})
        done = ward.validate(account)
        found = ward.now(account)
        assert done.result["validation_status"] == "failed"
        assert found.health is (Health.error if before is None else Health(before))
        assert found.health_evidence

    @pytest.mark.parametrize(
        ("trouble", "failure"),
        [
            ("down", "transient"),
            ("refuse", "permission"),
            ("stall", "transient"),
            ("fail", "transient"),
        ],
    )
    def test_a_proxys_fault_is_the_proxys(self, ward: Ward, trouble: str, failure: str) -> None:
        account = ward.account()
        proxy_id, made = ward.proxy(account)
        ward.sandgram.trouble(made, trouble)
        done = ward.validate(account)
        found = ward.now(account)
        evidence = found.health_evidence or {}
        assert (found.health, evidence["class"], evidence["source"]) == (
            Health.error,
            failure,
            "proxy",
        )
        assert not done.finding.has_verdict
        assert steps(done)["proxy"] is False
        assert ward.log_ins(account) == []
        assert ward.stored_proxy(proxy_id).check_ok is False
        assert ward.items() == []

    def test_a_rate_limit_narrows_the_gate_and_leaves_the_health_alone(self, ward: Ward) -> None:
        account = ward.account()
        ward.validate(account)
        ward.sandgram.fault("rate_limit_429", account=account.login, retry_after=90)
        done = ward.validate(account)
        found = ward.now(account)
        assert (found.health, found.validation_status) == (Health.ok, ValidationStatus.failed)
        assert not done.finding.has_verdict
        assert done.error is not None
        assert done.error.retry_after == 90
        assert ward.gate.width == 3
        with ward.runtime.database.reading() as db:
            standing = safety.standing_of(db, account.id, now=ward.clock.now())
        assert standing.backoff_until is not None
        assert standing.backoff_until >= ward.clock.now() + timedelta(seconds=90)

    def test_a_retired_account_and_an_unconnected_network_are_told(self, ward: Ward) -> None:
        account = ward.account()
        with ward.runtime.database.writing() as db:
            accounts.retire(db, accounts.get(db, account.id), actor=ACTOR, now=ward.clock.now())
        assert ward.validate(account).finding.code == "account_retired"


class TestSecrets:
    def test_no_canary_is_in_a_result_an_event_or_a_row(self, ward: Ward) -> None:
        made = ward.protected()
        canaries = ["canary-password-1", "canary-proxy-pass", "canary-token-22", "canary-ct0-333"]
        account = ward.account(
            made=made, password=canaries[0], auth_token=canaries[2], ct0=canaries[3]
        )
        proxy_id, _ = ward.proxy(account, password=canaries[1])
        shown = str(ward.validate(account))
        ward.sandgram.control.delete(f"/proxies/{_['number']}")
        shown += str(ward.validate(account))
        with ward.runtime.database.writing() as db:
            accounts.get(db, account.id).proxy_id = None
        shown += str(ward.validate(account))
        found = ward.now(account)
        proxy = ward.stored_proxy(proxy_id)
        shown += str((found.health_evidence, ward.events(account), proxy.check_message, ward.told))
        assert not [one for one in (*canaries, made["totp_secret"]) if one in shown]
