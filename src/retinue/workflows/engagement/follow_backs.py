"""Who follows the account: seen at the start and the end of a session, and at every candidate."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from retinue.capabilities.ledger import service as ledger
from retinue.drivers.network.protocol import Line, Page, Person, Profile
from retinue.workflows.engagement.errors import Unseen
from retinue.workflows.engagement.looking import Eyes
from retinue.workflows.engagement.patience import Patience
from retinue.workflows.engagement.schemas import Actor, Workplace

logger = logging.getLogger(__name__)

_MOST_PAGES = 5


class FollowBacks:
    def __init__(
        self, place: Workplace, actor: Actor, line: Line, *, eyes: Eyes, patience: Patience
    ) -> None:
        self._place = place
        self._actor = actor
        self._line = line
        self._eyes = eyes
        self._patience = patience

    def read(self, own_handle: str) -> None:
        """
        Look through the account's newest followers. Costs nothing before anybody was contacted.

        Raises:
            EngagementEnds: something says stop.
        """
        if not self._has_contacts():
            return
        cursor: str | None = None
        new = 0
        try:
            for _ in range(_MOST_PAGES):
                page = self._page(own_handle, cursor)
                new += self._note(page.items)
                cursor = page.next_cursor
                if cursor is None:
                    break
        except Unseen as unseen:
            logger.warning("the own followers cannot be read: %s", unseen.message)
        if new:
            logger.info("%s people have followed back", new)

    def note(self, profile: Profile) -> None:
        """Before the first act: whoever follows already does not follow back."""
        if not profile.is_follower:
            return
        person = Person(profile.network_id, profile.handle)

        def write() -> None:
            with self._place.database.writing() as db:
                actor, now = self._actor, self._place.clock.now()
                ledger.note_follower(db, actor.account_id, actor.network, person, now=now)

        self._patience.keep_trying(write)

    def _has_contacts(self) -> bool:
        with self._place.database.reading() as db:
            return ledger.has_contacts(db, self._actor.account_id)

    def _page(self, own_handle: str, cursor: str | None) -> Page[Person]:
        return self._eyes.look(lambda: self._line.followers(own_handle, cursor=cursor))

    def _note(self, people: Sequence[Person]) -> int:
        def write() -> int:
            with self._place.database.writing() as db:
                actor, now = self._actor, self._place.clock.now()
                return ledger.note_followers(db, actor.account_id, actor.network, people, now=now)

        return self._patience.keep_trying(write)
