"""Certificates for servers on loopback, made when they are needed, by an authority of our own."""

import ipaddress
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

DAY = timedelta(days=1)

_IDENTIFIER = x509.SubjectKeyIdentifier.from_public_key
_AUTHORITY = x509.AuthorityKeyIdentifier.from_issuer_public_key


class Certificate:
    """Signed by `authority`, or by itself; valid from yesterday until `days` from now."""

    def __init__(
        self, name: str, *, authority: "Certificate | None" = None, days: float = 1
    ) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        signer = authority or self
        now = datetime.now(UTC)
        self.signed = (
            x509.CertificateBuilder()
            .issuer_name(signer.subject)
            .subject_name(self.subject)
            .public_key(self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - DAY)
            .not_valid_after(now + days * DAY)
            .add_extension(x509.SubjectAlternativeName([_general(name)]), critical=False)
            .add_extension(x509.BasicConstraints(authority is None, None), critical=True)
            .add_extension(_usage(signs=authority is None), critical=True)
            .add_extension(_IDENTIFIER(self.key.public_key()), critical=False)
            .add_extension(_AUTHORITY(signer.key.public_key()), critical=False)
            .sign(signer.key, hashes.SHA256())
        )

    @property
    def pem(self) -> bytes:
        """Without its key."""
        return self.signed.public_bytes(Encoding.PEM)

    def context(self, folder: Path) -> ssl.SSLContext:
        """For a server; OpenSSL reads certificate and key from a file only."""
        file = folder / "certificate.pem"
        key = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        file.write_bytes(self.pem + key)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True, key_cert_sign=signs, crl_sign=signs, content_commitment=False,
        key_encipherment=False, data_encipherment=False, key_agreement=False, encipher_only=False,
        decipher_only=False,
    )  # fmt: skip


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


@contextmanager
def trusting(authority: Certificate) -> Iterator[None]:
    """As if the system knew the authority; aiohttp reads the system's when it is imported."""
    trust = ssl.create_default_context(cadata=authority.pem.decode())
    with patch("aiohttp.connector._SSL_CONTEXT_VERIFIED", trust):
        yield
