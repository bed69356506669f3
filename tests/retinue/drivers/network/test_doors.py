"""The keeper of the password's door is asked at that door, and nothing is sent without its leave."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field, replace

import pytest

from retinue.drivers.errors import DriverError
from retinue.drivers.network.protocol import Door
from tests.retinue.drivers.network.conftest import Stage


class Closed(Exception):
    pass


@dataclass
class Keeper:
    is_open: bool = True
    told: list[tuple[str, str]] = field(default_factory=list)

    def begin(self, password: str) -> None:
        self.told.append(("begin", password))
        if not self.is_open:
            raise Closed

    def end(self, door: Door, error: DriverError | None) -> None:
        self.told.append((door.value, "passed" if error is None else str(error.code)))


@pytest.mark.needs("passwords")
class TestKeeper:
    def test_it_is_asked_before_and_told_after(self, stage: Stage) -> None:
        keeper = Keeper()
        known = replace(stage.credentials, auth_token=None, ct0=None, doorkeeper=keeper)
        with closing(stage.network.open(known)) as line:
            door = line.log_in().door
        assert keeper.told == [("begin", known.password), (door.value, "passed")]

    def test_a_refusal_is_told_with_its_word(self, stage: Stage) -> None:
        keeper = Keeper()
        known = replace(
            stage.credentials, password="wrong", auth_token=None, ct0=None, doorkeeper=keeper
        )
        with closing(stage.network.open(known)) as line, pytest.raises(DriverError):
            line.log_in()
        assert keeper.told == [("begin", "wrong"), ("password", "wrong_password")]

    def test_without_its_leave_nothing_is_opened(self, stage: Stage) -> None:
        keeper = Keeper(is_open=False)
        known = replace(stage.credentials, auth_token=None, ct0=None, doorkeeper=keeper)
        with closing(stage.network.open(known)) as line:
            with pytest.raises(Closed):
                line.log_in()
            with pytest.raises(DriverError):
                line.own_profile()
        assert keeper.told == [("begin", known.password)]

    def test_at_the_door_of_cookies_it_is_not_asked(self, stage: Stage) -> None:
        keeper = Keeper(is_open=False)
        known = replace(stage.credentials, doorkeeper=keeper)
        with closing(stage.network.open(known)) as line:
            assert line.log_in().door is Door.cookies
        assert keeper.told == []
