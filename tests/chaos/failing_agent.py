"""`retinue agent` whose sessions die at the point that `TEST_DIE_AT` names, as the environment of the tests says."""

from __future__ import annotations

import functools
import os

from retinue.entrypoints import agent
from retinue.entrypoints.cli import main
from tests.chaos.conftest import FAILING_COMMAND
from tests.factories.staging import ENVIRONMENT

if __name__ == "__main__":
    environment = {**ENVIRONMENT, "RETINUE_TEST_DIE_AT": os.environ["TEST_DIE_AT"]}
    vars(agent)["Agent"] = functools.partial(
        agent.Agent, session_command=FAILING_COMMAND, environment=environment
    )
    main()
