"""
Instagram's own Graph: public numbers of other professional accounts (`business_discovery`), and
of the posts of the account that asks.

It names no post of another account by its shortcode, so those are not found here.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import OrderedDict
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from retinue.drivers.metrics import answers
from retinue.drivers.metrics.bucket import RateGate, Sleep
from retinue.drivers.metrics.errors import (
    MetricsError,
    RateLimited,
    SourceBroken,
    SubjectNotFound,
)
from retinue.drivers.metrics.graph_refusals import refusal_of
from retinue.drivers.metrics.naming import checked_name
from retinue.drivers.metrics.protocol import (
    Reading,
    SourceName,
    SourceSettings,
    Subject,
    SubjectKind,
    price_of,
)
from retinue.drivers.metrics.records import Node, reading_of
from retinue.drivers.metrics.tikhub import checked_key
from retinue.drivers.metrics.wire import Answer, Wire
from retinue.foundation import redaction
from retinue.foundation.clock import Clock
from retinue.foundation.randomness import Random

_VERSION = re.compile(r"v[1-9][0-9]{0,2}\.[0-9]{1,2}")
_ACCOUNT = re.compile(r"[0-9]{1,40}")
_PERSON_FIELDS = "id,username,name,biography,followers_count,follows_count,media_count"
_POST_FIELDS = "id,shortcode,like_count,comments_count,media_product_type,view_count"
_PAGE = 50
_MOST_PAGES = 10
_MOST_KNOWN = 10_000
_NEARLY_FULL = 95
"""Per cent: calls beyond 100 are refused, and make the wait longer."""
_HOLD = 60.0


class Graph:
    """One token of one professional account."""

    name = SourceName.graph.value

    def __init__(
        self,
        settings: SourceSettings,
        *,
        wire: Wire,
        gate: RateGate,
        clock: Clock,
        random: Random | None = None,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        """
        Raises:
            ValueError: the address, the version, the account or the token cannot be used.
        """
        redaction.know(settings.key)
        self._key = checked_key(settings.key)
        base = wire.check(settings.base_url)
        if not _VERSION.fullmatch(settings.version):
            message = f"a version of Graph is such as v25.0, not {settings.version!r}"
            raise ValueError(message)
        account = settings.account_id or "me"
        if settings.account_id and not _ACCOUNT.fullmatch(account):
            message = "Graph is asked in the name of a professional account: its id is digits alone"
            raise ValueError(message)
        self._account = f"{base}/{settings.version}/{account}"
        self._base = f"{base}/{settings.version}"
        self._wire = wire
        self._gate = gate
        self._clock = clock
        self._media: OrderedDict[str, str] = OrderedDict()
        """Ids of own posts by their shortcodes."""

    def __repr__(self) -> str:
        return "Graph()"

    def price(self, subject: Subject) -> Decimal:
        return price_of(SourceName.graph, "", subject.kind)

    async def read(self, subject: Subject) -> Reading:
        """
        Raises:
            MetricsError: as the protocol says.
        """
        asked = checked_name(subject)
        if subject.kind is SubjectKind.post:
            node = await self._post(asked)
        else:
            fields = f"business_discovery.username({asked}){{{_PERSON_FIELDS}}}"
            body = await self._ask(self._account, {"fields": fields})
            node = Node(_object(body, "business_discovery"), ("business_discovery",))
        try:
            return reading_of(node, subject, source=self.name, now=self._clock.now())
        except SourceBroken as error:
            error.status = 200
            raise

    async def _post(self, code: str) -> Node:
        known = self._media.get(code)
        if known is not None:
            try:
                body = await self._ask(f"{self._base}/{known}", {"fields": _POST_FIELDS})
                return Node(body, ("media",))
            except SubjectNotFound:
                self._media.pop(code, None)
                raise
        params = {"fields": _POST_FIELDS, "limit": str(_PAGE)}
        for _ in range(_MOST_PAGES):
            body = await self._ask(f"{self._account}/media", params)
            found = self._keep(body.get("data"), code)
            if found is not None:
                return found
            after = _after(body)
            if after is None:
                break
            params["after"] = after
        message = f"it is none of the account's newest {_PAGE * _MOST_PAGES} posts; Graph knows no others by their code"
        raise SubjectNotFound(message)

    def _keep(self, items: object, code: str) -> Node | None:
        if not isinstance(items, list):
            message = "is no list"
            raise SourceBroken.at("data", message, status=200)
        found: Node | None = None
        for place, item in enumerate(items):
            if not isinstance(item, dict):
                continue
            shortcode, media = item.get("shortcode"), item.get("id")
            if isinstance(shortcode, str) and _ACCOUNT.fullmatch(str(media)):
                self._media[shortcode] = str(media)
            if shortcode == code:
                found = Node(item, ("data", place))
        while len(self._media) > _MOST_KNOWN:
            self._media.popitem(last=False)
        return found

    async def _ask(self, url: str, params: Mapping[str, str]) -> dict[str, Any]:
        await self._gate.acquire()
        answer = await self._wire.get(url, params=params, key=self._key)
        wait = self._wait(answer)
        body = answers.json_of(answer) if answer.status == 200 else answers.lenient_json_of(answer)
        if answer.status == 200 and isinstance(body, dict) and "error" not in body:
            if wait is not None:
                await self._gate.hold(min(wait, _HOLD))
            return body
        error: MetricsError = refusal_of(answer, body, key=self._key, wait=wait)
        if isinstance(error, RateLimited):
            await self._gate.hold(_HOLD)
        raise error

    def _wait(self, answer: Answer) -> float | None:
        """None while there is room left."""
        named = answers.wait_of(answer, now=self._clock.now())
        minutes, is_full = _usage(answer)
        if minutes:
            return max(named or 0.0, min(minutes * 60.0, answers.LONGEST_WAIT))
        if named is None and is_full:
            return _HOLD
        return named


def _usage(answer: Answer) -> tuple[float, bool]:
    """The minutes until access is given back, and whether what is allowed is nearly used up."""
    minutes, fullest = 0.0, 0.0
    groups: list[Any] = [_header(answer, "X-App-Usage")]
    business = _header(answer, "X-Business-Use-Case-Usage")
    if isinstance(business, Mapping):
        groups += [one for many in business.values() if isinstance(many, list) for one in many]
    for group in groups:
        if not isinstance(group, Mapping):
            continue
        minutes = max(minutes, _plain(group.get("estimated_time_to_regain_access")))
        shares = ("call_count", "total_time", "total_cputime")
        fullest = max(fullest, *(_plain(group.get(name)) for name in shares))
    return minutes, fullest >= _NEARLY_FULL


def _header(answer: Answer, name: str) -> Any:
    """Those are JSON within a header, and absent until there was enough to count."""
    try:
        return json.loads(answer.headers.get(name, "null")[:10_000])
    except (ValueError, RecursionError):
        return None


def _plain(value: object) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and 0 <= value < 1e9 else 0.0  # type: ignore[operator,arg-type]


def _object(body: dict[str, Any], name: str) -> dict[str, Any]:
    found = body.get(name)
    if not isinstance(found, dict):
        message = "is not there, or is no object"
        raise SourceBroken.at(name, message, status=200)
    return found


def _after(body: Mapping[str, Any]) -> str | None:
    paging = body.get("paging")
    cursors = paging.get("cursors") if isinstance(paging, Mapping) else None
    after = cursors.get("after") if isinstance(cursors, Mapping) else None
    has_more = isinstance(paging, Mapping) and bool(paging.get("next"))
    return after if has_more and isinstance(after, str) and len(after) <= 1_000 else None
