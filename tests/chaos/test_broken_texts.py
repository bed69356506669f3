"""Row 27: a plan or a configuration that is broken, torn or hostile. The old one stays in force."""

from __future__ import annotations

import random
from datetime import datetime
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Account
from retinue.capabilities.accounts.schemas import AccountCreate, OpenCredentials
from retinue.capabilities.plans import service as plans
from retinue.capabilities.plans.errors import PlanRefused
from retinue.capabilities.plans.service import Author
from retinue.foundation import configuration_report
from retinue.foundation.configuration_report import ConfigurationUnusable
from retinue.foundation.database import Database
from tests.chaos.checking import rounds
from tests.factories.staging import SEALER, quick

PLAN = quick(more="comments:\n  - nice\n  - 'well seen'\nfilters:\n  min_followers: 5\n")
PIECES = (
    "\0",
    "\t",
    ":",
    "- ",
    "[",
    "{",
    "&a ",
    "*a",
    "!!python/object",
    "'",
    '"',
    "#",
    "\n",
    "é",
    "\ud83d",
)


def mutated(rng: random.Random) -> str:
    text = list(PLAN)
    for _ in range(rng.randint(1, 6)):
        place = rng.randrange(len(text) + 1)
        match rng.randrange(3):
            case 0:
                text[place : place + rng.randint(1, 20)] = []
            case 1:
                text.insert(place, rng.choice(PIECES) * rng.randint(1, 3))
            case _:
                del text[place:]
    return "".join(text)


def planned(db: Session, noon: datetime) -> Account:
    made = AccountCreate(login="ava", credentials=OpenCredentials(password="hunter2!x"))
    account = accounts.add(db, SEALER, made, actor="a test", now=noon)
    plans.save(db, account, PLAN, author=Author("a test"), now=noon)
    return account


class TestAPlan:
    @pytest.mark.databases("sqlite")
    def test_whatever_is_sent_the_old_one_stays_until_a_whole_one_comes(
        self, db: Session, noon: datetime, rng: random.Random
    ) -> None:
        account = planned(db, noon)
        refused = 0
        for _ in range(rounds(300, 50_000)):
            text = mutated(rng)
            before = plans.current(db, account.id)
            is_whole = plans.parse(text).plan is not None
            try:
                plans.save(db, account, text, author=Author("a test"), now=noon)
            except PlanRefused:
                refused += 1
            stands = plans.current(db, account.id).text
            assert stands == (text if is_whole else before.text)
        assert refused > 50

    def test_the_refusal_names_line_and_column(self, db: Session, noon: datetime) -> None:
        account = planned(db, noon)
        with pytest.raises(PlanRefused, match=r"line \d+"):
            plans.save(
                db, account, PLAN + "likes-persentage: 5\n", author=Author("a test"), now=noon
            )

    @pytest.mark.parametrize(
        "bomb",
        [
            "[" * 5000,
            "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b]\n",
            "x: " + "y" * 2_000_000,
        ],
        ids=["deep", "aliases", "large"],
    )
    def test_a_bomb_is_only_a_refusal(self, db: Session, noon: datetime, bomb: str) -> None:
        account = planned(db, noon)
        with pytest.raises(PlanRefused):
            plans.save(db, account, bomb, author=Author("a test"), now=noon)

    def test_a_save_that_is_cut_off_leaves_the_old_one(
        self, database: Database, noon: datetime
    ) -> None:
        with database.writing() as db:
            account = planned(db, noon)

        class CutOff(BaseException):
            pass

        with pytest.raises(CutOff), database.writing() as db:
            plans.save(db, account, quick(people=3), author=Author("a test"), now=noon)
            raise CutOff
        with database.reading() as db:
            assert plans.current(db, account.id).text == PLAN

    def test_the_control_that_writes_in_place_leaves_nothing(self, tmp_path: Path) -> None:
        file = tmp_path / "plan.yml"
        file.write_text(PLAN)
        with pytest.raises(RuntimeError), file.open("w") as stream:
            stream.write(PLAN[:0])
            raise RuntimeError
        assert file.read_text() == ""

    def test_the_control_that_only_loads_raises_what_nobody_expects(self) -> None:
        with pytest.raises((RecursionError, YAMLError)):
            YAML(typ="safe", pure=True).load("[" * 600)


class TestConfiguration:
    def test_a_broken_file_is_named_with_line_and_column(self, data_dir: Path) -> None:
        (data_dir / "retinue.toml").write_text("port = 8000\nbind = 127.0.0.1\n")
        with pytest.raises(ConfigurationUnusable, match=r"line 2, column \d+"):
            configuration_report.load(data_dir=data_dir)
