"""What others may call: the tables, connecting and disconnecting, and the tokens of accounts."""

from retinue.workflows.connecting.service.consenting import complete, invitation
from retinue.workflows.connecting.service.deciding import By, connect, disconnect
from retinue.workflows.connecting.service.granting import authorise, grants, withdraw
from retinue.workflows.connecting.service.keeping import Keeper, x_network
from retinue.workflows.connecting.service.opening import opener
from retinue.workflows.connecting.service.showing import (
    X,
    is_connected,
    level_of,
    named,
    networks,
    problem_of,
    shown,
    x_connection,
)

__all__ = [
    "By",
    "Keeper",
    "X",
    "authorise",
    "complete",
    "connect",
    "disconnect",
    "grants",
    "invitation",
    "is_connected",
    "level_of",
    "named",
    "networks",
    "opener",
    "problem_of",
    "shown",
    "withdraw",
    "x_connection",
    "x_network",
]
