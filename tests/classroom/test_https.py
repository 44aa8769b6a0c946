"""A class over https: its own certificate, one that is brought along, and a class that is truly open."""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

from bordercourse.classroom.certificate import own_certificate, taken_certificate
from bordercourse.classroom.premises import Premises
from bordercourse.classroom.sheet import class_sheet
from bordercourse.classroom.whereabouts import settle_place
from bordercourse.errors import InputError

from .conftest import Room, open_room
from .seated import Seated


@pytest.fixture
def place(tmp_path: Path) -> Premises:
    here = Premises("class", tmp_path / "root")
    here.make()
    here.store({"people": {}})
    return here


def brought(folder: Path, *hosts: str, days: int = 10, passphrase: bytes = b"") -> tuple[Path, Path]:
    """A certificate with its key, as an authority would give it for these hosts."""
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)
    names = [x509.IPAddress(ip_address(h)) if h[0].isdigit() else x509.DNSName(h) for h in hosts]
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "class")]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "authority")]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=20))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(ec.generate_private_key(ec.SECP256R1()), hashes.SHA256())
    )
    folder.mkdir(exist_ok=True)
    (folder / "cert.pem").write_bytes(made.public_bytes(Encoding.PEM))
    lock = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    (folder / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock))
    return folder / "cert.pem", folder / "key.pem"


def test_a_certificate_of_the_class_stays_while_its_address_stays(place: Premises) -> None:
    made = own_certificate(place, "10.0.0.7")
    assert made.key.stat().st_mode & 0o777 == 0o600
    assert own_certificate(place, "10.0.0.7") == made
    held = x509.load_pem_x509_certificate(made.certificate.read_bytes())
    assert held.not_valid_before_utc < datetime.now(UTC) - timedelta(days=1), "a clock that is late"
    assert not held.extensions.get_extension_for_class(x509.BasicConstraints).value.ca, "it signs nobody else"
    assert own_certificate(place, "10.0.0.8").fingerprint != made.fingerprint
    made.key.write_text("damaged", encoding="utf-8")
    assert own_certificate(place, "10.0.0.8").fingerprint != made.fingerprint


def test_a_certificate_that_was_brought_along_says_what_people_type(place: Premises, tmp_path: Path) -> None:
    for hosts, typed in (
        (["10.0.0.7", "class.example.org"], "10.0.0.7"),
        (["*.example.org", "class.example.org"], "class.example.org"),
    ):
        taken = taken_certificate(place, *brought(tmp_path / "given", *hosts), "10.0.0.7")
        assert taken.host == typed
        assert taken.key.parent == place.records


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        ("another key", "not the key of this certificate"),
        ("passphrase", "not the key of this certificate, or it has a passphrase"),
        ("late", "it is valid from"),
        ("other", "names neither 10.0.0.7"),
        ("text", "no certificate in the form PEM"),
        ("missing", "cannot be written or read"),
    ],
)
def test_a_certificate_that_cannot_serve_is_refused_and_nothing_is_kept(
    place: Premises, tmp_path: Path, damage: str, problem: str
) -> None:
    cert, key = brought(
        tmp_path / "given",
        "*.example.org" if damage == "other" else "10.0.0.7",
        days=-1 if damage == "late" else 10,
        passphrase=b"secret" if damage == "passphrase" else b"",
    )
    if damage == "another key":
        key = brought(tmp_path / "another", "10.0.0.7")[1]
    if damage == "text":
        cert.write_text("hello", encoding="utf-8")
    if damage == "missing":
        cert.unlink()
    with pytest.raises(InputError, match=problem):
        taken_certificate(place, cert, key, "10.0.0.7")
    assert not (place.records / "room-key.pem").exists()


def test_where_a_class_is_found_is_kept_until_it_is_said_otherwise(place: Premises, tmp_path: Path) -> None:
    """Also the ports inside: servers that run go on to know their hub."""
    record = place.stored()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert settle_place(place, record, port, "127.0.0.1") == f"http://127.0.0.1:{port}"
    inside = dict(record["ports"])
    locked = f"https://127.0.0.1:{port}"
    assert settle_place(place, record, None, None, https=True) == locked
    fingerprint = record["https"]["fingerprint"]
    assert settle_place(place, record, None, None) == locked
    assert record["https"]["fingerprint"] == fingerprint
    assert record["ports"] == inside
    given = brought(tmp_path / "given", "class.example.org")
    assert settle_place(place, record, None, None, certificate=given) == f"https://class.example.org:{port}"
    assert settle_place(place, record, None, None) == f"https://class.example.org:{port}"
    assert not record["https"]["own"]
    assert settle_place(place, record, None, None, https=False) == f"http://127.0.0.1:{port}"
    assert not record["https"]


def test_the_sheet_tells_of_the_warning_only_where_there_is_one() -> None:
    fingerprint = ":".join(f"{n:02X}" for n in range(32))
    told = class_sheet("Bangkok", "https://10.0.0.7:8000", {}, {}, fingerprint=fingerprint)
    assert "The first time, your browser warns" in told
    assert "00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F<br>10 11" in told
    assert "browser warns" not in class_sheet("Bangkok", "https://class.example.org:8000", {}, {})


@pytest.fixture(scope="module")
def room(class_python: Path) -> Iterator[Room]:
    with open_room(class_python, "a", "--https", scheme="https") as running:
        yield running


def test_a_person_works_over_an_encrypted_line(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = room.records / "room-certificate.pem"
    code = json.loads((room.records / "slips.json").read_text(encoding="utf-8"))[room.ids[0]]
    person = Seated(room.address, room.ids[0])
    with pytest.raises(requests.exceptions.SSLError):
        person.come_in(code)  # whoever was not told of this certificate trusts it no more than another
    person.session.verify = str(certificate)
    monkeypatch.setenv("WEBSOCKET_CLIENT_CA_BUNDLE", str(certificate))
    assert person.come_in(code)
    person.look("bordercourse/home")
    assert all(
        cookie.secure for cookie in person.session.cookies if "token" in cookie.name or "hub" in cookie.name
    )
    kernel = person.open_lesson("lessons/00-welcome.ipynb")
    assert kernel.run("print(6 * 7)") == "42\n"
    kernel.close()
    content = person.notebook("lessons/00-welcome.ipynb")
    assert person.save("lessons/00-welcome.ipynb", content) == 200


def test_an_open_line_is_shown_the_encrypted_address_and_nothing_else(room: Room) -> None:
    plain = room.address.replace("https", "http")
    shown = requests.get(f"{plain}/hub/login?next=%2Fhub", allow_redirects=False, timeout=60)
    assert (shown.status_code, shown.content) == (307, b"")
    assert shown.headers["Location"] == f"{room.address}/hub/login?next=%2Fhub"
    assert requests.post(f"{plain}/hub/login", data={"password": "x"}, timeout=60).status_code == 405
    for words in (b"\x16\x03\x01 no handshake", b"\x00", b""):
        with socket.create_connection(("127.0.0.1", room.port), timeout=60) as line:
            line.sendall(words)
            line.shutdown(socket.SHUT_WR)
            assert b"hub" not in line.recv(4096)
    held = str(room.records / "room-certificate.pem")
    assert requests.get(f"{room.address}/hub/login", verify=held, timeout=60).status_code == 200


def test_the_sheet_and_status_hold_what_the_browser_shows(room: Room) -> None:
    held = ssl.get_server_certificate(("127.0.0.1", room.port))
    shown = x509.load_pem_x509_certificate(held.encode()).fingerprint(hashes.SHA256()).hex(" ").upper()
    room.command("sheet", "--to", str(room.root / "sheet.html"))
    page = (room.root / "sheet.html").read_text(encoding="utf-8")
    assert shown[:47] in page
    assert shown[48:] in page
    assert room.address in room.status()
    assert "another than before" not in room.open()
