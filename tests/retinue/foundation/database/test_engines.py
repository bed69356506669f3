from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import make_url

from retinue.foundation.database import engines


class Told(Exception):
    """What the driver would have been told."""


def told(address: str) -> dict[str, Any]:
    engine = engines.open_writer(make_url(f"mariadb+pymysql://{address}"))

    @event.listens_for(engine, "do_connect")
    def stop(*given: Any) -> None:
        raise Told(given[-1])

    with pytest.raises(Told) as caught:
        engine.connect()
    options: dict[str, Any] = caught.value.args[0]
    return options


class TestTls:
    @pytest.mark.parametrize(
        "address", ["me:secret@127.0.0.1/db", "me@localhost:3307/db", "me@[::1]/db", "/db"]
    )
    def test_a_server_on_this_machine_is_reached_without_it(self, address: str) -> None:
        assert told(address)["ssl_disabled"] is True

    def test_one_elsewhere_is_asked_for_it(self) -> None:
        assert told("me:secret@db.example/db")["ssl_disabled"] is False

    def test_an_option_in_the_url_has_the_say(self) -> None:
        options = told("me@127.0.0.1/db?ssl_ca=authority.pem")
        assert (options["ssl_disabled"], options["ssl"]) == (False, {"ca": "authority.pem"})
