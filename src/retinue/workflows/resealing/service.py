from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from retinue.capabilities.access import service as access
from retinue.capabilities.audit import service as audit
from retinue.foundation import failpoints, key_file
from retinue.foundation.database import DatabaseBusy
from retinue.foundation.key_file import Ring, key_id_of
from retinue.foundation.runtime import Runtime
from retinue.foundation.sealing import SealBroken
from retinue.workflows.resealing import repository
from retinue.workflows.resealing.places import PLACES, Place
from retinue.workflows.resealing.schemas import KeysStatus, KeyUse, Rotation

logger = logging.getLogger(__name__)

CHUNK = 200
"""Rows in one transaction."""
SETTLE_SECONDS = 5.0
"""Longer than a transaction lasts and than it takes all processes to notice a new key."""
_ROUNDS = 50
_PATIENCE = 5
FAILPOINTS = (
    "resealing.file_replaced",
    "resealing.begun",
    "resealing.chunk_sealed",
    "resealing.chunk_written",
)
"""Where the crash tests end the process, each time it gets there."""

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Wish:
    """How a rotation is wanted. `reason` is for the audit log."""

    actor: str
    reason: str | None = None
    prepares_only: bool = False
    keeps_old: bool = False
    settle_seconds: float = SETTLE_SECONDS
    chunk: int = CHUNK


def rotate(runtime: Runtime, wish: Wish, *, tell: Tell = lambda _text: None) -> Rotation:
    """
    Bring everything that is sealed under a new key, or go on with a rotation that was cut off.

    Everybody may go on working meanwhile. Each step is committed by itself.

    Raises:
        KeysBusy: another process is at it.
        SealingKeyUnusable: the key file cannot be written.
        DatabaseBusy: the database could not be written for too long; calling again goes on.
    """
    path = runtime.configuration.effective_key_file
    with key_file.held(path):
        if wish.prepares_only:
            return _prepare(runtime, path)
        ring = _begun(runtime, path)
        done = Rotation(old=tuple(map(key_id_of, ring.keys[1:])), new=runtime.sealer.key_id)
        tell(f"Sealing with {done.new}.")
        with runtime.database.writing() as db:
            access.note_key(
                db, runtime.sealer, actor=wish.actor, reason=wish.reason, now=runtime.clock.now()
            )
        failpoints.reach("resealing.begun")
        while True:
            _reseal_everything(runtime, done, wish, tell)
            if wish.keeps_old or _is_used(runtime, ring.keys[1:]):
                return done
            _write(runtime, path, Ring(ring.keys[:1], ring.fingerprints))
            # Somebody who was slower than anybody should be brings the key back for another round.
            if not _is_used(runtime, ring.keys[1:]):
                break
            _write(runtime, path, ring)
        done.is_old_removed = True
        _record(runtime, done, wish)
        return done


def status(runtime: Runtime) -> KeysStatus:
    """What is under which key."""
    path = runtime.configuration.effective_key_file
    ring = key_file.load_ring(path)
    counts: dict[str, dict[str, int]] = {}
    with runtime.database.reading() as db:
        for place in PLACES:
            for column, used in repository.used_keys(db, place).items():
                for key_id, values in used.items():
                    counts.setdefault(key_id, {})[f"{place.name}.{column}"] = values
    roles = _roles(ring)
    keys = [
        KeyUse(
            key_id=key_id,
            role=roles.get(key_id, "unknown"),
            values=sum(counts.get(key_id, {}).values()),
            columns=counts.get(key_id, {}),
        )
        for key_id in [*roles, *sorted(counts.keys() - roles.keys())]
    ]
    seals = key_id_of(ring.keys[0])
    is_under_way = len(ring.keys) > 1
    return KeysStatus(
        file=str(path),
        key_id=seals,
        keys=keys,
        is_under_way=is_under_way,
        advice=_advice(keys, ring, is_under_way=is_under_way),
    )


def _prepare(runtime: Runtime, path: Path) -> Rotation:
    ring = key_file.load_ring(path)
    if ring.next is None and len(ring.keys) == 1:
        ring = Ring(ring.keys, ring.fingerprints, next=key_file.new_key())
        _write(runtime, path, ring)
    new = key_id_of(ring.next or ring.keys[0])
    return Rotation(old=(key_id_of(ring.keys[-1]),), new=new, is_prepared=ring.next is not None)


def _begun(runtime: Runtime, path: Path) -> Ring:
    """The ring of the rotation under way; a new one where there is none."""
    ring = key_file.load_ring(path)
    if ring.next is not None:
        ring = Ring((ring.next, *ring.keys), ring.fingerprints)
        _write(runtime, path, ring)
    elif len(ring.keys) == 1:
        ring = Ring((key_file.new_key(), *ring.keys), ring.fingerprints)
        _write(runtime, path, ring)
    runtime.sealer.look()
    return ring


def _write(runtime: Runtime, path: Path, ring: Ring) -> None:
    key_file.replace(path, ring)
    failpoints.reach("resealing.file_replaced")
    runtime.sealer.look()


def _reseal_everything(runtime: Runtime, done: Rotation, wish: Wish, tell: Tell) -> None:
    """
    Round by round, until a round that began after everybody knew the new key finds nothing.

    Whoever sealed before that with the old key has had the time to commit.
    """
    has_settled = False
    for _ in range(_ROUNDS):
        done.rounds += 1
        done.broken = []
        sealed = sum(_reseal(runtime, place, done, wish, tell) for place in PLACES)
        if sealed == 0 and has_settled:
            return
        has_settled = True
        runtime.clock.sleep(wish.settle_seconds)


def _reseal(runtime: Runtime, place: Place, done: Rotation, wish: Wish, tell: Tell) -> int:
    """How many values were under another key and are under the current one now."""
    with runtime.database.reading() as db:
        left = repository.not_under(db, place, runtime.sealer.key_id)
    total, before = len(left), done.values
    for keys in _chunks(left, size=min(wish.chunk, place.most)):
        _patiently(runtime, partial(_reseal_chunk, runtime, place, keys, done))
        done.chunks += 1
        failpoints.reach("resealing.chunk_written")
    if done.values > before:
        tell(f"{place.name}: {done.values - before} values in {total} rows.")
    return done.values - before


def _reseal_chunk(
    runtime: Runtime, place: Place, keys: Sequence[tuple[Any, ...]], done: Rotation
) -> None:
    values, broken, changed = 0, [], []
    with runtime.database.writing() as db:
        for row in repository.held_rows(db, place, keys):
            fresh = {}
            for column in place.sealed:
                sealed = row[column.name]
                if sealed is None or _key_of(sealed) == runtime.sealer.key_id:
                    continue
                try:
                    fresh[column.name] = _resealed(runtime, place, row, column.name)
                except SealBroken as error:
                    broken.append(str(error))
            if fresh:
                values += len(fresh)
                changed.append({**row, **fresh})
        repository.put(db, place, changed)
        failpoints.reach("resealing.chunk_sealed")
    # Counted after the commit: a chunk that is tried again counts once.
    done.values += values
    done.rows += len(changed)
    done.broken += broken


def _resealed(runtime: Runtime, place: Place, row: dict[str, Any], column: str) -> bytes:
    where = {"table": place.name, "row": place.row(row), "column": place.column(row, column)}
    # Nobody uses the text: the redaction need not learn a whole pool of secrets.
    text = runtime.sealer.open(row[column], **where, is_secret=False)
    return runtime.sealer.seal(text, **where)


def _patiently(runtime: Runtime, act: Callable[[], None]) -> None:
    for left in reversed(range(_PATIENCE)):
        try:
            act()
        except DatabaseBusy:
            if left == 0:
                raise
            runtime.clock.sleep(1.0)
        else:
            return


def _is_used(runtime: Runtime, keys: Sequence[bytes]) -> bool:
    names = {key_id_of(key) for key in keys}
    with runtime.database.reading() as db:
        found = (used for place in PLACES for used in repository.used_keys(db, place).values())
        return bool(names & set(sum(found, Counter[str]())))


def _record(runtime: Runtime, done: Rotation, wish: Wish) -> None:
    with runtime.database.writing() as db:
        audit.record(
            db,
            actor=wish.actor,
            action="keys.rotated",
            subject=("sealing_key", done.new),
            now=runtime.clock.now(),
            reason=wish.reason,
            before={"keys": list(done.old)},
            after={"keys": [done.new], "values": done.values},
        )


def _roles(ring: Ring) -> dict[str, str]:
    roles = {key_id_of(ring.keys[0]): "seals"}
    roles |= {key_id_of(key): "opens" for key in ring.keys[1:]}
    if ring.next is not None:
        roles[key_id_of(ring.next)] = "next"
    return roles


def _advice(keys: Sequence[KeyUse], ring: Ring, *, is_under_way: bool) -> str:
    strangers = [use.key_id for use in keys if use.role == "unknown"]
    if strangers:
        return (
            f"Values are under {', '.join(strangers)}, which the file does not hold: add that key to the end"
            " of the file, one a line, then run `retinue keys rotate-sealing`."
        )
    if is_under_way:
        return "A rotation is under way: `retinue keys rotate-sealing` brings it to its end."
    if ring.next is not None:
        return (
            "A key is prepared: once every machine has the file, run `retinue keys rotate-sealing`."
        )
    return "Nothing to do."


def _key_of(sealed: bytes) -> str:
    return sealed[1:9].hex()


def _chunks(keys: Sequence[tuple[Any, ...]], *, size: int) -> Iterator[list[tuple[Any, ...]]]:
    rest = iter(keys)
    while chunk := list(islice(rest, size)):
        yield chunk
