"""What a page is shown of an account's operations."""

from __future__ import annotations

import json

from retinue.capabilities.access import service as access
from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.tasks.models import TaskType
from retinue.drivers.browser.protocol import PageState
from retinue.workflows.recovery import endpoints as recovery
from retinue.workflows.validation import endpoints as validation
from tests.factories import serving
from tests.factories.clinic import EMAIL_PASSWORD, PASSWORD, Clinic


def asked(clinic: Clinic, path: str, **body: object) -> dict[str, object]:
    runtime = clinic.runtime
    with runtime.database.writing() as db:
        access.initialise(db, runtime.sealer, is_demo=True, now=clinic.clock.now())
    app = serving.make_app(runtime, [validation.router, recovery.router])
    local = serving.client(app)
    answer = local.post(path, json=body) if body else local.get(path)
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json()
    return found


class TestOperations:
    def test_tells_steps_log_ins_ages_and_evidence(self, clinic: Clinic) -> None:
        account, site = clinic.account(backup_codes=("11112222",))
        site.wants_second_factor = True
        site.backup_codes = {"11112222"}
        clinic.did(account, TaskType.recover_account)
        clinic.pass_time(60)
        site.held = PageState.challenge
        clinic.did(account, TaskType.refresh_cookies)
        found = asked(clinic, f"/api/accounts/{account.id}/operations")
        cookies, codes = found["cookies"], found["backup_codes"]
        assert isinstance(cookies, dict)
        assert cookies["age_seconds"] == 3600
        assert codes == {"is_stored": True, "used": 1}
        assert [one["door"] for one in found["log_ins"]] == [  # type: ignore[attr-defined]
            "password",
            "backup_code",
        ]
        steps = found["steps"]
        assert isinstance(steps, list)
        assert steps[-1]["step"] == "status"
        assert len(found["evidence"]) == 2  # type: ignore[arg-type]
        assert {one["type"] for one in found["tasks"]} == {  # type: ignore[attr-defined]
            "recover_account",
            "refresh_cookies",
        }

    def test_never_a_secret(self, clinic: Clinic) -> None:
        account, site = clinic.account(backup_codes=("11112222",))
        site.wants_second_factor = True
        site.backup_codes = {"11112222"}
        clinic.did(account, TaskType.recover_account)
        clinic.did(account, TaskType.rotate_password)
        known = clinic.opened(account)
        text = json.dumps(asked(clinic, f"/api/accounts/{account.id}/operations"))
        secrets = (PASSWORD, EMAIL_PASSWORD, "11112222", known.password, known.auth_token)
        assert not [one for one in secrets if one and one in text]


class TestBulk:
    def test_recover_rotate_and_refresh_are_put_into_the_queue_once(
        self, clinic: Clinic, monkeypatch: object
    ) -> None:
        from retinue.workflows.connecting import service as connecting

        monkeypatch.setattr(connecting, "is_connected", lambda _db, _rt, _name: True)  # type: ignore[attr-defined]
        account, _ = clinic.account()
        for action in ("recover", "rotate", "refresh_cookies"):
            found = asked(clinic, "/api/accounts/bulk", action=action, ids=[account.id])
            assert found["changed"] == 1
            assert len(found["batch_ids"]) == 1  # type: ignore[arg-type]
            again = asked(clinic, "/api/accounts/bulk", action=action, ids=[account.id])
            assert again["unchanged"] == 1
            assert "already" in again["rows"][0]["reason"]  # type: ignore[index]

    def test_what_is_done_in_a_browser_is_refused_where_no_site_is_known(
        self, clinic: Clinic, monkeypatch: object
    ) -> None:
        from retinue.workflows.connecting import service as connecting

        monkeypatch.setattr(connecting, "is_connected", lambda _db, _rt, _name: True)  # type: ignore[attr-defined]
        account, _ = clinic.account()
        with clinic.runtime.database.writing() as db:
            accounts.hold(db, account.id).network = "x"
        for action in ("recover", "rotate", "refresh_cookies"):
            found = asked(clinic, "/api/accounts/bulk", action=action, ids=[account.id])
            assert found["refused"] == 1
            assert "none is known of x" in found["rows"][0]["reason"]  # type: ignore[index]
        assert asked(clinic, "/api/accounts/bulk", action="validate", ids=[account.id])["changed"]
