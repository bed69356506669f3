from __future__ import annotations

import threading
from pathlib import Path
from typing import TypedDict

import pytest

from retinue.foundation import redaction
from retinue.foundation.key_file import (
    KeysBusy,
    Ring,
    SealingKeyUnusable,
    create_key,
    held,
    key_id_of,
    load_keys,
    load_ring,
    replace,
)
from retinue.foundation.sealing import SealBroken, Sealer

OLD, NEW = bytes(range(32)), bytes(range(32, 64))


class Place(TypedDict):
    table: str
    row: str
    column: str


PLACE = Place(table="accounts", row="7", column="password")


class TestSealer:
    @pytest.mark.parametrize("text", ["", "hunter2!", "пароль 🦦", "x" * 100_000, "a\x00b\r\n"])
    def test_what_was_sealed_opens_in_its_place(self, text: str) -> None:
        sealer = Sealer.of(OLD)

        assert sealer.open(sealer.seal(text, **PLACE), **PLACE) == text

    @pytest.mark.parametrize(
        "elsewhere",
        [
            Place(table="proxies", row="7", column="password"),
            Place(table="accounts", row="8", column="password"),
            Place(table="accounts", row="7", column="ct0"),
        ],
        ids=["table", "row", "column"],
    )
    def test_a_value_that_was_moved_does_not_open(self, elsewhere: Place) -> None:
        sealer = Sealer.of(OLD)
        sealed = sealer.seal("hunter2!", **PLACE)

        with pytest.raises(SealBroken, match="moved, changed or damaged"):
            sealer.open(sealed, **elsewhere)

    def test_two_rows_that_were_swapped_both_break(self) -> None:
        sealer = Sealer.of(OLD)
        places = [Place(table="accounts", row=row, column="password") for row in ("7", "8")]
        sealed = [sealer.seal("same", **place) for place in places]

        for value, place in zip(reversed(sealed), places, strict=True):
            with pytest.raises(SealBroken):
                sealer.open(value, **place)

    def test_every_changed_or_missing_byte_is_noticed(self) -> None:
        sealer = Sealer.of(OLD)
        sealed = sealer.seal("hunter2!", **PLACE)
        damaged = [
            bytes((*sealed[:n], sealed[n] ^ 1, *sealed[n + 1 :])) for n in range(len(sealed))
        ]
        damaged += [sealed[:n] for n in range(len(sealed))]

        for value in damaged:
            with pytest.raises(SealBroken):
                sealer.open(value, **PLACE)

    def test_the_same_text_is_never_sealed_to_the_same_bytes(self) -> None:
        sealer = Sealer.of(OLD)

        assert len({sealer.seal("same", **PLACE) for _ in range(100)}) == 100

    def test_another_key_is_named_and_not_tried(self) -> None:
        sealed = Sealer.of(OLD).seal("hunter2!", **PLACE)

        with pytest.raises(SealBroken, match=f"another key \\({key_id_of(OLD)}\\)"):
            Sealer.of(NEW).open(sealed, **PLACE)

    def test_a_new_key_seals_while_the_old_one_still_opens(self) -> None:
        before = Sealer.of(OLD).seal("hunter2!", **PLACE)
        rotated = Sealer.of(NEW, OLD)

        assert rotated.open(before, **PLACE) == "hunter2!"
        after = rotated.seal("hunter2!", **PLACE)
        assert Sealer.of(NEW).open(after, **PLACE) == "hunter2!"
        assert bytes.fromhex(key_id_of(NEW)) in after

    def test_what_was_opened_is_masked_in_logs_from_then_on(self) -> None:
        sealer = Sealer.of(OLD)
        sealer.open(sealer.seal("0pened-canary", **PLACE), **PLACE)
        sealer.open(sealer.seal("0pened-word", **PLACE), **PLACE, is_secret=False)

        shown = redaction.redact(f"0pened-canary 0pened-word {OLD.hex()}")
        assert shown == "[redacted] 0pened-word [redacted]"

    def test_its_repr_shows_the_key_id_only(self) -> None:
        assert repr(Sealer.of(OLD)) == f"Sealer(key_id={key_id_of(OLD)!r})"

    def test_a_digest_tells_parts_apart(self) -> None:
        digest = Sealer.of(OLD).digest

        assert digest("a", None) == digest("a", None)
        assert len({digest("a", "b"), digest("ab"), digest("ab", ""), digest("ab", None)}) == 4
        assert Sealer.of(NEW).digest("a") != digest("a")


class TestCreateKey:
    def test_the_file_is_for_its_owner_only(self, data_dir: Path) -> None:
        path = data_dir / "keys" / "sealing.key"
        assert create_key(path)

        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == 0o700
        assert [file.name for file in path.parent.iterdir()] == ["sealing.key"]

    def test_twenty_at_once_make_one_key(self, data_dir: Path) -> None:
        path = data_dir / "sealing.key"
        made: list[bool] = []
        threads = [
            threading.Thread(target=lambda: made.append(create_key(path))) for _ in range(20)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert sorted(made) == [False] * 19 + [True]
        assert len(load_keys(path)) == 1


class TestLoadKeys:
    def write(self, path: Path, text: str, *, mode: int = 0o600) -> Path:
        path.write_text(text)
        path.chmod(mode)
        return path

    def test_the_first_key_of_the_file_is_the_one_that_seals(self, data_dir: Path) -> None:
        path = self.write(data_dir / "k", f"{NEW.hex()}\n{OLD.hex()}\n")

        assert load_keys(path) == [NEW, OLD]

    @pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601, 0o777])
    def test_a_key_that_others_can_reach_is_refused_with_the_remedy(
        self, data_dir: Path, mode: int
    ) -> None:
        path = self.write(data_dir / "k", OLD.hex(), mode=mode)

        with pytest.raises(SealingKeyUnusable, match=f"mode {mode:04o}.*chmod 600 {path}"):
            load_keys(path)

    @pytest.mark.parametrize(
        "text", ["", "xyz", "00" * 31, "00" * 33, "00" * 32 + "\nzz", "é" * 64]
    )
    def test_what_is_no_key_is_refused_without_being_shown(self, data_dir: Path, text: str) -> None:
        path = self.write(data_dir / "k", text)

        with pytest.raises(SealingKeyUnusable, match="64 hex digits") as refused:
            load_keys(path)
        assert "0000" not in str(refused.value)

    def test_a_missing_key_is_asked_for(self, data_dir: Path) -> None:
        with pytest.raises(SealingKeyUnusable, match=r"is missing\. Put the key file back"):
            load_keys(data_dir / "none")


class TestReplace:
    def ring(self, *keys: bytes, ahead: bytes | None = None) -> Ring:
        return Ring(keys, fingerprints=bytes(32), next=ahead)

    def test_what_was_put_is_what_is_loaded(self, data_dir: Path) -> None:
        path = data_dir / "sealing.key"
        replace(path, self.ring(NEW, OLD, ahead=bytes(range(64, 96))))

        ring = load_ring(path)
        assert (ring.keys, ring.next) == ((NEW, OLD), bytes(range(64, 96)))
        assert ring.fingerprints == bytes(32)
        assert path.stat().st_mode & 0o777 == 0o600
        assert [file.name for file in data_dir.iterdir()] == ["sealing.key"]

    def test_a_link_stays_a_link(self, data_dir: Path) -> None:
        target, link = data_dir / "elsewhere.key", data_dir / "sealing.key"
        create_key(target)
        link.symlink_to(target)
        replace(link, self.ring(NEW))

        assert link.is_symlink()
        assert load_keys(target) == [NEW]

    def test_only_one_changes_it_at_a_time(self, data_dir: Path) -> None:
        path = data_dir / "sealing.key"
        with held(path), pytest.raises(KeysBusy), held(path):
            pytest.fail("two hold it")

    def test_drafts_of_those_who_died_are_swept(self, data_dir: Path) -> None:
        path = data_dir / "sealing.key"
        (data_dir / ".sealing.key.0.draft").write_text("half")
        with held(path):
            assert not list(data_dir.glob("*.draft"))

    def test_a_ring_shows_nothing_of_itself(self) -> None:
        assert NEW.hex() not in repr(self.ring(NEW))
        assert str(NEW) not in repr(self.ring(NEW))


class TestSealerOfAFile:
    @pytest.fixture
    def path(self, data_dir: Path) -> Path:
        path = data_dir / "sealing.key"
        create_key(path)
        return path

    def test_a_value_under_a_key_of_later_opens(self, path: Path) -> None:
        running = Sealer.from_file(path)
        before = load_ring(path)
        replace(path, Ring((NEW, *before.keys), before.fingerprints))
        sealed = Sealer.from_file(path).seal("of later", **PLACE)

        assert running.open(sealed, **PLACE) == "of later"
        assert running.key_id == key_id_of(NEW)

    def test_who_slept_through_the_change_seals_with_the_new_key(self, path: Path) -> None:
        running, before = Sealer.from_file(path), load_ring(path)
        replace(path, Ring((NEW,), before.fingerprints))

        sealed = running.seal("after it", **PLACE)
        assert Sealer.of(NEW).open(sealed, **PLACE) == "after it"

    def test_fingerprints_outlive_the_key(self, path: Path) -> None:
        before, ring = Sealer.from_file(path).digest("one"), load_ring(path)
        replace(path, Ring((NEW,), ring.fingerprints))

        assert Sealer.from_file(path).digest("one") == before

    def test_the_keys_of_another_installation_are_not_taken(self, path: Path) -> None:
        running = Sealer.from_file(path)
        replace(path, Ring((NEW,), fingerprints=bytes(32)))
        running.look()

        assert running.key_id != key_id_of(NEW)

    def test_a_file_that_is_gone_leaves_the_keys_in_hand(self, path: Path) -> None:
        running = Sealer.from_file(path)
        path.unlink()

        assert running.open(running.seal("still", **PLACE), **PLACE) == "still"

    def test_a_child_that_was_handed_the_keys_notices_too(self, path: Path) -> None:
        parent, before = Sealer.from_file(path), load_ring(path)
        child = Sealer.handed_over(parent.export_keys(), current=parent.key_id)
        assert child.digest("one") == parent.digest("one")
        replace(path, Ring((NEW,), before.fingerprints))

        assert Sealer.of(NEW).open(child.seal("text", **PLACE), **PLACE) == "text"
