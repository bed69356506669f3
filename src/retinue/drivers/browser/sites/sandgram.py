"""The web site of Sandgram."""

from __future__ import annotations

from retinue.drivers.browser.protocol import PageState
from retinue.drivers.browser.sites.profile import (
    CodeForm,
    LogInForm,
    Mark,
    PasswordForm,
    Refusal,
    SiteProfile,
)
from retinue.drivers.errors import FailureClass

SANDGRAM = SiteProfile(
    home="/web/home",
    text="main",
    error="#error",
    session_cookies=("auth_token", "ct0"),
    marks=(
        Mark("#home-page", PageState.signed_in),
        Mark("#password-page", PageState.signed_in),
        Mark("#password-changed-page", PageState.signed_in),
        Mark("#login-page #error", PageState.wrong_password),
        Mark("#login-page", PageState.signed_out),
        Mark("#code-page #error", PageState.wrong_code),
        Mark("#code-page", PageState.second_factor),
        Mark("#verify-page #error", PageState.wrong_code),
        Mark("#verify-page", PageState.email_code),
        Mark("#challenge-page", PageState.challenge),
        Mark("#challenge-passed-page", PageState.challenge_passed),
        Mark("#challenge-over-page", PageState.challenge_over),
        Mark("#locked-page", PageState.locked),
        Mark("#suspended-page", PageState.suspended),
    ),
    refusals=(
        Refusal("#stale-page", FailureClass.transient),
        Refusal("#wait-page", FailureClass.rate_limit),
    ),
    log_in=LogInForm(
        path="/web/login",
        login="#login-form #login",
        password="#login-form #password",  # noqa: S106 - a selector
        submit="#login-submit",
    ),
    wrong_code=("wrong code",),
    codes=(
        CodeForm(code="#code-form #code", submit="#code-submit"),
        CodeForm(code="#verify-form #code", submit="#verify-submit", send_again="#send-new-code"),
    ),
    password=PasswordForm(
        path="/web/password",
        old="#old-password",
        new=("#new-password", "#repeat-password"),
        submit="#password-submit",
        done="#password-changed-page",
        old_refused=("present password is not right",),
    ),
)
