from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor

from retinue.capabilities.proxies import service as proxies
from retinue.capabilities.proxies.errors import ProxyNotFound
from retinue.foundation.runtime import Runtime
from retinue.workflows.engagement.errors import NetworkNotConnected
from retinue.workflows.engagement.schemas import OpenNetwork
from retinue.workflows.proxy_watch import failing_over, telling
from retinue.workflows.proxy_watch.failing_over import carry_out, plan, remove
from retinue.workflows.proxy_watch.ordering import order_checks
from retinue.workflows.proxy_watch.telling import key_of
from retinue.workflows.validation import service as validation

__all__ = ["carry_out", "key_of", "order_checks", "plan", "remove", "watch"]

logger = logging.getLogger(__name__)

_AT_ONCE = 8
_MOST = 64


def watch(runtime: Runtime, open_network: OpenNetwork) -> None:
    """
    Try what is down and due or has its turn, with no transaction open; bring alerts and planned changes
    up to date.

    Cheap while all is well: a few looks. Twice at once does no harm: a check more, and the same alerts.
    """
    with runtime.database.reading() as db:
        due = proxies.due_checks(db, now=runtime.clock.now(), limit=_MOST)
    if due:
        with ThreadPoolExecutor(min(_AT_ONCE, len(due))) as pool:
            list(pool.map(lambda one: _try(runtime, open_network, one), due))
    telling.tell(runtime)
    failing_over.propose(runtime)
    failing_over.withdraw(runtime)
    carry_out(runtime)


def _try(runtime: Runtime, open_network: OpenNetwork, proxy_id: int) -> None:
    try:
        found = validation.check_proxy(runtime, open_network, proxy_id)
    except (ProxyNotFound, NetworkNotConnected) as refusal:
        # Gone meanwhile, or nobody is there to say where it leads out: nothing was learnt.
        logger.info("proxy %s was not tried: %s", proxy_id, refusal.message)
        with runtime.database.writing() as db:
            proxies.put_off(db, proxy_id, now=runtime.clock.now())
        return
    logger.info("proxy %s %s", proxy_id, "lets us out" if found.ok else "does not let us out")
