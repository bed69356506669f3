"""Validating one account, and trying one proxy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.errors import LogInWithheld
from retinue.capabilities.accounts.models import Lifecycle, ValidationStatus
from retinue.capabilities.proxies import service as proxies
from retinue.capabilities.proxies.errors import ProxyDown
from retinue.capabilities.proxies.schemas import CheckedProxy
from retinue.capabilities.settings import service as settings
from retinue.drivers.errors import DriverError, FailureSource
from retinue.drivers.network.protocol import Egress, Network
from retinue.foundation import redaction
from retinue.foundation.errors import Refusal
from retinue.foundation.runtime import Runtime
from retinue.foundation.sealing import SealBroken
from retinue.workflows.engagement.errors import NetworkNotConnected
from retinue.workflows.engagement.schemas import OpenNetwork
from retinue.workflows.validation import rules, writing
from retinue.workflows.validation.gate import Gate
from retinue.workflows.validation.schemas import (
    Asked,
    Finding,
    LogInsSpent,
    ProxyChecked,
    Tell,
)
from retinue.workflows.validation.trial import Trial

_TELLS, _REACHED = "sandgram", "x"
_BY_HAND = Asked()


@dataclass(frozen=True, slots=True)
class Validated:
    """`result` is for whoever asked; without a verdict it is worth another try, and `error` says why."""

    result: Mapping[str, Any]
    finding: Finding
    error: DriverError | None


def validate(
    runtime: Runtime,
    open_network: OpenNetwork,
    account_id: int,
    *,
    gate: Gate,
    tell: Tell,
    asked: Asked = _BY_HAND,
) -> Validated:
    """
    Try whether the account opens, and write down what was found: status, health with evidence, news.

    The caller holds the account, so that nothing else works with it.

    Raises:
        GateFull: as many as may be are being validated; nothing was done.
        LogInsSpent: nobody has asked for it, and only a log-in more than the day has would tell.
        AccountNotFound: there is no such account.
        ProxyDown: nobody goes through its proxy now; nothing was done.
    """
    with runtime.database.reading() as db:
        most = settings.current(db).validation_concurrency
    with gate.place(most=most):
        try:
            trial, finding = _tried(runtime, open_network, account_id, tell=tell, asked=asked)
        except LogInWithheld as withheld:
            # The cookies do not open, and the password was not sent: that says nothing about the account.
            raise _put_off(runtime, account_id, withheld) from withheld
        error = trial.error if trial is not None else None
        if error is not None and error.failure in rules.LIMITS:
            gate.limited()
        elif finding.has_verdict:
            gate.passed(most=most)
        tell(90, "writing it down")
        with runtime.database.writing() as db:
            result = writing.finish(db, runtime, account_id, finding, trial=trial)
    return Validated(result, finding, error)


def _tried(
    runtime: Runtime, open_network: OpenNetwork, account_id: int, *, tell: Tell, asked: Asked
) -> tuple[Trial | None, Finding]:
    tell(10, "opening what is stored")
    try:
        with runtime.database.reading() as db:
            account = accounts.get(db, account_id)
            is_retired, name = account.lifecycle is Lifecycle.retired, account.network
        if is_retired:
            return None, writing.finding_of_ours("the account is retired", "account_retired")
        network = open_network(name)
        with runtime.database.writing() as db:
            subject = writing.begin(db, runtime, account_id, asked=asked, now=runtime.clock.now())
    except SealBroken:
        message = "what is stored was not sealed for this account; store its credentials anew"
        return None, writing.finding_of_ours(message, "seal_broken")
    except ProxyDown:
        # It says nothing about the account, whose turn comes when the proxy is up.
        raise
    except Refusal as refusal:
        return None, writing.finding_of_ours(refusal.message, refusal.code)
    trial = Trial(subject, network, tell)
    return trial, trial.run()


def _put_off(runtime: Runtime, account_id: int, withheld: LogInWithheld) -> LogInsSpent:
    with runtime.database.writing() as db:
        now, message = runtime.clock.now(), withheld.message
        accounts.set_validation(db, account_id, ValidationStatus.pending, message=message, now=now)
    return LogInsSpent(withheld.message, withheld.until)


def check_proxy(runtime: Runtime, open_network: OpenNetwork, proxy_id: int) -> ProxyChecked:
    """
    Go out through the proxy once: connect, log in to it, ask where it leads out. What was found is kept.

    Raises:
        ProxyNotFound: there is none of this id.
        NetworkNotConnected: no network is there to go to.
    """
    network = _somewhere_to_go(open_network)
    with runtime.database.reading() as db:
        opened = proxies.open(db, runtime.sealer, proxy_id)
    redaction.know(opened.password)
    found = _way_out(network, Egress(opened.url, opened.username, opened.password))
    with runtime.database.writing() as db:
        now = runtime.clock.now()
        proxy = proxies.note_check(db, proxy_id, found, now=now)
        bound = accounts.counts_by_proxy(db, [proxy_id]).get(proxy_id, 0)
        shown = proxies.shown(proxy, accounts=bound, now=now)
        return ProxyChecked(**{**shown.model_dump(), "milliseconds": found.milliseconds})


def _somewhere_to_go(open_network: OpenNetwork) -> Network:
    """The network that says where a caller comes from, or else one that can be reached at all."""
    try:
        return open_network(_TELLS)
    except NetworkNotConnected as nobody:
        try:
            return open_network(_REACHED)
        except NetworkNotConnected:
            raise nobody from None


def _way_out(network: Network, egress: Egress) -> CheckedProxy:
    try:
        found = network.find_exit(egress)
    except DriverError as error:
        if error.source is FailureSource.proxy:
            return CheckedProxy(ok=False, message=redaction.redact(error.message))
        message = f"it lets us out, but the network does not answer: {error.message}"
        return CheckedProxy(ok=True, message=redaction.redact(message))
    where = f"out at {found.address}" if found.address else "it leads to the network"
    message = f"{where} in {found.milliseconds} ms"
    return CheckedProxy(True, message, found.address, found.milliseconds)
