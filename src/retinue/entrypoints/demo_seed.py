"""
The first five minutes: example accounts, a plan for each, and one session at work.

Made once per data directory; a second start finds it done and adds nothing.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy.orm import Session

from retinue.capabilities.access import service as access
from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Account, Lifecycle
from retinue.capabilities.accounts.schemas import ImportMode, ImportReport, Upload
from retinue.capabilities.plans import service as plans
from retinue.capabilities.plans.service import Author
from retinue.capabilities.proxies import service as proxies
from retinue.capabilities.proxies.schemas import ProxyCreate
from retinue.capabilities.sessions import service as sessions
from retinue.drivers.errors import DriverError
from retinue.drivers.network.sandgram_control import SandgramControl
from retinue.entrypoints import demo_content, engine_room
from retinue.entrypoints.demo_content import ACTOR, examples
from retinue.foundation.jobs import service as jobs
from retinue.foundation.runtime import Runtime
from retinue.workflows.account_import import service as account_import

IDLE_LOGINS = frozenset({"test_account", "quecreate"})
"""The logins of the documentation's examples: they wait for the reader."""
WARMUP_LOGINS = frozenset(
    {"studio_kelp_maple_10", "studio_amber_lark_11", "studio_violet_yarrow_13"}
)
"""Accounts of the persona that has pools, and not warmed up yet: they wait for a first bot."""

DONE = "demo_seeded_at"
_REASON = "example account of the demo"
_SOURCES = ("harbour_lights", "tidepool_diary", "copper_kettle", "northbound_rail")

PLAN = """\
# What this account does in a session; docs/reference/plan.md explains every key.
blogger-followers: [{source}]
interactions-count: 40-60       # people per source
likes-percentage: 100
follow-percentage: 30
stories-count: 1
stories-percentage: 40

filters:
  skip_if_private: true
  min_followers: 5

# The whole day, in the account's own time zone.
working-hours: [00.00-23.59]

total-likes-limit: 120          # per session
total-follows-limit: 40
daily-like-limit: 300

# Seconds between two acts of a kind: short, because Sandgram is patient.
like-interval: 4-8
follow-interval: 6-12
view-interval: 3-5
"""


def seed(runtime: Runtime, *, with_session: bool = True) -> None:
    """
    In demo mode only, and only with accounts that the demo itself brought: nobody else's is touched.

    Raises:
        Refusal: the examples cannot be imported, or no agent is there to take the session up.
    """
    with runtime.database.reading() as db:
        if not access.is_demo(db) or access.recall(db, DONE) is not None:
            return
    import_examples(runtime)
    ways_out = _proxies_of_sandgram(runtime)
    if with_session:
        engine_room.await_agent(runtime)
    now = runtime.clock.now()
    with runtime.database.writing() as db:
        brought = [account for account in accounts.list_all(db) if _is_example(account)]
        for number, account in enumerate(brought):
            plan = PLAN.format(source=_SOURCES[number % len(_SOURCES)])
            prepare(db, account, plan, runtime, is_new=account.login in WARMUP_LOGINS)
        for wanted in ways_out:
            proxies.ensure(db, runtime.sealer, wanted, now)
        busy = IDLE_LOGINS | WARMUP_LOGINS
        at_work = [account for account in brought if account.login not in busy][:1]
        for account in at_work if with_session else ():
            sessions.request_start(
                db,
                account,
                requested_by=ACTOR,
                timeout=timedelta(seconds=runtime.configuration.session_timeout),
                now=now,
            )
        # After the start, which need not wait for it.
        jobs.defer(db, demo_content.JOB.name, {}, now=now, key=demo_content.JOB.name)
        access.remember(db, DONE, now.isoformat())


def _proxies_of_sandgram(runtime: Runtime) -> list[ProxyCreate]:
    """
    To look at, to check and to bind accounts to. The examples go out directly: a port that
    somebody else has taken at the next start must not stop them.
    """
    url = runtime.configuration.sandgram_url
    token_file = runtime.configuration.sandgram_control_token_file
    if url is None or token_file is None:
        return []
    try:
        with SandgramControl(url, token_file=token_file) as control:
            found = control.proxies()
    except (DriverError, OSError):
        # An older Sandgram, or one that lets nobody look: the demo does without.
        return []
    return [
        ProxyCreate(
            host=one["host"],
            port=one["port"],
            username=one["username"],
            password=SecretStr(one["password"]),
        )
        for one in found
    ]


def _is_example(account: Account) -> bool:
    return account.authorised_by == ACTOR and account.lifecycle is Lifecycle.imported


def import_examples(runtime: Runtime) -> ImportReport:
    """Import the example file as an operator would."""
    upload = Upload(
        example_accounts().read_bytes(), ImportMode.all_or_nothing, is_dry_run=False, actor=ACTOR
    )
    return account_import.import_now(runtime, upload)


def prepare(
    db: Session, account: Account, plan: str, runtime: Runtime, *, is_new: bool = False
) -> None:
    """Activate the account by hand, as an operator would, unless it is new; and give it a plan."""
    now = runtime.clock.now()
    lifecycle = Lifecycle.ready if is_new else Lifecycle.active
    accounts.move(db, account, lifecycle, reason=_REASON, actor=ACTOR, now=now)
    plans.save(db, account, plan, author=Author(ACTOR), now=now)


def example_accounts() -> Path:
    return examples() / "accounts.csv"
