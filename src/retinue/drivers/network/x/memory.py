"""A keeper in memory, for tests of what stands above and below it. It forgets with its process."""

from __future__ import annotations

from dataclasses import dataclass, field

from retinue.drivers.errors import CallPhase
from retinue.drivers.network.x.protocol import Exchange, GrantEnded, Tokens


@dataclass(slots=True)
class MemoryKeeper:
    tokens: dict[str, Tokens] = field(default_factory=dict)
    renewals: int = 0

    def current(self, login: str) -> Tokens:
        found = self.tokens.get(login)
        if found is None:
            raise GrantEnded(f"@{login} has not authorised the app", phase=CallPhase.not_sent)
        return found

    def renew(self, login: str, *, stale: Tokens, exchange: Exchange) -> Tokens:
        known = self.current(login)
        if known.generation != stale.generation:
            return known
        if known.refresh_token is None:
            raise GrantEnded(f"the tokens of @{login} have run out")
        made = exchange(known.refresh_token)
        self.renewals += 1
        self.tokens[login] = Tokens(
            generation=known.generation + 1,
            access_token=made.access_token,
            refresh_token=made.refresh_token,
            expires_at=made.expires_at,
        )
        return self.tokens[login]
