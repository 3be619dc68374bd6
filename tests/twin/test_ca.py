"""The twin's certificates."""

from __future__ import annotations

import ssl

import pytest

from pytest_cloudlab.twin.ca import CertificateAuthority


def _answers(authority: CertificateAuthority, trusted: bytes, host: str) -> bool:
    """Whether a client that trusts `trusted` accepts what the server answers for `host`."""
    client_context = ssl.create_default_context(cadata=trusted.decode())
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = client_context.wrap_bio(to_client, to_server, server_hostname=host)
    server = authority.server_context().wrap_bio(to_server, to_client, server_side=True)
    for _ in range(4):
        for side in (client, server):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
            except ssl.SSLCertVerificationError:
                return False
    return client.getpeercert() is not None


def test_every_host_has_a_certificate_of_its_own() -> None:
    authority = CertificateAuthority.new("test")
    assert _answers(authority, authority.pem, "eu.gcr.io")
    assert _answers(authority, authority.pem, "compute.googleapis.com")


def test_one_twins_certificates_are_not_anothers() -> None:
    """Also where both have the same name."""
    one, other = CertificateAuthority.new("test"), CertificateAuthority.new("test")
    assert not _answers(one, other.pem, "eu.gcr.io")


def test_one_that_is_taken_up_again_is_the_same_to_its_clients() -> None:
    """VMs have put its certificate into their trust store."""
    first = CertificateAuthority.new("test")
    again = CertificateAuthority(first.pem, first.key_pem)
    assert _answers(again, first.pem, "eu.gcr.io")


def test_a_key_of_another_is_refused() -> None:
    one, other = CertificateAuthority.new("test"), CertificateAuthority.new("test")
    with pytest.raises(ValueError, match="not that of the certificate"):
        CertificateAuthority(one.pem, other.key_pem)
