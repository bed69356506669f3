"""
What the world refuses.

Refusal
    a definite no: nothing has happened. Surfaces translate it into their own shape.
"""


class Refusal(Exception):
    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


def not_logged_in() -> Refusal:
    return Refusal(401, "session_expired", "Your session has expired. Please log in again.")


def wrong_password() -> Refusal:
    return Refusal(401, "wrong_password", "The login or the password is not right.")


def wrong_code() -> Refusal:
    return Refusal(401, "wrong_code", "The code is not right or has run out")


def user_not_found() -> Refusal:
    return Refusal(404, "user_not_found", "User not found")


def user_suspended() -> Refusal:
    return Refusal(404, "user_suspended", "This user has been suspended")


def page_missing() -> Refusal:
    return Refusal(404, "page_unavailable", "Sorry, this page isn't available")


def private() -> Refusal:
    return Refusal(403, "private_account", "This account is private")


def already_done(what: str) -> Refusal:
    return Refusal(409, "already_done", f"You have already done this: {what}")


def invalid(field: str, message: str) -> Refusal:
    return Refusal(422, "invalid_input", f"{field}: {message}")


ACCOUNT_STATES: dict[str, Refusal] = {
    "suspended": Refusal(
        403, "account_suspended", "Your account has been suspended for breaking our rules"
    ),
    "locked": Refusal(
        403, "account_locked", "Your account has been locked. Verify that it is yours to go on"
    ),
    "challenge": Refusal(
        403, "challenge_required", "Challenge required: confirm on the web site that it was you"
    ),
}
