"""What cannot be a plan, a version or an account, in a hundred ways."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.retinue.capabilities.plans.conftest import BASE

LONG = "x" * 10_000
BAD_BODIES: dict[str, tuple[Any, str]] = {
    "no object": ([], "body"),
    "a text": ("hello", "body"),
    "an unknown field": ({"sett": {}}, "sett"),
    "set that is a list": ({"set": []}, "set"),
    "set that is a number": ({"set": 5}, "set"),
    "add that is a text": ({"add": "blogger"}, "add"),
    "add of a single text": ({"add": {"blogger": "a"}}, "blogger"),
    "add of null": ({"add": {"blogger": None}}, "blogger"),
    "add of lists": ({"add": {"blogger": [["a"]]}}, "blogger"),
    "remove of mappings": ({"remove": {"blogger": [{"a": 1}]}}, "blogger"),
    "a version that is a text": ({"if_version": "one"}, "if_version"),
    "a negative version": ({"if_version": -1}, "if_version"),
    "dry_run that is a list": ({"dry_run": []}, "dry_run"),
    "an empty key": ({"set": {"": 1}}, "set"),
    "a key of 10,000 characters": ({"set": {LONG: 1}}, "set"),
    "an unknown key": ({"set": {"likes_percentage": 5}}, "likes_percentage"),
    "a key with a newline": ({"set": {"a\nb": 5}}, "a?b"),
    "a key with NUL": ({"set": {"a\0b": 5}}, "a?b"),
    "a key with three parts": ({"set": {"filters.a.b": 5}}, "filters.a.b"),
    "a key that is only dots": ({"set": {"..": 5}}, "set"),
    "a path for a key": ({"set": {"../../etc": 5}}, "set"),
    "a percentage of 101": ({"set": {"likes-percentage": 101}}, "likes-percentage"),
    "a percentage of -1": ({"set": {"likes-percentage": -1}}, "likes-percentage"),
    "a percentage that is true": ({"set": {"likes-percentage": True}}, "likes-percentage"),
    "a percentage that is a word": ({"set": {"likes-percentage": "half"}}, "likes-percentage"),
    "a percentage that is a list": ({"set": {"likes-percentage": [5]}}, "likes-percentage"),
    "a percentage that is a mapping": ({"set": {"likes-percentage": {"a": 1}}}, "text"),
    "a range backwards": ({"set": {"interactions-count": "9-5"}}, "interactions-count"),
    "a number with an exponent": ({"set": {"interactions-count": 1e300}}, "interactions-count"),
    "a huge number": ({"set": {"interactions-count": 10**30}}, "interactions-count"),
    "a number of 10,000 digits": ({"set": {"interactions-count": "9" * 10_000}}, "interactions-count"),
    "a flag that is a number": ({"set": {"shuffle-jobs": 1}}, "shuffle-jobs"),
    "a flag that is a word": ({"set": {"shuffle-jobs": "perhaps"}}, "shuffle-jobs"),
    "hours that are a word": ({"set": {"working-hours": ["always"]}}, "working-hours"),
    "hours of another day": ({"set": {"working-hours": ["25.00-26.00"]}}, "working-hours"),
    "hours that are a number": ({"set": {"working-hours": 9}}, "working-hours"),
    "a zone that is none": ({"set": {"timezone": "Mars/Olympus"}}, "timezone"),
    "a zone with a path": ({"set": {"timezone": "../../../etc/passwd"}}, "timezone"),
    "a zone with NUL": ({"set": {"timezone": "UTC\0"}}, "timezone"),
    "an interval below zero": ({"set": {"like-interval": -5}}, "like-interval"),
    "a limit that is a range": ({"set": {"daily-like-limit": "5-9"}}, "daily-like-limit"),
    "a limit of another action": ({"set": {"daily-sneeze-limit": 5}}, "daily-sneeze-limit"),
    "a handle with ..": ({"add": {"blogger": [".."]}}, "blogger"),
    "a handle with NUL": ({"add": {"blogger": ["a\0"]}}, "blogger"),
    "a handle of 10,000 characters": ({"add": {"blogger": [LONG]}}, "blogger"),
    "a handle with a slash": ({"add": {"blogger": ["a/b"]}}, "blogger"),
    "a handle with a space": ({"add": {"blogger": ["a b"]}}, "blogger"),
    "a handle with a newline": ({"add": {"blogger": ["a\nfeed: 9"]}}, "blogger"),
    "an empty handle": ({"add": {"blogger": [""]}}, "blogger"),
    "a file with a path": ({"add": {"interact-from-file": ["../x.txt"]}}, "interact-from-file"),
    "an absolute file": ({"add": {"interact-from-file": ["/etc/passwd"]}}, "interact-from-file"),
    "a file of dots": ({"add": {"interact-from-file": [".. 5"]}}, "interact-from-file"),
    "a file with a backslash": ({"add": {"interact-from-file": ["..\\x"]}}, "interact-from-file"),
    "a file with NUL": ({"add": {"interact-from-file": ["a\0.txt"]}}, "interact-from-file"),
    "a file with a backwards count": ({"add": {"interact-from-file": ["a.txt 9-5"]}}, "interact-from-file"),
    "an item that is not there": ({"remove": {"blogger": ["nobody"]}}, "blogger"),
    "an item of a key that is not there": ({"remove": {"blogger-followers": ["a"]}}, "blogger-followers"),
    "a key that is not there": ({"set": {"repeat": None}}, "repeat"),
    "a key in set and in add": ({"set": {"blogger": ["x"]}, "add": {"blogger": ["y"]}}, "blogger"),
    "a key in set and in remove": ({"set": {"blogger": ["x"]}, "remove": {"blogger": ["a"]}}, "blogger"),
    "an item added to a number": ({"add": {"likes-percentage": [5]}}, "likes-percentage"),
    "filters that are a list": ({"set": {"filters": ["a"]}}, "filters"),
    "filters that are a text": ({"set": {"filters": "none"}}, "filters"),
    "an unknown filter": ({"set": {"filters.min_folowers": 5}}, "filters.min_folowers"),
    "an unknown filter in a mapping": ({"set": {"filters": {"min_folowers": 5}}}, "filters"),
    "a filter that is a word": ({"set": {"filters.min_followers": "many"}}, "filters.min_followers"),
    "bounds nobody passes": ({"set": {"filters": {"min_followers": 9, "max_followers": 5}}}, "filters"),
    "a bomb for a value": ({"set": {"username": {"a": {"b": {"c": 1}}}}}, "username"),
    "a choice without its end": ({"set": {"comments": ["{a|b"]}}, "comments"),
    "a comment of 10,000 characters": ({"set": {"comments": [LONG]}}, "comments"),
    "30,000 items": ({"add": {"blogger": [f"u{n}" for n in range(30_000)]}}, "blogger"),
    "over a megabyte": ({"add": {"comments": ["x" * 2_000] * 1 + [f"{n}" + "y" * 2_000 for n in range(600)]}}, "text"),
}  # fmt: skip
BAD_VERSIONS: dict[str, Any] = {
    "nothing": {},
    "null": {"version": None},
    "zero": {"version": 0},
    "below zero": {"version": -1},
    "a word": {"version": "first"},
    "a list": {"version": [1]},
    "a fraction": {"version": 1.5},
    "beyond every number": {"version": 10**30},
    "an unknown field": {"version": 1, "force": True},
}
BAD_NAMES = {
    "dots": "%2e%2e",
    "dots and a slash": "..%2f..%2fetc",
    "NUL": "luna%00",
    "10,000 characters": LONG,
    "a newline": "lu%0ana",
    "a space": "%20",
    "broken UTF-8": "%ff%fe",
    "a wildcard": "%25",
    "a quote": "luna'--",
    "right to left": "%E2%80%AEanul",
    "somebody else": "nobody",
}
BAD_RAW = {
    "no JSON": b"set: {a: 1}",
    "half of a JSON": b'{"set": {"feed": ',
    "broken UTF-8": b'{"set": {"feed": "\xff"}}',
    "NaN": b'{"set": {"like-interval": NaN}}',
    "infinity": b'{"set": {"like-interval": Infinity}}',
    "a number of 5,000 digits": b'{"set": {"feed": ' + b"9" * 5_000 + b"}}",
    "brackets": b"[" * 100_000,
    "half a character": b'{"add": {"blogger": ["\\ud800"]}}',
    "half a character for a key": b'{"set": {"\\ud800": 1}}',
}


class TestBadInputs:
    """Every one is a 4xx that names the place, and leaves nothing behind."""

    @pytest.fixture(autouse=True)
    def nothing_stays(self, api: TestClient, first_plan: None) -> Any:
        before = api.get(BASE).json()
        yield
        assert api.get(BASE).json() == before
        assert len(api.get(f"{BASE}/versions").json()["versions"]) == 1

    def test_there_are_a_hundred(self) -> None:
        assert len(BAD_BODIES) + len(BAD_VERSIONS) + len(BAD_NAMES) + len(BAD_RAW) >= 100

    @pytest.mark.parametrize("case", BAD_BODIES)
    def test_a_bad_change_is_refused_by_name(self, api: TestClient, case: str) -> None:
        body, place = BAD_BODIES[case]
        answer = api.put(BASE, json=body)

        assert answer.status_code == 422, answer.text
        problem = answer.json()
        assert problem["status"] == "error"
        assert any(place in map(str, error["loc"]) for error in problem["errors"]), problem
        assert problem["message"]

    @pytest.mark.parametrize("case", BAD_VERSIONS)
    def test_a_bad_version_is_refused_by_name(self, api: TestClient, case: str) -> None:
        answer = api.post(f"{BASE}/restore", json=BAD_VERSIONS[case])

        assert answer.status_code == 422, answer.text
        assert answer.json()["errors"][0]["loc"][-1] in {"version", "force"}

    @pytest.mark.parametrize("case", BAD_NAMES)
    @pytest.mark.parametrize("ending", ["", "/versions"])
    def test_a_bad_name_is_no_account(self, api: TestClient, case: str, ending: str) -> None:
        answer = api.get(f"/account_config/{BAD_NAMES[case]}{ending}")

        assert answer.status_code in {404, 422}, answer.text
        assert answer.json()["status"] == "error"

    @pytest.mark.parametrize("case", BAD_RAW)
    def test_bad_json_is_refused(self, api: TestClient, case: str) -> None:
        answer = api.put(BASE, content=BAD_RAW[case], headers={"content-type": "application/json"})

        assert answer.status_code in {400, 413, 422}, answer.text
        assert answer.json()["status"] == "error"
