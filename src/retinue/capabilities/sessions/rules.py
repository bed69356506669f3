"""When an agent or a session counts as silent, how a stop escalates, and what an exit means."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from retinue.capabilities.sessions.models import EngagementSession, SessionStatus
from retinue.capabilities.sessions.schemas import ExitCode, StopStep
from retinue.foundation.clock import real

LEASE_TTL = timedelta(seconds=30)
HEARTBEAT_SECONDS = 5.0
HEARTBEAT_MISSING = timedelta(seconds=150)
"""More than one call may take (60 s) and the writing down of its outcome after it (60 s)."""
AGENT_SILENT = timedelta(seconds=15)

ASKED_SECONDS = 10.0
"""What an act in flight gets to learn its outcome, after which it is `unknown`."""
TERMINATED_SECONDS = 5.0

_SAFE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}")

_RESERVED_NAMES = frozenset({"server", "agent"})
"""Logs that are no account's."""

KNOWN_EXITS: frozenset[int] = frozenset(ExitCode)
_STATUS_OF_EXIT: Mapping[int, SessionStatus] = {
    ExitCode.completed: SessionStatus.completed,
    ExitCode.stopped: SessionStatus.stopped,
    ExitCode.failed: SessionStatus.failed,
    ExitCode.lost: SessionStatus.lost,
    ExitCode.orphaned: SessionStatus.lost,
}


def is_agent_silent(seen_at: datetime, *, now: datetime) -> bool:
    return now - seen_at > real(AGENT_SILENT)


def is_silent(session: EngagementSession, *, now: datetime) -> bool:
    """Counted from the last sign of life, or from the start where there was none yet."""
    last = session.heartbeat_at or session.started_at or session.created_at
    return now - last > real(HEARTBEAT_MISSING)


def stop_step(seconds_since_asked: float) -> StopStep:
    """How hard to press a process that was asked to end so many seconds ago."""
    if seconds_since_asked < ASKED_SECONDS:
        return StopStep.ask
    if seconds_since_asked < ASKED_SECONDS + TERMINATED_SECONDS:
        return StopStep.terminate
    return StopStep.kill


def status_of_exit(code: int, *, was_asked: bool) -> SessionStatus:
    """
    What an ended process means. A process that dies of the signals of a stop was stopped;
    one that dies by itself has failed.
    """
    known = _STATUS_OF_EXIT.get(code)
    if known is not None:
        return known
    return SessionStatus.stopped if was_asked else SessionStatus.failed


def file_name(login: str, *, uid: str, network: str, is_shared: bool) -> str:
    """
    A name for files of the account that no other account's files have. A login that several
    networks have, or that a file of ours has, gets its network; one that could be a path gives way to the uid.
    """
    if not all(_SAFE_NAME.fullmatch(part) and ".." not in part for part in (login, network)):
        return uid
    is_ambiguous = is_shared or login.casefold() in _RESERVED_NAMES
    return f"{login}@{network}" if is_ambiguous else login
