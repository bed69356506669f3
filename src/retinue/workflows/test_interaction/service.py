from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.errors import LogInWithheld
from retinue.capabilities.accounts.models import Account
from retinue.capabilities.accounts.schemas import OpenCredentials
from retinue.capabilities.ledger import service as ledger
from retinue.capabilities.ledger.schemas import ByHand
from retinue.drivers.errors import DriverError, FailureClass
from retinue.drivers.network.protocol import Credentials, Line, Receipt
from retinue.drivers.network.sandgram_control import SandgramControl
from retinue.foundation.runtime import Runtime
from retinue.workflows.engagement import service as engagement
from retinue.workflows.test_interaction.errors import ActFailed, NoTestNetwork
from retinue.workflows.test_interaction.schemas import TestResult, TestType

LOGIN = "retinue_test"
_SOURCE = "harbour_lights"
_TRIES = 10
_COMMENT = "A test of the line."
_TRY_ANOTHER = {FailureClass.target_private, FailureClass.not_found, FailureClass.no_content}


@dataclass(frozen=True, slots=True)
class _Choice:
    handle: str
    call: Callable[[], Receipt]
    object_id: str | None = None


def run(runtime: Runtime, kind: TestType, *, actor: str) -> TestResult:
    """
    Perform one act on Sandgram and note it as an event of the test account.

    Raises:
        NoTestNetwork: no Sandgram is configured, or it does not let us make an account.
        ActFailed: Sandgram refused or did not answer.
    """
    url = runtime.configuration.sandgram_url
    token_file = runtime.configuration.sandgram_control_token_file
    if url is None or token_file is None:
        raise NoTestNetwork(
            "type: there is no Sandgram to test on; start with `retinue up --demo`, or set"
            " RETINUE_SANDGRAM_URL and RETINUE_SANDGRAM_CONTROL_TOKEN_FILE."
        )
    started = runtime.clock.monotonic()
    try:
        account, credentials = _test_account(runtime, url, token_file, actor=actor)
        line = engagement.opener(sandgram_url=url, clock=runtime.clock)(account.network).open(
            credentials
        )
        try:
            line.log_in()
            result = _act(runtime, line, kind, account=account, started=started)
        finally:
            line.close()
    except LogInWithheld as withheld:
        raise ActFailed(f"The {kind} was not done: {withheld.message}") from withheld
    except DriverError as error:
        raise ActFailed(
            f"The {kind} was not done: {error.message}", failure=error.failure.value
        ) from error
    _note(runtime, account, result, actor=actor)
    return result


def _act(
    runtime: Runtime, line: Line, kind: TestType, *, account: Account, started: float
) -> TestResult:
    people = line.followers(_SOURCE).items
    runtime.rng.shuffle(people)
    for person in people[:_TRIES]:
        try:
            choice = _choose(line, kind, person.handle)
            if choice is None:
                continue
            before = runtime.clock.monotonic()
            receipt = choice.call()
        except DriverError as error:
            if error.failure in _TRY_ANOTHER:
                continue
            raise
        after = runtime.clock.monotonic()
        return TestResult(
            type=kind,
            account=account.login,
            target_username=choice.handle,
            object_id=choice.object_id,
            effect_id=receipt.effect_id,
            latency_ms=round((after - before) * 1000),
            total_ms=round((after - started) * 1000),
        )
    raise ActFailed(f"Nobody was found in {_TRIES} tries on whom a {kind} could be tested.")


def _choose(line: Line, kind: TestType, handle: str) -> _Choice | None:
    """Somebody to whom it has not been done yet; the test account has no window that would tell."""
    profile = line.profile(handle)
    if kind == "follow":
        if profile.is_followed:
            return None
        return _Choice(handle, lambda: line.follow(profile.network_id))
    if kind == "view":
        return _Choice(handle, lambda: line.view(profile.network_id))
    post = next((post for post in line.posts(handle).items if not post.is_liked), None)
    if post is None:
        return None
    post_id = post.network_id
    if kind == "comment":
        return _Choice(handle, lambda: line.comment(post_id, _COMMENT), post_id)
    return _Choice(handle, lambda: line.like(post_id), post_id)


def _test_account(
    runtime: Runtime, url: str, token_file: Path, *, actor: str
) -> tuple[Account, Credentials]:
    try:
        control = SandgramControl(url, token_file=token_file)
    except OSError as error:
        raise NoTestNetwork(
            f"type: Sandgram's control token {token_file.name} cannot be read: {error.strerror}."
        ) from error
    with control:
        try:
            facts = control.account(LOGIN)
        except DriverError as error:
            if error.status is None:
                raise
            facts = control.add_account(LOGIN)
    opened = OpenCredentials(
        password=facts.get("password"),
        auth_token=facts.get("auth_token"),
        ct0=facts.get("ct0"),
        totp_secret=facts.get("totp_secret"),
    )
    with runtime.database.writing() as db:
        account = accounts.ensure_test_account(
            db, runtime.sealer, login=LOGIN, credentials=opened, now=runtime.clock.now()
        )
        doors = engagement.Doors(
            runtime.database,
            runtime.sealer,
            runtime.clock,
            lambda _: accounts.wish_of(actor, runtime.clock.now()),
        )
        keeper = doors.keeper(account.id)
        return account, engagement.credentials_of(db, runtime.sealer, account, keeper=keeper)


def _note(runtime: Runtime, account: Account, result: TestResult, *, actor: str) -> None:
    """An event and nothing else: no window, no limit, and the oracle's effect has its line in the ledger."""
    with runtime.database.writing() as db:
        details = {"test": True, "latency_ms": result.latency_ms, "effect_id": result.effect_id}
        written = ByHand(
            result.target_username, result.type, ts=runtime.clock.now(), details=details
        )
        ledger.save(db, written, account=account, actor=actor, now=runtime.clock.now())
