"""Accounts of a real Sandgram in every kind of trouble, recovered in a real browser; a person solves the puzzles."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from retinue.capabilities.accounts.models import Account
from retinue.capabilities.inbox.models import ItemKind, ItemState
from retinue.capabilities.tasks.models import TaskStatus, TaskType
from retinue.capabilities.tasks.service import catalogue
from retinue.drivers.browser.pool import BrowserPool
from retinue.foundation.clock import ManualClock, SystemClock
from retinue.foundation.database import Database
from tests.e2e.browsers import needed_chromium
from tests.factories.hospital import Hospital, person
from tests.factories.serving import make_runtime
from tests.fixtures.sandgram import RunningSandgram

pytestmark = pytest.mark.timeout(900)

IS_LONG = os.environ.get("RETINUE_CHAOS") == "long"
OF_EACH = 5 if IS_LONG else 1
_ROUNDS = 4


class End(NamedTuple):
    """How an account is to stand, and how many files of evidence there are at least."""

    health: str
    validation: str
    evidence: int


OK = End("ok", "completed", 0)
ENDS = {
    "lost cookies": OK,
    "e-mail code": OK,
    "authenticator": OK,
    "backup code": OK,
    "puzzle": End("ok", "completed", 2),
    "puzzle and authenticator": End("ok", "completed", 2),
    "locked": End("locked", "failed", 2),
    "suspended": End("suspended", "failed", 2),
    "wrong password": End("error", "failed", 2),
    "no code to give": End("needs_human", "recovering", 2),
}
FACTORS = {
    "authenticator": "totp",
    "puzzle and authenticator": "totp",
    "no code to give": "totp",
    "backup code": "code",
}
STATUSES = {
    "e-mail code": "email_code",
    "puzzle": "challenge",
    "puzzle and authenticator": "challenge",
    "locked": "locked",
    "suspended": "suspended",
}
PUZZLES = {"puzzle", "puzzle and authenticator"}


@pytest.fixture
def hospital(
    database: Database, clock: ManualClock, data_dir: Path, sandgram: RunningSandgram
) -> Iterator[Hospital]:
    before = dict(catalogue._lints)
    runtime = make_runtime(
        database, clock, data_dir, sandgram_url=sandgram.url, sandgram_mail=sandgram.imap
    )
    pool = BrowserPool(
        {"sandgram": sandgram.url},
        folder=data_dir / "browser",
        clock=SystemClock(),
        executable=needed_chromium(),
    )
    yield Hospital(runtime, clock, sandgram=sandgram, pool=pool)
    pool.close()
    catalogue.install(before)


def admitted(hospital: Hospital, trouble: str) -> Account:
    spoilt: dict[str, str | None] = {}
    if trouble == "wrong password":
        spoilt["password"] = "canary-wrong-password"
    if trouble == "no code to give":
        spoilt["totp_secret"] = None
    account, made = hospital.admit(factor=FACTORS.get(trouble, "none"), **spoilt)
    if trouble in STATUSES:
        hospital.put(made["login"], STATUSES[trouble])
    return account


def test_each_ends_in_the_right_state_and_puzzles_wait_for_a_person(hospital: Hospital) -> None:
    troubles = {
        account.id: trouble
        for trouble in ENDS
        for account in (admitted(hospital, trouble) for _ in range(OF_EACH))
    }
    held = {account_id: hospital.now_of(account_id) for account_id in troubles}
    tasks = {
        account_id: hospital.ask(account, TaskType.recover_account)
        for account_id, account in held.items()
    }
    hospital.work()

    waiting = [one for one in hospital.items() if one.kind is ItemKind.challenge]
    assert {one.account_id for one in waiting} == {
        account_id for account_id, trouble in troubles.items() if trouble in PUZZLES
    }
    for item in waiting:
        assert hospital.task(tasks[item.account_id or 0]).waiting_for == "person"
        assert item.link is not None
        assert len(item.evidence) == 2

    # Nobody has solved anything yet: looking again finds out, and costs no log-in.
    hospital.pass_time(6)
    hospital.work()
    for item in waiting:
        account_id = item.account_id or 0
        assert len(hospital.log_ins(held[account_id])) == 1
        assert hospital.task(tasks[account_id]).waiting_for == "person"

    with person(needed_chromium(), hospital.sandgram) as somebody:
        for item in waiting:
            somebody.solve(item.link or "")
    for _ in range(_ROUNDS):
        hospital.pass_time(6)
        hospital.work()

    found = {}
    for account_id, account in held.items():
        now = hospital.now(account)
        kept = len(hospital.evidence(account))
        found[account_id] = End(now.health.value, now.validation_status.value, kept)
    wanted = {account_id: ENDS[trouble] for account_id, trouble in troubles.items()}
    wrong = {
        (troubles[one], found[one])
        for one in found
        if found[one][:2] != wanted[one][:2] or found[one].evidence < wanted[one].evidence
    }
    assert wrong == set()
    for account_id, trouble in troubles.items():
        is_open = trouble == "no code to give"
        status = hospital.task(tasks[account_id]).status
        assert status is (TaskStatus.pending if is_open else TaskStatus.completed), trouble
        assert len(hospital.log_ins(held[account_id])) <= 2, trouble
    states = {one.account_id: one.state for one in hospital.items()}
    assert all(states[item.account_id] is ItemState.resolved for item in waiting)


def test_a_password_is_rotated_and_the_network_knows_it(hospital: Hospital) -> None:
    account, made = hospital.admit()
    done = hospital.did(account, TaskType.rotate_password)
    assert done.status is TaskStatus.completed, done.error
    known = hospital.opened(account)
    assert known.password != made["password"]
    assert hospital.opens(made["login"], known.password)
    assert not hospital.opens(made["login"], made["password"])
    again = hospital.did(account, TaskType.refresh_cookies)
    assert again.status is TaskStatus.completed, again.error
    assert hospital.opened(account).auth_token != known.auth_token
