"""The whole warm-up: thirty accounts, ten bots, a network in trouble, and whoever works killed at every step."""

from __future__ import annotations

import json
import os
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from retinue.foundation.clock import SystemClock
from tests.factories.rehearsing import BOT, PHASES, Rehearsal, assignments, audited, moment
from tests.factories.staging import until
from tests.factories.warming import rehearse

pytestmark = [pytest.mark.databases("sqlite"), pytest.mark.timeout(900)]

FAILING_BOT = (sys.executable, "-m", "tests.chaos.warmup_bot_with_failpoints", BOT[1])
HOUR = 3600.0
IS_LONG = os.environ.get("RETINUE_CHAOS") == "long"
"""The whole show, by `make chaos`; else the same with fewer accounts and shorter gaps."""
NUMBER, BOTS, LEAST, MOST = (30, 10, 24.0, 48.0) if IS_LONG else (8, 3, 2.0, 4.0)

# What the network does to one call in the way of a phase: the kind, and whether it is a failure for
# Retinue. An answer that was lost is none: the bot looks, and finds it or does it.
TROUBLES = (
    ("action_block", True),
    ("rate_limit_429", True),
    ("reset", False),
    ("reset_after", False),
    ("server_error_after", False),
    ("error_after_effect", False),
)
ACTIONS = {
    "pfp": "edit_profile",
    "post": "publish_post",
    "highlight": "publish_highlight",
    "story": "publish_story",
}


@pytest.fixture
def clean(tmp_path: Path) -> Iterator[list[Rehearsal]]:
    """Whatever is put into it is closed afterwards."""
    made: list[Rehearsal] = []
    yield made
    for one in made:
        one.close()


def seconds(text: str) -> float:
    return moment(text).timestamp()


def check_each_once(made: Rehearsal) -> None:
    """Each phase stands on the network once: none was lost, none doubled."""
    shown = {
        (login, phase): len(effects)
        for login, by_phase in made.shown().items()
        for phase, effects in by_phase.items()
    }
    wrong = {key: number for key, number in shown.items() if number != 1}
    assert not wrong, wrong
    assert len(shown) == 5 * len(made.logins)


def check_none_shown_twice(made: Rehearsal) -> None:
    """Nothing that may be used once was used twice: by the network, by the pools, and by what was assigned."""
    files: Counter[str] = Counter()
    texts: Counter[str] = Counter()
    for by_phase in made.shown().values():
        for phase, effects in by_phase.items():
            for effect in effects:
                details = effect["details"]
                files.update([details["avatar"]] if phase == "pfp" else details.get("media", []))
                texts.update(details[key] for key in ("bio", "text") if key in details)
    assert set(files.values()) == {1}
    assert set(texts.values()) == {1}
    overused = made.rows("SELECT id FROM content_items WHERE max_usage = 1 AND use_count > 1")
    overused += made.rows("SELECT id FROM content_texts WHERE max_usage = 1 AND use_count > 1")
    assert overused == []
    standing = [one for one in assignments(made) if one["used_at"] is not None]
    assert len(standing) == 5 * len(made.logins)
    for name in ("content_id", "text_id"):
        used = Counter(one[name] for one in standing if one[name] is not None)
        assert set(used.values()) == {1}


def check_order_and_spacing(made: Rehearsal, *, least: float, most: float) -> None:
    """By the audit log: the order of each account's phases, and what lies between them."""
    done: dict[str, list[tuple[str, float]]] = defaultdict(list)
    given: dict[tuple[str, str], list[float]] = defaultdict(list)
    for one in audited(made):
        key = one["subject_id"]
        if one["action"] == "warmup.phase_completed":
            done[key].append((one["after"]["phase"], seconds(one["at"])))
        elif one["action"] == "warmup.content_assigned":
            given[key, one["after"]["phase"]].append(seconds(one["at"]))
    assert len(done) == len(made.logins)
    for key, phases in done.items():
        assert [phase for phase, _ in phases] == list(PHASES)
        for (_, before), (phase, _) in pairwise(phases):
            assert min(given[key, phase]) - before >= least
    for rows in made.phases().values():
        for earlier, later in pairwise(rows):
            # A failure moves `available_at`, so the most is only known where there was none.
            gap = seconds(later["available_at"]) - seconds(earlier["completed_at"])
            assert gap >= least
            assert gap <= most or later["id"] in failed_ever(made)


def failed_ever(made: Rehearsal) -> set[int]:
    found = made.rows(
        "SELECT warmup_phase_id AS id FROM warmup_content_assignments WHERE released_at IS NOT NULL"
    )
    return {one["id"] for one in found}


class TestManyAccountsAndManyBots:
    def test_all_become_active_though_a_fifth_of_the_phases_meets_trouble(
        self, tmp_path: Path, clean: list[Rehearsal]
    ) -> None:
        made = rehearse(
            tmp_path,
            number=NUMBER,
            bots=BOTS,
            factor=5000,
            gap_hours_min=LEAST,
            gap_hours_max=MOST,
        )
        clean.append(made)
        begun = SystemClock().monotonic()
        stuck = made.logins[:2]
        refused = self._trouble(made, made.logins[2:])
        # Four refusals in a row end in a review, and so does at once what a person must look at.
        made.sandgram.fault("action_block", account=stuck[0], action="publish_highlight", count=4)
        made.sandgram.fault("challenge", account=stuck[1], action="publish_story", count=1)
        made.serve()
        for number in range(BOTS):
            made.bot(number, "--minutes", "10")

        until(lambda: made.active() == NUMBER - 2, "all but two active", seconds=420)
        until(lambda: len(in_review(made)) == 2, "2 accounts in review", seconds=120)
        reviewed = in_review(made)
        assert {one["login"] for one in reviewed} == set(stuck)
        for one in reviewed:
            path = f"/api/warmup/{one['account_id']}/phases/{one['phase']}/retry"
            made.ask("POST", path, {"note": "looked at it"})
        until(lambda: made.active() == NUMBER, "all active", seconds=240)
        took = SystemClock().monotonic() - begun

        phases = [one for rows in made.phases().values() for one in rows]
        assert Counter(one["status"] for one in phases) == {"completed": 5 * NUMBER}
        check_each_once(made)
        check_none_shown_twice(made)
        check_order_and_spacing(made, least=LEAST * HOUR, most=MOST * HOUR)
        reported = Counter(one["action"] for one in audited(made))
        assert reported["warmup.phase_failed"] + reported["warmup.review_asked"] >= refused
        figures = {
            "seconds": round(took, 1),
            "active": made.active(),
            "phases": len(phases),
            "audited": dict(reported),
            "effects": sum(len(e) for b in made.shown().values() for e in b.values()),
            "bot_calls": made.rows("SELECT sum(calls) AS n, sum(errors) AS e FROM bot_sessions"),
        }
        print(json.dumps(figures))

    @staticmethod
    def _trouble(made: Rehearsal, logins: list[str]) -> int:
        """Put one trouble before every fifth phase; how many of them Retinue hears of as failures."""
        rng = random.Random(6)
        places = [(login, phase) for login in logins for phase in ACTIONS]
        heard = 0
        for number, (login, phase) in enumerate(rng.sample(places, NUMBER)):
            kind, is_failure = TROUBLES[number % len(TROUBLES)]
            made.sandgram.fault(kind, account=login, action=ACTIONS[phase], count=1)
            heard += is_failure
        return heard


def in_review(made: Rehearsal) -> list[dict[str, Any]]:
    return made.rows(
        "SELECT a.login, p.account_id, p.phase FROM account_warmup_phases p "
        "JOIN accounts a ON a.id = p.account_id WHERE p.status = 'requires_review'"
    )


class TestKilledBot:
    def test_at_every_step_nothing_is_lost_and_nothing_doubled(
        self, tmp_path: Path, clean: list[Rehearsal]
    ) -> None:
        """
        A bot ends at its first call, the next one after it, the next before the second, and so on until a
        phase is completed: then all its steps have been interrupted, and the next phase begins anew.
        """
        made = rehearse(tmp_path, number=1, bots=1, factor=5000, gap_hours_min=0, gap_hours_max=0.5)
        clean.append(made)
        made.serve()
        number = 0
        while made.active() == 0:
            before = self._completed(made)
            step, side = divmod(number, 2)
            variables = {"DIE_AT": str(step + 1), "DIE": ("before", "after")[side]}
            code = made.bot(0, "--once", command=FAILING_BOT, **variables).wait(60)
            assert code in {-9, 0}, made.said(0)
            if self._completed(made) > before:
                number = 0
            elif code == -9:
                # In a quick run every third place; which they are is another one in each phase.
                number += 1 if IS_LONG else 3
            else:
                SystemClock().sleep(0.1)
            assert len(made.bots) < 400
        check_each_once(made)
        check_none_shown_twice(made)
        kills = sum(one.returncode == -9 for one in made.bots)
        lines = [one for one in made.said(0).splitlines() if one.startswith("FAILPOINT")]
        places = Counter(" ".join(one.split()[1:4]) for one in lines)
        print(json.dumps({"bots": len(made.bots), "kills": kills, "places": places}))
        assert kills >= (5 * 14 if IS_LONG else 5 * 4)

    @staticmethod
    def _completed(made: Rehearsal) -> int:
        return sum(one["status"] == "completed" for rows in made.phases().values() for one in rows)

    def test_the_next_bot_goes_on_after_the_lease_with_the_same_content(
        self, tmp_path: Path, clean: list[Rehearsal]
    ) -> None:
        made = rehearse(tmp_path, number=1, bots=2, factor=5000, lease_seconds=4)
        clean.append(made)
        made.serve()
        # ready, start-warmup, content, start-phase, log-in, look, file, upload, effect: killed with it done.
        first = made.bot(0, "--once", command=FAILING_BOT, DIE_AT="9", DIE="after")
        assert first.wait(60) == -9
        assert len(made.shown()[made.logins[0]]["pfp"]) == 1
        given = assignments(made)

        second = made.bot(1, "--once")
        assert second.wait(60) == 0
        assert made.phases()[made.logins[0]][0]["status"] != "completed"

        def is_completed() -> bool:
            made.bot(1, "--once").wait(60)
            return made.phases()[made.logins[0]][0]["status"] == "completed"

        until(is_completed, "the second bot's turn", seconds=40)
        assert "was there" in made.said(1)
        assert [one["id"] for one in assignments(made)] == [one["id"] for one in given]
        check = made.shown()[made.logins[0]]
        assert {phase: len(effects) for phase, effects in check.items() if effects} == {"pfp": 1}


class TestKilledServer:
    def test_at_every_call_nothing_is_lost_and_nothing_doubled(
        self, tmp_path: Path, clean: list[Rehearsal]
    ) -> None:
        """At every call of the bot the server dies: before it, or with its answer on the way."""
        every = 1 if IS_LONG else 4
        made = rehearse(tmp_path, number=1, bots=1, factor=5000, gap_hours_min=0, gap_hours_max=0)
        clean.append(made)
        made.serve()
        file = tmp_path / "server.pid"
        made.tell_pid(file)
        bot = made.bot(
            0, "--once", command=FAILING_BOT, KILL_PID_FILE=str(file), KILL_EVERY=str(every)
        )
        kills = 0
        while bot.poll() is None or made.active() == 0:
            if made.is_down():
                kills += 1
                made.serve()
                made.tell_pid(file)
            assert bot.poll() in {None, 0}, made.said(0)
            assert kills < 60
            SystemClock().sleep(0.02)
        check_each_once(made)
        check_none_shown_twice(made)
        print(json.dumps({"kills": kills, "calls": made.said(0).count("FAILPOINT")}))
        assert kills >= 20 // every
