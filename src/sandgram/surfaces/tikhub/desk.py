"""The key, the rate and the balance: what is settled before anybody is served."""

import math
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

DEFAULT_KEY = "sandgram-tikhub-key"
DEFAULT_RATE = 10.0
DEFAULT_BALANCE = 10_000_000_000
"""In millionths of a dollar, as all amounts here: no sum of them is ever rounded."""

SCOPES = ("/api/v1/instagram/v1/", "/api/v1/instagram/v2/", "/api/v1/instagram/v3/",
          "/api/v1/tikhub/user/")  # fmt: skip


class Desk:
    def __init__(self, *, ticks: Callable[[], float] = time.monotonic) -> None:
        self._ticks = ticks
        self._lock = threading.Lock()
        self.start_over()

    def start_over(self) -> None:
        with self._lock:
            self.key = DEFAULT_KEY
            self.rate = DEFAULT_RATE
            self.balance = DEFAULT_BALANCE
            self.scopes: tuple[str, ...] = SCOPES
            self.spent = 0
            self.billed: Counter[str] = Counter()
            self._tokens = self.rate
            self._filled_at = self._ticks()

    def change(
        self,
        *,
        key: str | None,
        rate: float | None,
        balance: int | None,
        scopes: tuple[str, ...] | None,
    ) -> None:
        with self._lock:
            if key is not None:
                self.key = key
            if rate is not None:
                self.rate, self._tokens = rate, max(1.0, rate)
            if balance is not None:
                self.balance = balance
            if scopes is not None:
                self.scopes = scopes

    def admit(self) -> float:
        """0 for a request that may pass, and counts it; else the seconds until one may."""
        with self._lock:
            if self.rate <= 0:
                return 0.0
            now = self._ticks()
            most = max(1.0, self.rate)
            self._tokens = min(most, self._tokens + (now - self._filled_at) * self.rate)
            self._filled_at = now
            if self._tokens >= 1:
                self._tokens -= 1
                return 0.0
            return (1 - self._tokens) / self.rate

    def charge(self, price: int, *, endpoint: str) -> None:
        with self._lock:
            self.balance -= price
            self.spent += price
            self.billed[endpoint] += 1

    def headers(self) -> list[tuple[bytes, bytes]]:
        """Empty where there is no limit."""
        rate = self.rate
        if rate <= 0:
            return []
        left = max(0.0, self._tokens)
        full_in = max(0.0, max(1.0, rate) - left) / rate
        return [
            (b"x-ratelimit-limit", f"{rate:g}".encode()),
            (b"x-ratelimit-remaining", str(int(left)).encode()),
            (b"x-ratelimit-reset", str(math.ceil(full_in)).encode()),
        ]

    def shown(self) -> dict[str, Any]:
        with self._lock:
            return {
                "key": self.key,
                "rate": self.rate,
                "balance": self.balance / 1_000_000,
                "spent": self.spent / 1_000_000,
                "scopes": list(self.scopes),
                "billed": sum(self.billed.values()),
                "billed_by_endpoint": dict(sorted(self.billed.items())),
            }
