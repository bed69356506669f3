"""`/api/v1/tikhub/user/...`: the key's owner, the balance, the prices. None of it is billed."""

from collections.abc import Callable
from typing import Any

from sandgram.clock import to_text
from sandgram.surfaces.tikhub.desk import Desk
from sandgram.surfaces.tikhub.endpoints import ENDPOINTS, Endpoint
from sandgram.world.people import EPOCH

Json = dict[str, Any]

PREFIX = "/api/v1/tikhub/user/"


class UnknownEndpoint(Exception):
    """No endpoint has the path that was asked about."""


def user_info(desk: Desk, _params: dict[str, str]) -> Json:
    return {
        "api_key_data": {
            "api_key_name": "sandgram",
            "api_key_scopes": list(desk.scopes),
            "created_at": to_text(EPOCH),
            "expires_at": None,
            "api_key_status": 1,
        },
        "user_data": {
            "email": "operator@mail.sandgram.test",
            "balance": desk.balance / 1_000_000,
            "free_credit": 0.0,
            "email_verified": True,
            "account_disabled": False,
            "is_active": True,
        },
    }


def daily_usage(desk: Desk, _params: dict[str, str]) -> Json:
    shown = desk.shown()
    return {"data": {"usage": shown["spent"], "request_count": shown["billed"],
                     "endpoints": shown["billed_by_endpoint"]}}  # fmt: skip


def endpoint_info(_desk: Desk, params: dict[str, str]) -> Json:
    return {"data": _info(_endpoint(params))}


def all_endpoints(_desk: Desk, _params: dict[str, str]) -> Json:
    return {"data": [_info(one) for one in ENDPOINTS.values()]}


def price(_desk: Desk, params: dict[str, str]) -> Json:
    found = _endpoint(params)
    times = int(params.get("request_per_day") or 1)
    return {
        "data": {
            **_info(found),
            "request_per_day": times,
            "total_price": times * found.price / 1_000_000,
            "currency": "USD",
        }
    }


def discounts(_desk: Desk, _params: dict[str, str]) -> Json:
    return {"data": {"tiers": [{"from_requests_per_day": 0, "discount": 0.0}]}}


CALLS: dict[str, Callable[[Desk, dict[str, str]], Json]] = {
    "get_user_info": user_info,
    "get_user_daily_usage": daily_usage,
    "get_endpoint_info": endpoint_info,
    "get_all_endpoints_info": all_endpoints,
    "calculate_price": price,
    "get_tiered_discount_info": discounts,
}
NEEDS_ENDPOINT = frozenset({"get_endpoint_info", "calculate_price"})


def _endpoint(params: dict[str, str]) -> Endpoint:
    found = ENDPOINTS.get(params.get("endpoint", ""))
    if found is None:
        raise UnknownEndpoint
    return found


def _info(one: Endpoint) -> Json:
    return {"endpoint": one.path, "price": one.price / 1_000_000, "is_free_credit_allowed": False}
