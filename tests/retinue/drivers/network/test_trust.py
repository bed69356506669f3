from __future__ import annotations

import ssl

import pytest

from retinue.drivers.network.trust import trust_for


@pytest.mark.parametrize(
    "addresses",
    [["https://one.test"], ["HTTPS://one.test"], ["http://one.test", "https://two.test"]],
)
def test_where_tls_is_spoken_the_usual_authorities_are_trusted(addresses: list[str]) -> None:
    trust = trust_for(*addresses)
    assert trust.get_ca_certs()
    assert trust.verify_mode is ssl.CERT_REQUIRED
    assert trust.check_hostname


@pytest.mark.parametrize("addresses", [[], [""], ["http://one.test", "socks5://two.test"]])
def test_elsewhere_nobody_is(addresses: list[str]) -> None:
    trust = trust_for(*addresses)
    assert trust.get_ca_certs() == []
    assert trust.verify_mode is ssl.CERT_REQUIRED
    assert trust.check_hostname
