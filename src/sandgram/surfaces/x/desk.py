"""The app and its tier, tokens, and how many calls each account has made within fifteen minutes."""

import base64
import hashlib
import math
import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sandgram.clock import to_text
from sandgram.store import x_tokens
from sandgram.store.x_tokens import ACCESS, REFRESH, TokenRow
from sandgram.surfaces.x.endpoints import SCOPES, SECONDS, Endpoint
from sandgram.world.world import World

CLIENT_ID, CLIENT_SECRET = "sandgram-x-app", "sandgram-x-secret"
ACCESS_SECONDS = 7_200
_REFRESH_LIFE = timedelta(days=180)
_WINDOWS_KEPT = 20_000
_CODE_LIFE = timedelta(seconds=30)

Tier = Literal["self_serve", "enterprise"]
Vocabulary = Literal["tweet", "post"]


@dataclass(frozen=True, slots=True)
class Window:
    limit: int
    remaining: int
    reset: int
    """Unix seconds, on the world's clock."""
    is_over: bool

    def headers(self) -> list[tuple[bytes, bytes]]:
        return [
            (b"x-rate-limit-limit", str(self.limit).encode()),
            (b"x-rate-limit-remaining", str(self.remaining).encode()),
            (b"x-rate-limit-reset", str(self.reset).encode()),
        ]


@dataclass(frozen=True, slots=True)
class Wish:
    """What an account's owner has agreed to on the page, to be had for a code."""

    number: int
    redirect_uri: str
    challenge: str
    scope: str


class XDesk:
    def __init__(self, world: World) -> None:
        self._world = world
        self._lock = threading.Lock()
        self.start_over()

    def start_over(self) -> None:
        """The app, the tier and the windows of the start. Tokens stay."""
        with self._lock:
            self.tier: Tier = "self_serve"
            self.client_id = CLIENT_ID
            self.client_secret: str | None = CLIENT_SECRET
            self.access_seconds = ACCESS_SECONDS
            self.limits: dict[str, int] = {}
            self.summoned: set[str] = set()
            self._windows: OrderedDict[tuple[int, str], tuple[int, int]] = OrderedDict()
            self._codes: dict[str, tuple[Wish, datetime]] = {}

    def change(self, **changes: Any) -> None:
        """By the names of the attributes; a limit of 0 is none."""
        with self._lock:
            limits = changes.pop("limits", None)
            for name, value in changes.items():
                setattr(self, name, value)
            if limits is not None:
                self.limits = {**self.limits, **limits}
                self._windows.clear()

    def shown(self) -> dict[str, Any]:
        return {
            "tier": self.tier,
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "access_seconds": self.access_seconds,
            "limits": dict(self.limits),
        }

    # Tokens

    def grant(
        self, number: int, *, scope: str | None = None, seconds: int | None = None
    ) -> dict[str, Any]:
        """What an account's owner gives to the app: a new family of tokens."""
        row = TokenRow(number, secrets.token_hex(12), scope or " ".join(SCOPES))
        with self._world.db.transaction():
            return self._issue(row, seconds=seconds)

    def promise(self, wish: Wish) -> str:
        """A code for it, good once and for half a minute."""
        code, now = secrets.token_urlsafe(32), self._world.now()
        until = now + self._world.patience(_CODE_LIFE)
        with self._lock:
            self._codes = {one: kept for one, kept in self._codes.items() if kept[1] > now}
            self._codes[code] = (wish, until)
        return code

    def redeem(self, code: str, *, redirect_uri: str, verifier: str) -> dict[str, Any] | None:
        """Tokens for a code. It is gone even where the rest does not fit."""
        with self._lock:
            wish, until = self._codes.pop(code, (None, None))
        if wish is None or until is None or until <= self._world.now():
            return None
        digest = hashlib.sha256(verifier.encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        is_fitting = secrets.compare_digest(challenge.encode(), wish.challenge.encode())
        if not is_fitting or wish.redirect_uri != redirect_uri:
            return None
        return self.grant(wish.number, scope=wish.scope)

    def renew(self, refresh_token: str) -> dict[str, Any] | None:
        """New tokens for a living refresh token, which dies by it, as its access token does."""
        with self._world.db.transaction():
            row = x_tokens.find(
                self._world.db, refresh_token, kind=REFRESH, now=self._world.now_text()
            )
            if row is None:
                return None
            x_tokens.end_family(self._world.db, row.family)
            return self._issue(row, seconds=None)

    def revoke(self, token: str) -> None:
        with self._world.db.transaction():
            for kind in (ACCESS, REFRESH):
                row = x_tokens.find(self._world.db, token, kind=kind, now=self._world.now_text())
                if row is not None:
                    x_tokens.end_family(self._world.db, row.family)

    def owner(self, access_token: str) -> TokenRow | None:
        if not access_token:
            return None
        return x_tokens.find(self._world.db, access_token, kind=ACCESS, now=self._world.now_text())

    def _issue(self, row: TokenRow, *, seconds: int | None) -> dict[str, Any]:
        now, life = self._world.now(), seconds or self.access_seconds
        access = f"xat_{secrets.token_urlsafe(32)}"
        x_tokens.add(
            self._world.db, access, row, kind=ACCESS, until=to_text(now + timedelta(seconds=life))
        )
        made = {
            "token_type": "bearer",
            "expires_in": life,
            "access_token": access,
            "scope": row.scope,
        }
        if "offline.access" in row.scope.split():
            refresh = f"xrt_{secrets.token_urlsafe(32)}"
            until = to_text(now + _REFRESH_LIFE)
            x_tokens.add(self._world.db, refresh, row, kind=REFRESH, until=until)
            made["refresh_token"] = refresh
        return made

    # Windows

    def count(self, number: int, endpoint: Endpoint) -> Window:
        """Count one call of an account. Those above the limit count no further."""
        limit = self.limits.get(endpoint.action, endpoint.limit)
        now = self._world.now().timestamp()
        key = (number, endpoint.name)
        with self._lock:
            used, reset = self._windows.get(key, (0, 0))
            if reset <= now:
                used, reset = 0, math.ceil(now) + SECONDS
            is_over = 0 < limit <= used
            self._windows[key] = (used + (not is_over), reset)
            self._windows.move_to_end(key)
            if len(self._windows) > _WINDOWS_KEPT:
                self._windows.popitem(last=False)
        return Window(limit, max(0, limit - used - 1), reset, is_over)


def moment_text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")
