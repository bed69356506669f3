"""Accounts with troubles, a web site and mailboxes in memory, and a queue that works on them step by step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Account, AccountLogIn
from retinue.capabilities.accounts.schemas import AccountCreate, OpenCredentials
from retinue.capabilities.audit.models import AuditEntry
from retinue.capabilities.evidence.models import EvidenceItem
from retinue.capabilities.inbox import service as inbox
from retinue.capabilities.inbox.models import InboxItem
from retinue.capabilities.inbox.schemas import Attendant, ItemFilter, ResolveRequest
from retinue.capabilities.settings import service as settings
from retinue.capabilities.tasks import service as tasks
from retinue.capabilities.tasks.models import TaskType
from retinue.capabilities.tasks.schemas import TaskCreate, TaskRead
from retinue.drivers.browser.fake import FakeAccount, FakeBrowser
from retinue.drivers.browser.protocol import PageState
from retinue.drivers.errors import CallPhase, DriverError, FailureClass
from retinue.drivers.mailbox.fake import FakeMailboxes
from retinue.drivers.network.doors import passing
from retinue.drivers.network.fake import FakeNetwork
from retinue.drivers.network.protocol import (
    Credentials,
    Door,
    Egress,
    Exit,
    Identity,
    Line,
    Network,
    PhaseHook,
)
from retinue.foundation.clock import ManualClock
from retinue.foundation.events.models import Event
from retinue.foundation.runtime import Runtime
from retinue.workflows.attending import service as attending
from retinue.workflows.cookies.service import refresh
from retinue.workflows.recovery.service import recover
from retinue.workflows.rotation.service import rotate
from retinue.workflows.signing_in.schemas import Station
from retinue.workflows.validation import service as validation
from retinue.workflows.validation.service import Gate
from retinue.workflows.working.schemas import TaskFunction
from retinue.workflows.working.service import Worker

ACTOR = "operator:anna"
DOMAIN = "mail.test"
PASSWORD = "kR7#vQm2!xTz9&wLbp2026-01-30"
EMAIL_PASSWORD = "the mailbox opens with this"
_STATUSES = {
    PageState.challenge: ("challenge_required", FailureClass.challenge),
    PageState.locked: ("account_locked", FailureClass.account_locked),
    PageState.suspended: ("account_suspended", FailureClass.account_suspended),
}


class SiteNetwork:
    """The network's own interface, which takes the cookies and the passwords of the web site."""

    def __init__(self, browser: FakeBrowser, plain: FakeNetwork) -> None:
        self._browser = browser
        self._plain = plain
        self.log_ins: list[str] = []

    def open(
        self,
        credentials: Credentials,
        *,
        egress: Egress | None = None,
        user_agent: str | None = None,
        on_phase: PhaseHook | None = None,
    ) -> Line:
        line = self._plain.open(credentials, on_phase=on_phase)
        line.log_in = lambda: self._log_in(credentials)  # type: ignore[method-assign]
        return line

    def find_exit(self, egress: Egress) -> Exit:
        return self._plain.find_exit(egress)

    def _log_in(self, credentials: Credentials) -> Identity:
        site = self._browser.accounts[credentials.login.casefold()]
        is_open = self._browser.sessions.get(credentials.auth_token or "") is not None
        door = Door.cookies
        if not is_open:
            door = Door.password
            self._enter(site, credentials)
        elif site.held is not None:
            raise refused(*_STATUSES[site.held])
        return Identity(f"id-{credentials.login}", credentials.login, "ok", door)

    def _enter(self, site: FakeAccount, credentials: Credentials) -> None:
        password = credentials.password or ""
        with passing(credentials, password):
            self.log_ins.append(credentials.login)
            if site.password != password:
                raise refused("wrong_password", FailureClass.auth_expired)
            if site.held is not None:
                raise refused(*_STATUSES[site.held])
            if site.wants_email_code:
                raise refused("email_code_required", FailureClass.challenge)
            if site.wants_second_factor:
                raise refused("second_factor_required", FailureClass.challenge)


def refused(code: str, failure: FailureClass) -> DriverError:
    error = DriverError(failure, phase=CallPhase.answered, message=code, is_refusal=True)
    error.code = code
    return error


@dataclass
class Clinic:
    runtime: Runtime
    clock: ManualClock
    browser: FakeBrowser = field(init=False)
    mailboxes: FakeMailboxes = field(default_factory=FakeMailboxes)
    network: SiteNetwork = field(init=False)

    def __post_init__(self) -> None:
        known = {"sandgram_url": "http://site.test"}
        configuration = self.runtime.configuration.model_copy(update=known)
        self.runtime = replace(self.runtime, configuration=configuration)
        self.browser = FakeBrowser(on_email_code=self.deliver)
        self.network = SiteNetwork(self.browser, FakeNetwork(clock=self.clock, people=2))
        server = {"servers": {DOMAIN: {"host": "127.0.0.1", "security": "plain"}}}
        wanted = {"mail": {**server, "senders": ["security@sandgram.test"]}}
        with self.runtime.database.writing() as db:
            settings.update(db, wanted, actor=ACTOR, now=self.clock.now())
        tasks.catalogue.install({one.type: one.lint for one in self.functions})

    @property
    def station(self) -> Station:
        return Station(
            runtime=self.runtime,
            open_network=self.open_network,
            browser=lambda: self.browser,
            mailboxes=self.mailboxes,
            clock=self.clock,
        )

    @property
    def functions(self) -> tuple[TaskFunction, ...]:
        def validate(runtime: Runtime, claimed: Any, report: Any) -> Any:
            done = validation.validate(
                runtime, self.open_network, claimed.account_id, gate=Gate(), tell=report
            )
            return done.result

        def of(kind: TaskType, run: Any) -> TaskFunction:
            return TaskFunction(
                kind,
                lambda _, claimed, report: run(self.station, claimed, report),
                lambda _db, _params: [],
            )

        return (
            of(TaskType.recover_account, recover),
            of(TaskType.rotate_password, rotate),
            of(TaskType.refresh_cookies, refresh),
            TaskFunction(TaskType.validate_account, validate, lambda _db, _params: []),
        )

    def open_network(self, _: str) -> Network:
        return self.network

    def deliver(self, login: str, code: str) -> None:
        self.mailboxes.deliver(f"{login}@{DOMAIN}", code, at=self.clock.now())

    def account(self, login: str = "luna", **secrets: Any) -> tuple[Account, FakeAccount]:
        """One that opens, here and on the site."""
        known = {"password": PASSWORD, "email_password": EMAIL_PASSWORD, **secrets}
        wanted = AccountCreate(
            login=login, email=f"{login}@{DOMAIN}", credentials=OpenCredentials(**known)
        )
        with self.runtime.database.writing() as db:
            made = accounts.add(db, self.runtime.sealer, wanted, actor=ACTOR, now=self.clock.now())
        return made, self.browser.add(login, PASSWORD)

    def ask(self, account: Account, kind: TaskType, *, by: str = ACTOR) -> str:
        wanted = TaskCreate(type=kind, account_id=account.id)
        with self.runtime.database.writing() as db:
            return tasks.create(db, wanted, actor=by, now=self.clock.now()).id

    def work(self) -> int:
        return Worker(self.runtime, self.functions).step()

    def did(self, account: Account, kind: TaskType, *, by: str = ACTOR) -> TaskRead:
        """Asked for, and worked on as far as it goes now."""
        task_id = self.ask(account, kind, by=by)
        self.work()
        return self.task(task_id)

    def task(self, task_id: str) -> TaskRead:
        with self.runtime.database.reading() as db:
            return tasks.read(tasks.get(db, task_id))

    def pass_time(self, minutes: float) -> None:
        self.clock.advance(timedelta(minutes=minutes))

    def now(self, account: Account) -> Account:
        with self.runtime.database.reading() as db:
            return accounts.get(db, account.id)

    def now_of(self, account_id: int) -> Account:
        with self.runtime.database.reading() as db:
            return accounts.get(db, account_id)

    def opened(self, account: Account) -> OpenCredentials:
        with self.runtime.database.reading() as db:
            row = accounts.get(db, account.id)
            return accounts.open_credentials(db, self.runtime.sealer, row)

    def items(self) -> Sequence[InboxItem]:
        with self.runtime.database.reading() as db:
            return inbox.page(db, ItemFilter())

    def resolve(self, item: InboxItem, choice: str = "try_again") -> None:
        with self.runtime.database.writing() as db:
            attending.resolve(
                db,
                item.id,
                ResolveRequest(resolution=choice),
                by=Attendant(ACTOR),
                rng=self.runtime.rng,
                now=self.clock.now(),
            )

    def steps(self, account: Account) -> list[tuple[str, bool]]:
        """Of everything that was done to it, as the audit log has it."""
        with self.runtime.database.reading() as db:
            rows = db.scalars(
                select(AuditEntry)
                .where(AuditEntry.subject_id == str(account.id), AuditEntry.action.like("%.step"))
                .order_by(AuditEntry.id)
            ).all()
            return [(row.after["step"], row.after["ok"]) for row in rows if row.after]

    def log_ins(self, account: Account) -> list[tuple[str, str]]:
        with self.runtime.database.reading() as db:
            rows = db.scalars(
                select(AccountLogIn)
                .where(AccountLogIn.account_id == account.id)
                .order_by(AccountLogIn.id)
            ).all()
            return [(row.door, row.outcome) for row in rows]

    def evidence(self, account: Account) -> Sequence[EvidenceItem]:
        with self.runtime.database.reading() as db:
            return db.scalars(
                select(EvidenceItem).where(EvidenceItem.account_id == account.id)
            ).all()

    def told(self, account: Account) -> list[str]:
        with self.runtime.database.reading() as db:
            rows = db.scalars(select(Event).where(Event.type == "validation_update")).all()
            return [row.data["status"] for row in rows if row.data["account_id"] == account.id]
