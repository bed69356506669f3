from __future__ import annotations

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.schemas import AccountChange
from retinue.capabilities.inbox import service as inbox
from retinue.capabilities.inbox.models import ItemKind
from retinue.capabilities.inbox.schemas import Attendant, Choice, Question, ResolveRequest
from retinue.foundation.database import Database
from retinue.workflows.attending import service
from tests.factories.engaging import make_account


class TestResolve:
    def test_it_waits_for_the_account_before_it_keeps_others_from_the_audit_log(
        self, database: Database, noon: datetime
    ) -> None:
        with database.writing() as db:
            account = make_account(db, now=noon).id
            question = Question(
                kind=ItemKind.action_block,
                key="account:1:action_block",
                subject=("account", str(account)),
                title="ava is barred",
                instructions="Look at the account.",
                choices=(Choice("paused", "Keep it still"),),
            )
            item = inbox.ask(db, question, now=noon).id

        def resolve() -> None:
            wanted = ResolveRequest(resolution="paused")
            with database.writing() as db:
                service.resolve(
                    db, item, wanted, by=Attendant("operator:ben"), rng=random.Random(7), now=noon
                )

        with ThreadPoolExecutor(1) as others:
            with database.writing() as db:
                accounts.hold(db, account)
                resolved = others.submit(resolve)
                threading.Event().wait(0.3)
                # Audited: it would wait here for whoever waits for the account.
                change = AccountChange(labels=["a"])
                accounts.change(db, account, change, actor="operator:ava", now=noon)
            resolved.result()
        with database.reading() as db:
            assert accounts.get(db, account).paused_at == noon
