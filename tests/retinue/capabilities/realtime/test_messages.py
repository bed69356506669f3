from __future__ import annotations

import json
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from retinue.capabilities.realtime import rules
from retinue.capabilities.realtime.errors import MessageNotUnderstood, UnknownType
from retinue.capabilities.realtime.schemas import Ping, Subscribe
from retinue.kit.web_socket_frames import text_frame
from tests.factories.streaming import Station, read


class TestSubscribing:
    def test_only_the_wanted_types_are_heard_until_another_wish(self, station: Station) -> None:
        with station.connect() as client:
            read(client)
            client.send('{"subscribe": ["settings_update"]}')
            answer = read(client)
            assert (answer["type"], answer["data"]) == (
                "subscribed",
                {"types": ["settings_update"]},
            )
            station.publish({"account_id": 1})
            station.publish({"version": 2}, type="settings_update")
            assert read(client)["type"] == "settings_update"
            client.send('{"subscribe": null}')
            assert "account_update" in read(client)["data"]["types"]
            station.publish({"account_id": 1})
            assert read(client)["type"] == "account_update"

    def test_an_unknown_type_is_named_and_changes_nothing(self, station: Station) -> None:
        with station.connect() as client:
            read(client)
            client.send('{"subscribe": ["account_update", "nonsense"]}')
            answer = read(client)
            assert answer["type"] == "error"
            assert answer["data"]["code"] == "unknown_type"
            assert answer["data"]["type"] == "nonsense"
            assert "'nonsense'" in answer["data"]["message"]
            station.publish({"version": 2}, type="settings_update")
            assert read(client)["type"] == "settings_update"

    def test_a_type_beyond_the_scopes_is_refused_by_name(self, station: Station) -> None:
        token, _ = station.token(scopes=["accounts:read"])
        with station.connect(token=token) as client:
            read(client)
            client.send('{"subscribe": ["session_update"]}')
            told = read(client)["data"]
        assert told["code"] == "type_not_allowed"
        assert told["scope"] == "sessions:read"


class TestPing:
    def test_it_is_answered_with_the_number_to_come_back_with(self, station: Station) -> None:
        station.publish_numbers(range(3))
        station.wait_for_number(3)
        with station.connect() as client:
            read(client)
            client.send('{"ping": "here"}')
            answer = read(client)
        assert (answer["type"], answer["seq"], answer["data"]) == ("pong", 3, {"ping": "here"})

    def test_too_many_messages_end_the_line(self, station: Station) -> None:
        with station.connect() as client, pytest.raises(ConnectionClosed) as closed:
            for number in range(60):
                client.send(json.dumps({"ping": number}))
            while True:
                read(client)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1008


class TestUnderstood:
    @pytest.mark.parametrize(
        ("text", "meaning"),
        [
            ('{"subscribe": ["error"]}', Subscribe(frozenset({"error"}))),
            ('{"subscribe": []}', Subscribe(frozenset())),
            ('{"subscribe": null}', Subscribe(None)),
            ('{"ping": 1}', Ping(1)),
            ('{"ping": null}', Ping(None)),
        ],
    )
    def test_what_is_read_here(self, text: str, meaning: Any) -> None:
        assert rules.understood(text) == meaning

    @pytest.mark.parametrize(
        "text",
        [
            None, "", "x", "[]", "{}", "null", '{"ping":1,"subscribe":[]}', '{"subscribe":"error"}',
            '{"subscribe":[1]}', '{"ping":[]}', '{"ping":NaN}', "[" * 50_000, '{"ping":' + "9" * 5000 + "}",
            '{"hello":1}', '{"ping":"' + "x" * 101 + '"}',
        ],
    )  # fmt: skip
    def test_anything_else_is_answered_with_what_is(self, text: str | None) -> None:
        with pytest.raises(MessageNotUnderstood):
            rules.understood(text)

    def test_an_unknown_type_is_shown_shortened(self) -> None:
        with pytest.raises(UnknownType) as refused:
            rules.understood(json.dumps({"subscribe": ["y" * 10_000]}))
        assert len(refused.value.message) < 500


class TestTextFrame:
    @pytest.mark.parametrize("length", [0, 125, 126, 65_535, 65_536])
    def test_a_client_reads_what_was_framed(self, length: int) -> None:
        from websockets.client import ClientProtocol
        from websockets.frames import Frame
        from websockets.protocol import State
        from websockets.uri import parse_uri

        client = ClientProtocol(parse_uri("ws://127.0.0.1/"), state=State.OPEN)
        client.receive_data(text_frame(b"a" * length))
        (event,) = client.events_received()
        assert isinstance(event, Frame)
        assert (event.data, event.fin) == (b"a" * length, True)
