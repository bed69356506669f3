from __future__ import annotations

import pytest

from retinue.foundation import passphrase_file
from retinue.foundation.passphrase_file import PIECE, NotOpened, seal, unseal

WORDS = "seven otters cross the harbour"


def sealed(content: bytes) -> bytes:
    return b"".join(seal([content[:7], content[7:]], WORDS, cost={"n": 2, "r": 1, "p": 1}))


def test_a_guess_costs_what_it_should_unless_said_otherwise() -> None:
    assert b'"n":65536,"r":8,"p":1' in next(seal([], WORDS))


class TestSeal:
    @pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
    def test_what_was_sealed_opens(self, size: int) -> None:
        content = bytes(index % 251 for index in range(size))
        file = sealed(content)

        assert passphrase_file.is_sealed(file)
        assert unseal(file, WORDS) == content

    def test_nothing_of_it_can_be_read_and_no_two_files_are_alike(self) -> None:
        one, other = sealed(b"hush-hush"), sealed(b"hush-hush")

        assert b"hush" not in one
        assert one != other

    def test_another_passphrase_opens_nothing(self) -> None:
        with pytest.raises(NotOpened, match="the passphrase is another"):
            unseal(sealed(b"hush"), f"{WORDS}!")


class TestUnseal:
    def test_a_file_that_was_changed_cut_off_or_put_together_anew_does_not_open(self) -> None:
        file = sealed(bytes(2 * PIECE + 100))
        head = file.index(b"\n", len(passphrase_file.MAGIC)) + 1
        size = PIECE + 16
        first, second, rest = file[head : head + size], file[head + size : head + 2 * size], b""
        rest = file[head + 2 * size :]
        for wrong in (
            file[:-1],
            file[:head] + first,
            file[:head] + first + second,
            file[:head] + second + first + rest,
            file + b"x",
            file[:-1] + bytes([file[-1] ^ 1]),
            file.replace(b'"p":1', b'"p":2', 1),
        ):
            with pytest.raises(NotOpened):
                unseal(wrong, WORDS)

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"account_no,login\n",
            passphrase_file.MAGIC,
            passphrase_file.MAGIC + b"{}\n",
            passphrase_file.MAGIC + b"[]\n",
            passphrase_file.MAGIC + b'{"n":1073741824,"r":8,"p":1,"salt":"AAAA"}\n',
            passphrase_file.MAGIC + b'{"n":3,"r":8,"p":1,"salt":"AAAA"}\n',
            passphrase_file.MAGIC + b'{"n":4,"r":8,"p":1,"salt":"???"}\n',
        ],
    )
    def test_what_is_no_such_file_is_told_so(self, content: bytes) -> None:
        with pytest.raises(NotOpened):
            unseal(content, WORDS)
