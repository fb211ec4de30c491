"""What a site declares about signing in: one YAML file, checked before anything starts.

``sign-in.yaml`` in the home, or the file that the setting ``sign_in`` names. Without it: passwords,
second factors for whoever wants one. ``docs/how-to/let-people-sign-in.md`` shows one.
"""

from __future__ import annotations

import ipaddress
import ssl
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from liantu import site
from liantu.declarations import Declared, read_declared
from liantu.errors import UsageError

FILE_NAME = "sign-in.yaml"
_HOUR, _MINUTE = 3600, 60

HELD = 900
"""How long sign-in is held back. [s]"""
TRIES, TRIES_ON_NAME = 5, 50
"""Wrong passwords from an address, and on a name from anywhere, before it is.

A name takes many more than an address: else anybody could keep its owner out.
"""
RATES = {
    "login_failed": f"{TRIES}/{HELD}s/ip,{TRIES_ON_NAME}/{HELD}s/key",
    "login": "60/m/ip",
    "change_password": "10/m/user",
    "reauthenticate": "10/m/user",
}


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _protected(url: str) -> str:
    """Passwords and tokens leave the machine encrypted or not at all."""
    parts = urlsplit(url)
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise ValueError("an address such as https://id.example.gov.cn is needed")
    if parts.scheme == "http" and not _is_loopback(parts.hostname):
        raise ValueError("http is for this machine alone; use https")
    return url


Url = Annotated[str, AfterValidator(_protected)]
RoleScope = Annotated[str, Field(pattern=r"^(city|(district|park|chain|firm):.+)$")]


class Granted(Declared):
    """Whoever is in ``group`` holds ``role`` within ``scope``."""

    group: str = Field(min_length=1)
    role: str = Field(min_length=1)
    scope: RoleScope = "city"


class _Outside(Declared):
    grants: tuple[Granted, ...] = Field(min_length=1)
    """What groups hold. Whoever is in none of them does not get in."""
    brings_second_factor: bool = False
    """It asks for a second factor itself: ours is then not demanded."""


class Provider(_Outside):
    """An OpenID Connect provider."""

    id: str = Field(pattern=r"^[a-z][a-z0-9-]{0,30}$")
    name: str = Field(min_length=1)
    server: Url
    """Where ``/.well-known/openid-configuration`` lies."""
    client_id: str = Field(min_length=1)
    secret: str = ""
    secret_file: Path | None = None
    client_auth: Literal["client_secret_basic", "client_secret_post"] | None = None
    """How we prove who we are to it; what it says that it takes, by default."""
    claim: str = "groups"
    """Claim that lists groups: a list of texts, or one text."""
    scopes: tuple[str, ...] = ("openid", "profile")
    pages: tuple[Url, ...] = ()
    """Other origins that its sign-in pages come from, where not ``server``."""

    @model_validator(mode="after")
    def _one_secret(self) -> Self:
        if bool(self.secret) == bool(self.secret_file):
            raise ValueError("give one of secret and secret_file")
        return self


class Directory(_Outside):
    """An LDAP directory."""

    name: str = "目录账号"
    url: str = Field(pattern=r"^ldaps?://[^/]+$")
    start_tls: bool = False
    ca_file: Path | None = None
    """Certificates to trust; those of the system by default."""
    base: str = Field(min_length=1)
    """Under which people are."""
    bind: str = "uid={name},{base}"
    """What to bind as; ``{name}@city.gov.cn`` for Active Directory."""
    name_attribute: str = "uid"
    object_class: str = "inetOrgPerson"
    group_base: str = ""
    """Under which groups are; the person's own ``memberOf`` where empty."""
    group_member: Literal["member", "uniqueMember", "memberUid"] = "member"
    timeout: int = Field(5, ge=1, le=60)
    """[s]"""

    @model_validator(mode="after")
    def _encrypted(self) -> Self:
        parts = urlsplit(self.url)
        if parts.scheme == "ldap" and not self.start_tls and not _is_loopback(parts.hostname or ""):
            raise ValueError("url: passwords would travel open; use ldaps:// or start_tls: true")
        if parts.scheme == "ldaps" and self.start_tls:
            raise ValueError("start_tls: ldaps:// is encrypted from the first byte")
        return self


class SignIn(Declared):
    """Everything a site says about signing in."""

    second_factor: tuple[str, ...] = ()
    """Roles that need one."""
    idle_minutes: int = Field(60, ge=1, le=24 * 60)
    """A session ends when nothing was asked for so long. [min]"""
    longest_hours: int = Field(12, ge=1, le=24 * 7)
    """A session ends so long after sign-in, whatever was asked. [h]"""
    providers: tuple[Provider, ...] = ()
    directory: Directory | None = None

    @model_validator(mode="after")
    def _known_once(self) -> Self:
        ids = [provider.id for provider in self.providers]
        if len(set(ids)) < len(ids):
            raise ValueError("providers: two have the same id")
        return self

    @property
    def idle(self) -> int:
        """[s]"""
        return self.idle_minutes * _MINUTE

    @property
    def longest(self) -> int:
        """[s]"""
        return self.longest_hours * _HOUR


def read(home: Path) -> SignIn:
    """The site's declaration, else the defaults.

    Raises:
        UsageError: the file that the environment names is not there.
        InvalidDeclaration: the file is wrong.
    """
    named = site.text("sign_in")
    path = Path(named) if named else home / FILE_NAME
    if path.is_file():
        return read_declared(SignIn, path)
    if named:
        raise UsageError(
            f"设置 sign_in 所指的文件 {path} 不存在。请改正路径，或取消该设置。",
            f"The file {path} of the setting sign_in is not there. Mend the path or unset it.",
        )
    return SignIn()


def secret_of(provider: Provider) -> str:
    """The client's secret.

    Raises:
        UsageError: its file cannot be read.
    """
    if provider.secret_file is None:
        return provider.secret
    try:
        return provider.secret_file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise UsageError(
            f"读不到 {provider.id} 的密钥文件 {provider.secret_file}：{error.strerror}。"
            "请检查路径与权限。",
            f"The secret of {provider.id} cannot be read from {provider.secret_file}:"
            f" {error.strerror}. Check path and permissions.",
        ) from error


def provider_settings(declared: SignIn) -> dict[str, Any]:
    """``SOCIALACCOUNT_PROVIDERS`` of django-allauth."""
    apps = [
        {
            "provider_id": provider.id,
            "name": provider.name,
            "client_id": provider.client_id,
            "secret": secret_of(provider),
            "settings": {
                "server_url": provider.server,
                "oauth_pkce_enabled": True,
                "token_auth_method": provider.client_auth,
            },
        }
        for provider in declared.providers
    ]
    scopes = sorted({scope for provider in declared.providers for scope in provider.scopes})
    return {"openid_connect": {"APPS": apps, "OAUTH_PKCE_ENABLED": True, "SCOPE": scopes}}


def trust_arguments(directory: Directory) -> dict[str, Any]:
    """Certificates are checked, always."""
    file = str(directory.ca_file) if directory.ca_file else None
    return {"validate": ssl.CERT_REQUIRED, "ca_certs_file": file}


def connect_arguments(directory: Directory) -> dict[str, Any]:
    """No referral leads to another host; ``ldaps://`` trusts as ``start_tls`` does."""
    arguments: dict[str, Any] = {"allowed_referral_hosts": []}
    if directory.url.startswith("ldaps:"):
        import ldap3  # of use to few sites: not at every start

        tls = ldap3.Tls(version=ssl.PROTOCOL_TLS_CLIENT, **trust_arguments(directory))
        arguments["tls"] = tls
    return arguments


def directory_settings(directory: Directory | None) -> dict[str, Any]:
    """Settings of django-python3-ldap."""
    if directory is None:
        return {}
    return {
        "LDAP_AUTH_URL": [directory.url],
        "LDAP_AUTH_USE_TLS": directory.start_tls,
        "LDAP_AUTH_TLS_VERSION": ssl.PROTOCOL_TLS_CLIENT,
        "LDAP_AUTH_TLS_CIPHERS": None,
        "LDAP_AUTH_TLS_ARGS": trust_arguments(directory),
        "LDAP_AUTH_CONNECT_USE_SSL": directory.url.startswith("ldaps:"),
        "LDAP_AUTH_CONNECT_ARGS": connect_arguments(directory),
        "LDAP_AUTH_SEARCH_BASE": directory.base,
        "LDAP_AUTH_OBJECT_CLASS": directory.object_class,
        "LDAP_AUTH_USER_FIELDS": {"username": directory.name_attribute},
        "LDAP_AUTH_USER_LOOKUP_FIELDS": ("username",),
        "LDAP_AUTH_CLEAN_USER_DATA": "liantu.web.sign_in.directory.refuse_ours",
        "LDAP_AUTH_FORMAT_USERNAME": "liantu.web.sign_in.directory.bind_name",
        "LDAP_AUTH_FORMAT_SEARCH_FILTERS": "liantu.web.sign_in.directory.search_filters",
        "LDAP_AUTH_SYNC_USER_RELATIONS": "liantu.web.sign_in.directory.settle",
        "LDAP_AUTH_CONNECT_TIMEOUT": directory.timeout,
        "LDAP_AUTH_RECEIVE_TIMEOUT": directory.timeout,
        # Tried once a sign-in: the library's default tries a server that is down for ever.
        "LDAP_AUTH_POOL_ACTIVE": 1,
    }
