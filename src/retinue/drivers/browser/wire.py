"""What goes over the pipe between us and the process that drives a browser: JSON, a line each."""

from __future__ import annotations

import base64
import json
from dataclasses import asdict
from typing import Any

from retinue.drivers.browser.protocol import (
    BrowserUnavailable,
    Egress,
    Evidence,
    Jar,
    PageNotUnderstood,
    PageState,
    Seen,
)
from retinue.drivers.errors import CallPhase, DriverError, FailureClass, FailureSource, ProxyFailed


class ProxyLost(DriverError):
    """The proxy went away after something had left through it."""

    source = FailureSource.proxy


def line(message: dict[str, Any]) -> bytes:
    return json.dumps(message, ensure_ascii=True, separators=(",", ":")).encode() + b"\n"


def pack(value: Any) -> Any:
    if isinstance(value, Seen):
        return {"seen": value.state.value, "text": value.text}
    if isinstance(value, Jar):
        return {"jar": value.to_text()}
    if isinstance(value, Evidence):
        return {"evidence": pack_evidence(value)}
    return value


def unpack(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if "seen" in value:
        return Seen(PageState(value["seen"]), value["text"])
    if "jar" in value:
        return Jar.from_text(value["jar"])
    if "evidence" in value:
        return unpack_evidence(value["evidence"])
    return value


def pack_evidence(found: Evidence) -> dict[str, str]:
    return {**asdict(found), "picture": base64.b64encode(found.picture).decode()}


def unpack_evidence(found: dict[str, str]) -> Evidence:
    return Evidence(
        picture=base64.b64decode(found["picture"]),
        page=found["page"],
        title=found["title"],
        address=found["address"],
    )


def pack_egress(egress: Egress | None) -> dict[str, str | None] | None:
    if egress is None:
        return None
    return {"url": egress.url, "username": egress.username, "password": egress.password}


def unpack_egress(found: dict[str, Any] | None) -> Egress | None:
    return None if found is None else Egress(**found)


def pack_error(error: DriverError) -> dict[str, Any]:
    found: dict[str, Any] = {
        "kind": type(error).__name__,
        "failure": error.failure.value,
        "phase": error.phase.value,
        "message": error.message,
        "is_refusal": error.is_refusal,
        "retry_after": error.retry_after,
        "status": error.status,
    }
    if isinstance(error, PageNotUnderstood):
        found["evidence"] = pack_evidence(error.evidence)
    return found


def unpack_error(found: dict[str, Any]) -> DriverError:
    failure, phase = FailureClass(found["failure"]), CallPhase(found["phase"])
    message = found["message"]
    match found["kind"]:
        case ProxyFailed.__name__:
            return ProxyFailed(failure, message=message)
        case ProxyLost.__name__:
            return ProxyLost(failure, phase=phase, message=message)
        case BrowserUnavailable.__name__:
            return BrowserUnavailable(message)
        case PageNotUnderstood.__name__:
            evidence = unpack_evidence(found["evidence"])
            return PageNotUnderstood(message, evidence=evidence, phase=phase)
        case _:
            return DriverError(
                failure,
                phase=phase,
                message=message,
                is_refusal=found["is_refusal"],
                retry_after=found["retry_after"],
                status=found["status"],
            )
