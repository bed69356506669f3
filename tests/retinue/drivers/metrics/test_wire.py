"""Every way in which no answer comes, or one that is none."""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from retinue.drivers.errors import CallPhase, FailureClass
from retinue.drivers.metrics.errors import MetricsError, SourceBroken, SourceUnavailable
from retinue.drivers.metrics.wire import BODY_LIMIT, Patience
from tests.factories.metering import tikhub
from tests.factories.vendoring import (
    KEY,
    NOON,
    PERSON,
    PERSONS,
    Pauses,
    Write,
    envelope,
    raw,
    said,
    vendor,
)
from tests.fixtures.steward import free_port

GOOD = said(envelope(PERSONS["v1"]))
BRIEF = Patience(connect=0.3, total=0.3)


async def error_at(url: str, pauses: Pauses, patience: Patience | None = None) -> MetricsError:
    async with tikhub(url, pauses, patience=patience) as source:
        with pytest.raises(MetricsError) as caught:
            await source.read(PERSON)
    return caught.value


async def error_of(
    pauses: Pauses, answer: bytes | Write, patience: Patience | None = None
) -> MetricsError:
    async with vendor(answer) as there:
        return await error_at(there.url, pauses, patience)


class TestNoAnswer:
    def test_nobody_takes_the_connection(self, pauses: Pauses) -> None:
        error = asyncio.run(error_at(f"http://127.0.0.1:{free_port()}", pauses))

        assert isinstance(error, SourceUnavailable)
        assert error.failure is FailureClass.transient
        assert error.phase is CallPhase.not_sent
        assert "nobody takes the connection" in error.message

    def test_the_connection_is_never_taken(self, pauses: Pauses, full: str) -> None:
        error = asyncio.run(error_at(full, pauses, BRIEF))

        assert isinstance(error, SourceUnavailable)
        assert "in time" in error.message

    def test_the_answer_never_comes(self, pauses: Pauses) -> None:
        async def silent(writer: asyncio.StreamWriter) -> None:
            await asyncio.sleep(2)

        error = asyncio.run(error_of(pauses, silent, BRIEF))

        assert isinstance(error, SourceUnavailable)
        assert error.phase is CallPhase.sent
        assert "no answer in time" in error.message

    def test_an_answer_that_trickles_is_given_up(self, pauses: Pauses) -> None:
        async def trickling(writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            for _ in range(100):
                writer.write(b"{")
                await writer.drain()
                await asyncio.sleep(0.05)

        error = asyncio.run(error_of(pauses, trickling, BRIEF))

        assert isinstance(error, SourceUnavailable)
        assert "no answer in time" in error.message

    def test_the_connection_is_closed_instead(self, pauses: Pauses) -> None:
        async def closing(writer: asyncio.StreamWriter) -> None:
            return

        error = asyncio.run(error_of(pauses, closing))

        assert isinstance(error, SourceUnavailable)
        assert error.phase is CallPhase.sent

    @pytest.mark.parametrize("cut", [5, 30, 60, len(GOOD) // 2, len(GOOD) - 1])
    def test_the_answer_breaks_off(self, pauses: Pauses, cut: int) -> None:
        async def breaking(writer: asyncio.StreamWriter) -> None:
            writer.write(GOOD[:cut])
            await writer.drain()

        error = asyncio.run(error_of(pauses, breaking))

        assert isinstance(error, SourceUnavailable | SourceBroken)
        assert error.phase is CallPhase.sent

    def test_what_speaks_no_http(self, pauses: Pauses) -> None:
        async def greeting(writer: asyncio.StreamWriter) -> None:
            writer.write(b"220 mail.example ESMTP\r\n\r\n")
            await writer.drain()

        error = asyncio.run(error_of(pauses, greeting))

        assert isinstance(error, SourceBroken)
        assert "does not speak HTTP" in error.message

    def test_a_header_without_end(self, pauses: Pauses) -> None:
        error = asyncio.run(error_of(pauses, raw(200, b"{}", X_Long="x" * 100_000)))

        assert isinstance(error, SourceBroken)
        assert len(str(error)) < 200


class TestTls:
    def test_a_certificate_that_nobody_vouches_for(
        self, pauses: Pauses, certificate: ssl.SSLContext
    ) -> None:
        async def run() -> MetricsError:
            async with vendor(GOOD, tls=certificate) as there:
                return await error_at(there.url, pauses)

        error = asyncio.run(run())

        assert isinstance(error, SourceUnavailable)
        assert error.phase is CallPhase.not_sent
        assert "certificate" in error.message

    def test_a_server_that_speaks_none(self, pauses: Pauses) -> None:
        async def run() -> MetricsError:
            async with vendor(GOOD) as there:
                return await error_at(there.url.replace("http:", "https:"), pauses, BRIEF)

        error = asyncio.run(run())

        assert isinstance(error, SourceUnavailable)
        assert error.phase is CallPhase.not_sent


class TestWrongAnswer:
    @pytest.mark.parametrize(
        ("body", "content_type", "words"),
        [
            (b"<!doctype html><p>Sorry", "text/html; charset=utf-8", "HTML, not JSON"),
            (b"  <html>", "application/json", "HTML, not JSON"),
            (b"", "application/json", "is empty"),
            (b'{"data": {"id": ', "application/json", "breaks off"),
            (b'{"data": NaN}', "application/json", "no JSON"),
            (b"\xff\xfe{}", "application/json", "no JSON"),
            (b"[" * 200_000, "application/json", "no JSON"),
            (b'{"data": ' + b"9" * 5_000 + b"}", "application/json", "no JSON"),
            (b'"text"', "application/json", "is a text, not an object"),
            (b"null", "application/json", "is null, not an object"),
        ],
        ids=lambda value: value[:12] if isinstance(value, bytes) else None,
    )
    def test_what_is_no_json_or_another_kind(
        self, pauses: Pauses, body: bytes, content_type: str, words: str
    ) -> None:
        error = asyncio.run(error_of(pauses, raw(200, body, Content_Type=content_type)))

        assert isinstance(error, SourceBroken)
        assert words in error.message
        assert error.is_billed

    def test_an_answer_up_to_the_limit_is_read(self, pauses: Pauses) -> None:
        async def run() -> None:
            answer = {**envelope(PERSONS["v1"]), "padding": ""}
            answer["padding"] = "x" * (BODY_LIMIT - len(json.dumps(answer)))
            async with vendor(said(answer)) as there, tikhub(there.url, pauses) as source:
                assert (await source.read(PERSON)).follower_count == 1200

        asyncio.run(run())

    def test_a_larger_one_is_not(self, pauses: Pauses) -> None:
        error = asyncio.run(error_of(pauses, raw(200, b" " * (BODY_LIMIT + 1))))

        assert isinstance(error, SourceBroken)
        assert "larger than 4 MB" in error.message

    def test_one_without_end_is_left_when_it_is_too_large(self, pauses: Pauses) -> None:
        async def endless(writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            while True:
                writer.write(b"10000\r\n" + b" " * 0x10000 + b"\r\n")
                await writer.drain()

        error = asyncio.run(error_of(pauses, endless))

        assert "larger than 4 MB" in error.message

    @pytest.mark.parametrize("encoding", ["gzip", "br", "x"])
    def test_one_that_is_encoded_although_it_was_declined(
        self, pauses: Pauses, encoding: str
    ) -> None:
        answer = raw(200, gzip.compress(b"{}"), Content_Encoding=encoding)

        assert "encoded" in asyncio.run(error_of(pauses, answer)).message

    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    def test_nobody_is_followed_elsewhere(self, pauses: Pauses, status: int) -> None:
        async def run() -> None:
            async with vendor(GOOD) as other:
                answer = raw(status, b"", Location=f"{other.url}/?key={KEY}")
                error = await error_of(pauses, answer)
            assert isinstance(error, SourceBroken)
            assert f"HTTP {status}" in error.message
            assert KEY not in str(error)
            assert other.asked == []

        asyncio.run(run())

    def test_a_cookie_is_not_kept(self, pauses: Pauses) -> None:
        async def run() -> None:
            answer = said(envelope(PERSONS["v1"]), headers={"Set-Cookie": "a=b; Path=/"})
            async with vendor(answer) as there, tikhub(there.url, pauses) as source:
                await source.read(PERSON)
                await source.read(PERSON)
            assert "cookie" not in there.asked[1].headers

        asyncio.run(run())

    def test_a_proxy_of_the_surroundings_is_not_used(
        self, pauses: Pauses, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{free_port()}")

        async def run() -> None:
            async with vendor(GOOD) as there, tikhub(there.url, pauses) as source:
                await source.read(PERSON)

        asyncio.run(run())


@pytest.fixture
def certificate(tmp_path: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key())
        .serial_number(1)
        .not_valid_before(NOON - timedelta(days=365))
        .not_valid_after(NOON + timedelta(days=3650))
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "server.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


@pytest.fixture
def full() -> Iterator[str]:
    """A server whose queue of connections is full, so that one more is left waiting."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        address = listening.getsockname()
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(address)
        threading.Event().wait(0.05)
        yield f"http://127.0.0.1:{address[1]}"
        for one in waiting:
            one.close()
