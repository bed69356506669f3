"""The steps of one validation, asked of the network with no transaction open."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field, replace

from retinue.drivers.errors import DriverError, FailureClass
from retinue.drivers.network.protocol import Door, Exit, Identity, Line, Network
from retinue.workflows.connecting.schemas import BY_TOKENS
from retinue.workflows.engagement import service as engagement
from retinue.workflows.validation import rules
from retinue.workflows.validation.schemas import Finding, Source, Step, StepName, Subject, Tell

_SECOND_FACTOR = frozenset({"second_factor_required", "wrong_code", "email_code_required"})
_WRONG_PASSWORD = "wrong_password"  # noqa: S105 - the network's word for one
_TAKES = frozenset({engagement.PASSED, *_SECOND_FACTOR})
_DOORS = {
    Door.cookies: "the stored cookies were accepted",
    Door.password: "the password was accepted",
    Door.second_factor: "the password was accepted",
    Door.tokens: "the tokens were accepted",
}


@dataclass(slots=True)
class Trial:
    """What has been learnt so far. Each step adds to it; the first that fails ends it."""

    subject: Subject
    network: Network
    tell: Tell
    steps: list[Step] = field(default_factory=list)
    error: DriverError | None = None
    identity: Identity | None = None
    exit: Exit | None = None
    refused_password: str | None = field(default=None, repr=False)
    """The one in force, as the network has just refused it."""

    def run(self) -> Finding:
        """
        Raises:
            LogInWithheld: a password that would have told is not to be sent now.
        """
        finding = self._credentials() or self._proxy()
        if finding is not None:
            return finding
        self.tell(40, "logging in")
        finding = self._enter()
        if self.refused_password is None or self.subject.pending is None:
            return finding
        # A rotation was cut off: which of the two passwords holds is told by a log-in alone.
        self.subject.credentials = replace(
            self.subject.credentials, password=self.subject.pending, auth_token=None, ct0=None
        )
        self.steps.pop()
        self.error = None
        return self._enter()

    def _enter(self) -> Finding:
        subject = self.subject
        try:
            line = self.network.open(
                subject.credentials, egress=subject.egress, user_agent=subject.user_agent
            )
        except DriverError as error:
            return self._failed(StepName.proxy, error)
        with closing(line):
            return self._log_in(line) or self._read(line) or self._standing()

    def _credentials(self) -> Finding | None:
        known, refused = self.subject.credentials, self.subject.refused_on
        if self.subject.network in BY_TOKENS:
            self._passed(StepName.credentials, "it is opened by the tokens that its owner granted")
            return None
        if known.password or (known.auth_token and known.ct0):
            text = "complete"
            if refused is not None:
                text = (
                    f"the password was refused on {refused} and is not sent again; trying cookies"
                )
            self._passed(StepName.credentials, text)
            return None
        if refused is not None:
            message = (
                f"the network refused the stored password on {refused}; it is not sent again until"
                " another one is stored"
            )
            finding = _ours(message, FailureClass.auth_expired, "password_refused")
        else:
            message = "nothing to log in with is stored: a password, or auth_token and ct0"
            finding = _ours(message, FailureClass.invalid_input, "credentials_incomplete")
        self.steps.append(Step(StepName.credentials, ok=False, message=message))
        return finding

    def _proxy(self) -> Finding | None:
        subject = self.subject
        if subject.egress is None:
            self._passed(StepName.proxy, "none: the account goes out directly")
            return None
        if subject.network in BY_TOKENS:
            self._passed(StepName.proxy, "tried by logging in: the network does not say where from")
            return None
        if subject.is_proxy_fresh:
            self._passed(StepName.proxy, "let us out a moment ago")
            return None
        self.tell(20, "trying the proxy")
        try:
            self.exit = self.network.find_exit(subject.egress)
        except DriverError as error:
            return self._failed(StepName.proxy, error)
        found = self.exit
        self._passed(StepName.proxy, f"out at {found.address} in {found.milliseconds} ms")
        return None

    def _log_in(self, line: Line) -> Finding | None:
        try:
            self.identity = line.log_in()
        except DriverError as error:
            return self._not_let_in(error)
        door = self.identity.door
        self._passed(StepName.log_in, _DOORS[door])
        asked = "the code was accepted" if door is Door.second_factor else "not asked"
        self._passed(StepName.second_factor, asked)
        return None

    def _not_let_in(self, error: DriverError) -> Finding:
        if error.code in _SECOND_FACTOR:
            self._passed(StepName.log_in, _DOORS[Door.password])
            return self._failed(StepName.second_factor, error)
        finding = rules.finding_of(error)
        if finding.health not in {None, *rules.TRIED_AGAIN}:
            # It knows who we are, and says what it thinks of us.
            return self._failed(StepName.status, error)
        if error.code == _WRONG_PASSWORD and not self._is_with_pending:
            self.refused_password = self.subject.credentials.password
        return self._failed(StepName.log_in, error)

    def _read(self, line: Line) -> Finding | None:
        identity = self.identity
        if identity is None or not self.subject.is_worker:
            return None
        self.tell(70, "reading a profile")
        try:
            line.profile(identity.handle)
        except DriverError as error:
            return self._failed(StepName.read, error)
        self._passed(StepName.read, "a profile was read")
        return None

    def _standing(self) -> Finding:
        finding = rules.finding_of_status(self.identity.status if self.identity else "")
        self.steps.append(Step(StepName.status, ok=finding.passed, message=finding.message))
        return finding

    @property
    def is_pending_right(self) -> bool:
        """The network has taken the pending password, whatever it wants besides."""
        outcome = None if self.subject.door is None else self.subject.door.outcome
        return self._is_with_pending and outcome in _TAKES

    @property
    def _is_with_pending(self) -> bool:
        pending = self.subject.pending
        return pending is not None and self.subject.credentials.password == pending

    def _passed(self, name: StepName, message: str) -> None:
        self.steps.append(Step(name, ok=True, message=message))

    def _failed(self, name: StepName, error: DriverError) -> Finding:
        self.error = error
        self.steps.append(Step(name, ok=False, message=error.message))
        return rules.finding_of(error)


def _ours(message: str, failure: FailureClass, code: str) -> Finding:
    return Finding(
        passed=False,
        message=message,
        evidence_class=failure.value,
        source=Source.retinue,
        health=rules.ERROR,
        code=code,
    )
