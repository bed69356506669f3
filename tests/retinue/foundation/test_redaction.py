from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest

from retinue.foundation.redaction import MASK, Redactor, encode_control, is_secret_name

AWKWARD = [
    "hunter2!",
    "pass word with spaces",
    "quo\"te's and \\ back\\slash",
    "per%cent&amp;=?/#@:",
    "пароль-тайна",
    "line\nbreak\r\ntab\tend",
    "🦦🦦🦦🦦",
    "a.b*c(d)[e]{f}^$|+",
    "=cmd|'/c calc'!A1",
    "{braces} %s %(name)s",
]


@pytest.fixture
def redactor() -> Redactor:
    return Redactor()


class TestKnow:
    @pytest.mark.parametrize("secret", AWKWARD)
    @pytest.mark.parametrize(
        "spell",
        [
            str,
            repr,
            json.dumps,
            lambda s: json.dumps(s, ensure_ascii=False),
            lambda s: quote(s, safe=""),
            lambda s: quote(s, safe="").lower(),
            quote,
            quote_plus,
            lambda s: base64.b64encode(s.encode()).decode(),
            lambda s: repr(s.encode()),
            lambda s: str({"x": (s,)}),
            encode_control,
        ],
        ids=[
            *("plain", "repr", "json", "json utf-8", "percent", "percent small", "quoted"),
            *("form", "base64", "bytes", "nested", "one line"),
        ],
    )
    def test_a_known_value_is_masked_in_every_spelling(
        self, redactor: Redactor, secret: str, spell: Callable[[str], str]
    ) -> None:
        redactor.know(secret)

        shown = redactor.redact(f"before {spell(secret)} after")

        assert spell(secret).strip("'\"b=") not in shown
        assert secret not in shown
        assert MASK in shown
        assert shown.startswith("before ")
        assert shown.endswith(" after")

    def test_the_empty_and_the_very_short_are_never_masked(self, redactor: Redactor) -> None:
        redactor.know("", None, "abc", " ")

        assert redactor.redact("a b abc abcd") == "a b abc abcd"

    def test_the_longer_of_two_overlapping_secrets_is_masked_whole(
        self, redactor: Redactor
    ) -> None:
        redactor.know("secret-one", "secret-one-and-more")

        assert redactor.redact("x secret-one-and-more y") == f"x {MASK} y"

    def test_many_secrets_are_all_masked(self, redactor: Redactor) -> None:
        for number in range(3000):
            redactor.know(f"c4nary-{number:05}-tail")

        text = " ".join(f"<c4nary-{number:05}-tail>" for number in range(0, 3000, 7))
        assert "c4nary" not in redactor.redact(text)

    def test_the_values_of_a_cookie_jar_are_masked_one_by_one(self, redactor: Redactor) -> None:
        jar = [{"name": "sid", "value": "value-of-the-sid", "domain": "sandgram.example"}]
        redactor.know(json.dumps(jar), "lang=en; sid=another-value-x; theme=dark")

        shown = redactor.redact("sandgram.example got value-of-the-sid, then another-value-x")
        assert shown == f"sandgram.example got {MASK}, then {MASK}"

    def test_threads_may_learn_and_mask_at_the_same_time(self, redactor: Redactor) -> None:
        failures = []

        def work(thread: int) -> None:
            for number in range(200):
                secret = f"thr3ad-{thread}-{number}-canary"
                redactor.know(secret)
                if secret in redactor.redact(f"x {secret} y"):
                    failures.append(secret)

        threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []


class TestRedact:
    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("password=hunter2!", "password=[redacted]"),
            ("password = 'hunter two'", "password = '[redacted]'"),
            ("email_password: hunter2!", "email_password: [redacted]"),
            ('{"auth_token": "abc\\"def", "n": 1}', '{"auth_token": "[redacted]", "n": 1}'),
            ("{'ct0': 'abc', 'id': 3}", "{'ct0': '[redacted]', 'id': 3}"),
            ("https://h/cb?token=abc&next=/x", "https://h/cb?token=[redacted]&next=/x"),
            ("--password hunter2! --user me", "--password [redacted] --user me"),
            ("backup_codes=[1234, 5678]", "backup_codes=[redacted]"),
            ("Authorization: Bearer abcdefgh.ijk", "Authorization: [redacted]"),
            ("with Bearer abcdefgh.ijk it", "with Bearer [redacted] it"),
            ("Proxy-Authorization: Basic dXNlcjpwdw==", "Proxy-Authorization: [redacted]"),
            ("Cookie: sid=1; ct0=2\nHost: h", "Cookie: [redacted]\nHost: h"),
            ("Set-Cookie: sid=1; Path=/", "Set-Cookie: [redacted]"),
            ("made rt_Ab3dE6gh_ij now", "made [redacted] now"),
            ("via socks5h://me:pw@h:1 ok", "via socks5h://[redacted]@h:1 ok"),
            ("http://me@h/ and x://a:b@c", "http://[redacted]@h/ and x://[redacted]@c"),
            ("url=http%3A%2F%2Fme%3Apw%40h%3A1", "url=http%3A%2F%2F[redacted]%40h%3A1"),
            ("mysql+pymysql://retinue:p%40w@db/x", "mysql+pymysql://[redacted]@db/x"),
            ("totp_secret=JBSWY3DP", "totp_secret=[redacted]"),
            ("two_fa=JBSWY3DP", "two_fa=[redacted]"),
        ],
    )
    def test_what_stands_in_a_telling_place_is_masked_though_nobody_knew_it(
        self, redactor: Redactor, text: str, shown: str
    ) -> None:
        assert redactor.redact(text) == shown

    @pytest.mark.parametrize(
        "text",
        [
            "password: must have at least 12 characters",
            "token_id=5 token_count=3 secret_name=x",
            "http://127.0.0.1:8000/x?user=a@b",
            "the password is wrong",
            "12 tokens left",
            "nothing to hide: 1 + 1 = 2",
            "password=None",
            "see me@example.com",
        ],
    )
    def test_sentences_and_references_stay_readable(self, redactor: Redactor, text: str) -> None:
        assert redactor.redact(text) == text

    def test_masking_twice_changes_nothing(self, redactor: Redactor) -> None:
        once = redactor.redact("password=abc http://u:p@h Cookie: a=b; c=d")

        assert redactor.redact(once) == once

    def test_a_long_hostile_text_does_not_take_long(self, redactor: Redactor) -> None:
        for text in (
            "password" * 20_000,
            "://" * 50_000,
            "a" * 200_000 + "://",
            "token='" * 20_000,
        ):
            redactor.redact(text)


class TestRedactData:
    def test_fields_are_masked_by_their_names_at_any_depth(self, redactor: Redactor) -> None:
        data = {
            "account": "otter",
            "credentials": {"password": "x"},
            "steps": [{"ct0": "y", "lease_id": 4}],
            "password_changed_at": "noon",
            "token": None,
        }

        assert redactor.redact_data(data) == {
            "account": "otter",
            "credentials": MASK,
            "steps": [{"ct0": MASK, "lease_id": 4}],
            "password_changed_at": "noon",
            "token": None,
        }

    def test_an_object_without_a_text_is_named_by_its_type(self, redactor: Redactor) -> None:
        class Broken:
            def __str__(self) -> str:
                raise RuntimeError

        assert redactor.redact_data([Broken()]) == ["<Broken>"]

    def test_data_that_holds_itself_ends(self, redactor: Redactor) -> None:
        data: dict[str, object] = {}
        data["again"] = data

        assert MASK in str(redactor.redact_data(data))


class TestIsSecretName:
    def test_names_with_and_without_a_secret(self) -> None:
        assert all(
            is_secret_name(name)
            for name in (
                "password",
                "emailPassword",
                "auth_token",
                "ct0",
                "X-CSRF-Token",
                "api_key",
            )
        )
        assert not any(
            is_secret_name(name)
            for name in ("account", "token_id", "tokens", "secret_count", "key")
        )


class TestEncodeControl:
    def test_no_text_can_begin_a_line_of_its_own(self) -> None:
        forged = "ok\r\n2026 ERROR forged\x1b[31m\u2028\x85\x00"

        assert encode_control(forged) == r"ok\r\n2026 ERROR forged\x1b[31m\u2028\x85\x00"
