"""Why a page did not come: whose doing it was, and whether anything can have left."""

from __future__ import annotations

import re

from playwright.sync_api import Error, Page
from playwright.sync_api import TimeoutError as TooLate

from retinue.drivers.browser.relay import Relay
from retinue.drivers.browser.wire import ProxyLost
from retinue.drivers.errors import CallPhase, DriverError, FailureClass, ProxyFailed

_NET_ERROR = re.compile(r"net::(ERR_[A-Z_]+)")


def net_error(error: Error) -> str | None:
    """Chromium's own name for a connection that failed; it shows a page of its own then."""
    found = _NET_ERROR.search(error.message)
    return None if found is None else found[1]


def told(error: Error, page: Page, *, relay: Relay, phase: CallPhase) -> DriverError:
    """The failure of a page as ours, from what the relay has seen. Nothing of Playwright's text is kept."""
    passage = relay.passage
    is_sent = phase is not CallPhase.not_sent and passage.sent > 0
    phase = CallPhase.sent if is_sent else CallPhase.not_sent
    failure = passage.failure or relay.examine()
    if failure is not None and relay.has_proxy:
        if not is_sent:
            return ProxyFailed(failure.failure, message=failure.message)
        return ProxyLost(failure.failure, phase=phase, message=failure.message)
    if failure is not None:
        message = failure.message
    elif isinstance(error, TooLate):
        message = "no answer in time"
    elif page.is_closed():
        message = "the browser has ended"
    else:
        message = f"the connection failed ({net_error(error) or 'no reason given'})"
    return DriverError(FailureClass.transient, phase=phase, message=message)
