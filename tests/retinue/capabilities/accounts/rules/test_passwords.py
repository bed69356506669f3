"""Passwords of ours keep every rule, whatever the account is called."""

from __future__ import annotations

import random
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retinue.capabilities.accounts.rules import passwords

TODAY = date(2026, 11, 22)
GOOD = "kR7#vQm2!xTz9&wLbp2026-11-22"


def faults(password: str, *, login: str = "luna", email: str | None = "luna@mail.test") -> str:
    return "; ".join(passwords.faults_of(password, login=login, email=email))


class TestNewPassword:
    @settings(max_examples=60, deadline=None)
    @given(
        seed=st.integers(0, 2**32),
        login=st.from_regex(r"[A-Za-z0-9_.]{1,20}", fullmatch=True),
        today=st.dates(date(2020, 1, 1), date(2199, 12, 31)),
    )
    def test_keeps_every_rule(self, seed: int, login: str, today: date) -> None:
        email = f"{login}@mail.test"
        made = passwords.new_password(random.Random(seed), login=login, email=email, today=today)
        assert passwords.faults_of(made, login=login, email=email) == []
        assert made.endswith(today.isoformat())
        assert len(made) >= 20

    def test_a_login_with_the_year_in_it_is_no_dead_end(self) -> None:
        made = passwords.new_password(
            random.Random(1), login="rick2026-11-22", email=None, today=TODAY
        )
        assert made.endswith("2026-11-22")

    @pytest.mark.parametrize("today", [date(2111, 1, 11), date(2222, 2, 22)])
    def test_a_date_of_one_digit_is_no_dead_end(self, today: date) -> None:
        made = passwords.new_password(random.Random(1), login="luna", email=None, today=today)
        assert made.endswith(today.isoformat())

    def test_no_two_are_the_same(self) -> None:
        rng = random.Random(4)
        made = {
            passwords.new_password(rng, login="luna", email=None, today=TODAY) for _ in range(50)
        }
        assert len(made) == 50


class TestFaults:
    def test_a_good_one_has_none(self) -> None:
        assert faults(GOOD) == ""

    @pytest.mark.parametrize(
        ("password", "fault"),
        [
            ("kR7#vQm2!2026-11-2", "fewer than 20"),
            ("kr7#vqm2!xtz9&wlbp2026-11-22", "upper-case"),
            ("KR7#VQM2!XTZ9&WLBP2026-11-22", "lower-case"),
            ("kR#vQm!xTz&wLbpdfg2026-11-22", "a digit"),
            ("kR7#vQm2!xTz9&wL222026-11-22", "more than 2 times in a row"),
            ("kR7vQm2xTz9wLbpdfg2026-11-22", "a symbol"),
            ("kR7#vQm2!xTz9&wLbp20261122", "end with a date"),
            ("kR7#vQm2!xTz9&wLbp2026-13-22", "end with a date"),
            ("kR7#vQm2!xTzzz9&wLb2026-11-22", "times in a row"),
            ("kR7#vQm2!xTz9&wL222026-11-22", "times in a row"),
            ("kR7#vQmUnA!xTz9&wL2026-11-22", "the login"),
            ("kR7#vQail2!xTz9&wL2026-11-22", "the login"),
            ("Password1!Password1!2026-11-22", "easily guessed"),
        ],
    )
    def test_each_rule_is_named(self, password: str, fault: str) -> None:
        found = faults(password)
        assert fault in found
        assert password not in found
