"""The line and the hands of an account that has no session: the same reads and the same promises."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.plans import service as plans
from retinue.drivers.network.protocol import Line, PhaseHook
from retinue.foundation.free_space import Room
from retinue.workflows.engagement.actions import Hands
from retinue.workflows.engagement.control import Progress, Reins
from retinue.workflows.engagement.doors import Doors, of_nobody
from retinue.workflows.engagement.looking import Eyes
from retinue.workflows.engagement.networks import credentials_of, egress_of
from retinue.workflows.engagement.pacing import Pace
from retinue.workflows.engagement.schemas import Actor, OpenNetwork, Workplace


def open_line(
    doors: Doors,
    open_network: OpenNetwork,
    account_id: int,
    *,
    on_phase: PhaseHook | None = None,
) -> Line:
    """
    A line of the account, through its proxy where it has one, not logged in yet. The caller holds the account.
    Its log-in raises `LogInWithheld` where the password is not to be sent now.

    Raises:
        AccountNotFound, NetworkNotConnected, ProxyNotFound, SealBroken: it cannot be opened.
        ProxyDown: nobody goes through its proxy now.
        ProxyFailed: the proxy's address is not one.
    """
    with doors.database.reading() as db:
        account = accounts.get(db, account_id)
        network = open_network(account.network)
        keeper = doors.keeper(account_id)
        credentials = credentials_of(db, doors.sealer, account, keeper=keeper)
        egress = egress_of(db, doors.sealer, account)
        user_agent = account.user_agent
    return network.open(credentials, egress=egress, user_agent=user_agent, on_phase=on_phase)


@contextmanager
def at_hand(place: Workplace, actor: Actor) -> Iterator[tuple[Line, Hands]]:
    """
    A line and the hands that act on it, within the limits of the account's plan. Its working hours
    are those of its sessions and bind nobody here.

    Raises:
        PlanUnusable: the account's plan has errors.
        As `open_line`.
    """
    with place.database.reading() as db:
        plan = plans.current(db, actor.account_id).plan
    progress = Progress(place.clock)
    pace = Pace(
        place.clock,
        place.rng,
        reins=Reins(),
        progress=progress,
        hours=plan.working_hours,
        room=Room(place.data_dir, least=place.least_free_bytes),
    )
    eyes = Eyes(place, actor, pace=pace, progress=progress)
    hands = Hands(place, actor, plan, pace=pace, eyes=eyes, progress=progress)
    try:
        with closing(
            open_line(
                Doors(
                    place.database, place.sealer, place.clock, place.wish or of_nobody("retinue")
                ),
                place.open_network,
                actor.account_id,
                on_phase=hands.on_phase,
            )
        ) as line:
            yield line, hands
    finally:
        hands.close()
