from __future__ import annotations

import pytest

from retinue.drivers.errors import CallPhase, DriverError, FailureClass
from retinue.drivers.network.fake import FakeNetwork
from retinue.drivers.network.protocol import Credentials
from retinue.foundation.clock import ManualClock


class TestFailNext:
    @pytest.mark.parametrize("has_effect", [True, False])
    def test_a_call_ends_as_told_with_or_without_its_effect(
        self, clock: ManualClock, has_effect: bool
    ) -> None:
        network = FakeNetwork(clock=clock)
        line = network.open(Credentials(login="test_account", password="opens-7-doors"))
        line.log_in()
        lost = DriverError(FailureClass.transient, phase=CallPhase.sent, message="lost")
        network.fail_next("follow", lost, has_effect=has_effect)
        with pytest.raises(DriverError, match="lost"):
            line.follow("1000")
        assert bool(network.effects) is has_effect
