"""Signing in by LDAP: a real OpenLDAP server (slapd) in a process of its own, over TLS."""

from __future__ import annotations

import datetime
import ipaddress
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ldap3
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client
from pydantic import ValidationError

from liantu.records import access, audit
from liantu.web.accounts import keeping
from liantu.web.sign_in import declared
from liantu.web.sign_in.declared import Directory, SignIn

pytestmark = pytest.mark.django_db(transaction=True)

SLAPD = shutil.which("slapd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/libexec")
TOP = "dc=yunxi,dc=cn"
PEOPLE, GROUPS = f"ou=people,{TOP}", f"ou=groups,{TOP}"
ADMIN, ADMIN_PASSWORD = f"cn=admin,{TOP}", "admin-of-the-tests"
CONFIG = """\
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload memberof
TLSCertificateFile {folder}/server.crt
TLSCertificateKeyFile {folder}/server.key
database mdb
suffix "{top}"
rootdn "{admin}"
rootpw {password}
directory {folder}/data
access to attrs=userPassword by anonymous auth by self write
access to * by users read by anonymous auth
overlay memberof
"""


@dataclass
class Server:
    """A directory that runs; people and groups are changed as its administrator does."""

    plain: str
    tls: str
    folder: Path

    def admin(self) -> ldap3.Connection:
        return ldap3.Connection(self.plain, ADMIN, ADMIN_PASSWORD, auto_bind=True)

    def person(self, name: str, password: str) -> str:
        dn = f"uid={name},{PEOPLE}"
        with self.admin() as connection:
            connection.delete(dn)
            assert connection.add(
                dn, ["inetOrgPerson"],
                {"uid": name, "cn": name, "sn": name, "userPassword": password,
                 "mail": "somebody@yunxi.cn"},
            ), connection.result  # fmt: skip
        return dn

    def group(self, name: str, *members: str) -> None:
        with self.admin() as connection:
            connection.delete(f"cn={name},{GROUPS}")
            if members:
                assert connection.add(
                    f"cn={name},{GROUPS}", ["groupOfNames"], {"cn": name, "member": members}
                ), connection.result


def _port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _certificate(folder: Path) -> None:
    """A certificate of localhost, signed by itself."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    (folder / "server.crt").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "server.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
    )  # fmt: skip


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    if SLAPD is None:
        reason = "no slapd found: apt-get install slapd"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("ldap")
    (folder / "data").mkdir()
    _certificate(folder)
    config = folder / "slapd.conf"
    config.write_text(CONFIG.format(folder=folder, top=TOP, admin=ADMIN, password=ADMIN_PASSWORD))
    plain, tls = f"ldap://localhost:{_port()}", f"ldaps://localhost:{_port()}"
    process = subprocess.Popen(
        [SLAPD, "-h", f"{plain} {tls}", "-f", str(config), "-d", "0"],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    found = Server(plain, tls, folder)
    try:
        _fill(found, process)
        yield found
    finally:
        process.terminate()
        process.wait(timeout=20)


def _fill(found: Server, process: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        assert process.poll() is None, process.stderr.read()  # type: ignore[union-attr]
        try:
            connection = found.admin()
            break
        except ldap3.core.exceptions.LDAPSocketOpenError:
            time.sleep(0.1)
    with connection:
        connection.add(TOP, ["domain"], {"dc": "yunxi"})
        for dn in (PEOPLE, GROUPS):
            assert connection.add(dn, ["organizationalUnit"]), connection.result


def declare(settings: Any, server: Server, **more: Any) -> None:
    """Let the site sign in by the directory."""
    said = {
        "name": "市目录", "url": server.tls, "ca_file": server.folder / "server.crt",
        "base": PEOPLE, "group_base": GROUPS,
        "grants": [
            {"group": "planners", "role": "planner"},
            {"group": f"cn=jinxi,{GROUPS}", "role": "district", "scope": "district:510001"},
        ],
        **more,
    }  # fmt: skip
    settings.SIGN_IN = SignIn(directory=Directory.model_validate(said))
    for name, value in declared.directory_settings(settings.SIGN_IN.directory).items():
        setattr(settings, name, value)
    settings.AUTHENTICATION_BACKENDS = [
        "allauth.account.auth_backends.AuthenticationBackend",
        "liantu.web.sign_in.directory.DirectoryBackend",
    ]


@pytest.fixture(autouse=True)
def site(server: Server, settings: Any) -> None:
    cache.clear()
    declare(settings, server)


def enter(name: str, password: str) -> Client:
    client = Client()
    client.post("/sign-in/", {"login": name, "password": password})
    return client


def is_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def held(name: str) -> list[str]:
    account = User.objects.get(username=name)
    return sorted(
        f"{r.role} {r.scope_kind}{r.scope_key}" for r in access.grants(account)
        if r.revoked_at is None
    )  # fmt: skip


def acts() -> list[str]:
    return [entry.action for entry in audit.all_entries()]


def test_a_group_lets_in_with_its_role(server: Server) -> None:
    server.group("planners", server.person("zhang", "zhang-secret"))
    assert "也可用市目录登录" in Client().get("/sign-in/").content.decode()
    client = enter("zhang", "zhang-secret")
    page = client.get("/account/").content.decode()
    assert "规划处" in page
    assert "由市目录登录" in page
    assert held("zhang") == ["planner city"]
    account = User.objects.get()
    assert (account.email, account.has_usable_password()) == ("", False)
    assert acts() == ["granted", "account_created", "signed_in"]
    assert client.get("/accounts/").status_code == 403
    assert not is_in(enter("zhang", "wrong"))
    assert not is_in(enter("zhang", ""))


def test_without_a_declared_group_nobody_gets_in(server: Server) -> None:
    server.group("others", server.person("li", "li-secret-1"))
    assert not is_in(enter("li", "li-secret-1"))
    assert not User.objects.exists()
    assert acts() == ["refused", "sign_in_failed"]


def test_groups_that_changed_change_the_roles(server: Server) -> None:
    dn = server.person("wang", "wang-secret")
    server.group("planners", dn)
    enter("wang", "wang-secret")
    access.grant(User.objects.get(username="wang"), "reader", access.CITY)
    server.group("planners")
    server.group("jinxi", dn)
    enter("wang", "wang-secret")
    assert held("wang") == ["district district510001", "reader city"]
    server.group("jinxi")
    assert not is_in(enter("wang", "wang-secret"))
    assert held("wang") == ["reader city"]


def test_groups_of_the_person_itself_count_where_none_are_searched(
    server: Server, settings: Any
) -> None:
    declare(settings, server, group_base="")
    dn = server.person("wu", "wu-secret-1")
    server.group("jinxi", dn)
    assert is_in(enter("wu", "wu-secret-1"))
    assert held("wu") == ["district district510001"]


def test_an_account_of_ours_is_not_taken_over(server: Server) -> None:
    keeping.make_account("chief", "administrator", access.CITY)
    server.group("planners", server.person("chief", "chief-secret"))
    for name in ("chief", "CHIEF"):
        assert not is_in(enter(name, "chief-secret"))
    assert held("chief") == ["administrator city"]
    assert User.objects.count() == 1


def test_a_closed_account_stays_out(server: Server) -> None:
    server.group("planners", server.person("zhao", "zhao-secret"))
    client = enter("zhao", "zhao-secret")
    assert is_in(client)
    keeping.close(User.objects.get(username="zhao"))
    assert not is_in(client)
    assert not is_in(enter("zhao", "zhao-secret"))


@pytest.mark.parametrize(
    "name",
    ["*", "zh*", "zhang)(uid=*", "zhang,ou=people", ADMIN, "zhang\\2a", "\x00", "zhang)(|(uid=*))"],
)
def test_names_that_mean_something_to_a_directory_mean_nothing(server: Server, name: str) -> None:
    server.group("planners", server.person("zhang", "zhang-secret"))
    for password in ("zhang-secret", ADMIN_PASSWORD):
        assert not is_in(enter(name, password))
        cache.clear()
    assert not User.objects.exists()


def test_a_chinese_name_signs_in(server: Server) -> None:
    server.group("planners", server.person("张三", "zhang-secret"))
    assert is_in(enter("张三", "zhang-secret"))
    assert held("张三") == ["planner city"]


def test_wrong_passwords_are_counted_as_ours_are(server: Server) -> None:
    server.group("planners", server.person("sun", "sun-secret-1"))
    for _ in range(declared.TRIES):
        enter("sun", "wrong")
    assert not is_in(enter("sun", "sun-secret-1"))


def test_a_certificate_that_is_not_trusted_stops_it(server: Server, settings: Any) -> None:
    server.group("planners", server.person("zhou", "zhou-secret"))
    declare(settings, server, ca_file=None)
    assert not is_in(enter("zhou", "zhou-secret"))
    declare(settings, server, url=server.tls.replace("localhost", "127.0.0.2"))
    assert not is_in(enter("zhou", "zhou-secret"))
    declare(settings, server, url=server.plain, start_tls=True)
    assert is_in(enter("zhou", "zhou-secret"))


def test_a_directory_that_is_down_leaves_our_accounts_working(
    server: Server, settings: Any
) -> None:
    declare(settings, server, url=f"ldaps://localhost:{_port()}", timeout=1)
    _, password = keeping.make_account("keeper", "administrator", access.CITY)
    assert enter("keeper", password).get("/account/password/").status_code == 200
    assert not is_in(enter("zhang", "zhang-secret"))


def test_passwords_do_not_travel_open() -> None:
    for said in (
        {"url": "ldap://ldap.example.gov.cn"},
        {"url": "ldaps://ldap.example.gov.cn", "start_tls": True},
        {"url": "http://ldap.example.gov.cn"},
    ):
        with pytest.raises(ValidationError):
            Directory.model_validate(
                {"base": PEOPLE, "grants": [{"group": "a", "role": "planner"}], **said}
            )
