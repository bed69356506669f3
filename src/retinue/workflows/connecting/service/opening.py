"""The adapters of this installation as its tasks open them, connected networks among them."""

from __future__ import annotations

from retinue.drivers.network.protocol import Network
from retinue.foundation.runtime import Runtime
from retinue.workflows.connecting.service.keeping import x_network
from retinue.workflows.connecting.service.showing import X, problem_of, x_connection
from retinue.workflows.engagement import service as engagement
from retinue.workflows.engagement.errors import NetworkNotConnected
from retinue.workflows.engagement.schemas import OpenNetwork


def opener(runtime: Runtime) -> OpenNetwork:
    """The registry for tasks. Sessions have one of their own: they work on Sandgram only."""
    url = runtime.configuration.sandgram_url
    open_other = engagement.opener(sandgram_url=url, clock=runtime.clock)

    def open_network(name: str) -> Network:
        if name != X:
            return open_other(name)
        with runtime.database.reading() as db:
            connection = x_connection(db, runtime)
            problem = problem_of(db, runtime, X)
        if connection is None:
            raise NetworkNotConnected(f"network: x is not connected; {problem}.", network=X)
        return x_network(
            connection,
            database=runtime.database,
            sealer=runtime.sealer,
            clock=runtime.clock,
            holder=runtime.incarnation,
        )

    return open_network
