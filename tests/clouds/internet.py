"""A CONNECT proxy with a certificate authority of its own, behind which every host is scripted."""

from __future__ import annotations

import contextlib
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from .odd_server import Asked, OddServer

HOSTS = [
    "api.github.com",
    "artifactregistry.googleapis.com",
    "cloudresourcemanager.googleapis.com",
    "compute.googleapis.com",
    "storage.googleapis.com",
    "oauth2.googleapis.com",
    "eu.gcr.io",
    "auth.example",
]


class Authority:
    """Signs one certificate for all hosts of these tests, valid for an hour."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "ca.pem"
        ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        ca = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test authority")])
        names = x509.SubjectAlternativeName([x509.DNSName(host) for host in HOSTS])
        authority = _certificate(ca, ca, ca_key, ca_key, x509.BasicConstraints(ca=True, path_length=None))
        leaf = _certificate(ca, x509.Name([]), ca_key, key, names)
        self.file.write_bytes(_pem(authority))
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        (folder / "leaf.pem").write_bytes(_pem(leaf) + private)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(folder / "leaf.pem")


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _certificate(
    issuer: x509.Name,
    subject: x509.Name,
    issuer_key: ec.EllipticCurvePrivateKey,
    key: ec.EllipticCurvePrivateKey,
    extension: x509.ExtensionType,
) -> x509.Certificate:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .issuer_name(issuer)
        .subject_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(extension, critical=True)
        .sign(issuer_key, hashes.SHA256())
    )


class Tunnelled(Asked):
    """`site` is the host that the client believes to speak to."""

    site = ""

    def do_CONNECT(self) -> None:  # noqa: N802
        self.site = self.path.removesuffix(":443")
        self.server.odd.connected.append(self.path)
        self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
        context: ssl.SSLContext = self.server.odd.authority.context
        try:
            self.connection = context.wrap_socket(self.connection, server_side=True)
        except OSError:
            self.close_connection = True
            return
        self.rfile: Any = self.connection.makefile("rb")
        self.wfile: Any = self.connection.makefile("wb", buffering=0)
        self.close_connection = False

    def finish(self) -> None:
        with contextlib.suppress(OSError):
            super().finish()
        self.connection.close()


class Internet(OddServer):
    def __init__(self, authority: Authority) -> None:
        self.authority = authority
        self.connected: list[str] = []
        """`host:port` of every tunnel."""
        super().__init__(handler=Tunnelled)
