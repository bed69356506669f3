from __future__ import annotations

import socket
from pathlib import Path

from retinue.entrypoints import sandgram_child
from tests.factories import plain_http


class TestStarted:
    def test_it_tells_where_its_pages_and_its_mails_are(self, tmp_path: Path) -> None:
        with sandgram_child.started(tmp_path / "sandgram") as child:
            running = child.ready()
            page = plain_http.ask("GET", f"{running.url}/web/login")
            assert 'id="login-page"' in page.text
            assert running.mail is not None
            host, _, port = running.mail.rpartition(":")
            with socket.create_connection((host, int(port)), timeout=5) as line:
                assert line.recv(100).startswith(b"* OK")

    def test_the_mail_server_keeps_its_port_over_a_restart(self, tmp_path: Path) -> None:
        found = []
        for _ in range(2):
            with sandgram_child.started(tmp_path / "sandgram") as child:
                found.append(child.ready().mail)
        assert found[0] == found[1]
