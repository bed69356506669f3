"""The verbs of access, one module per family; callers use them from here."""

from retinue.capabilities.access.rules import scopes_of
from retinue.capabilities.access.service.callers import (
    COOKIE,
    Authenticator,
    authenticator,
    write_down_use,
)
from retinue.capabilities.access.service.demo import end_demo, is_demo
from retinue.capabilities.access.service.facts import made_at, recall, remember
from retinue.capabilities.access.service.installation import (
    check_bind,
    check_setup_code,
    initialise,
    new_setup_code,
    note_key,
    set_up,
    setup_url,
)
from retinue.capabilities.access.service.logins import (
    begin_login,
    check_attempt,
    check_password,
    finish_login,
    forget_attempt,
    log_out,
    sweep,
)
from retinue.capabilities.access.service.operators import (
    add_operator,
    assignee,
    check_totp,
    list_operators,
    new_totp_secret,
    operator,
    operator_named,
    set_disabled,
    set_password,
    set_role,
    set_second_factor,
    update_operator,
    update_second_factor,
)
from retinue.capabilities.access.service.passwords import (
    check_strength,
    is_password,
    prepare_password,
)
from retinue.capabilities.access.service.tokens import (
    issue_token,
    list_tokens,
    revoke_token,
    token,
)

__all__ = [
    "COOKIE",
    "Authenticator",
    "add_operator",
    "assignee",
    "authenticator",
    "begin_login",
    "check_attempt",
    "check_bind",
    "check_password",
    "check_setup_code",
    "check_strength",
    "check_totp",
    "end_demo",
    "finish_login",
    "forget_attempt",
    "initialise",
    "is_demo",
    "is_password",
    "issue_token",
    "list_operators",
    "list_tokens",
    "log_out",
    "made_at",
    "new_setup_code",
    "new_totp_secret",
    "note_key",
    "operator",
    "operator_named",
    "prepare_password",
    "recall",
    "remember",
    "revoke_token",
    "scopes_of",
    "set_disabled",
    "set_password",
    "set_role",
    "set_second_factor",
    "set_up",
    "setup_url",
    "sweep",
    "token",
    "update_operator",
    "update_second_factor",
    "write_down_use",
]
