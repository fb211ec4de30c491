"""Signing in by an OpenID Connect provider: its groups decide who gets in, and as what."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest

from liantu.errors import Message
from liantu.records import audit
from liantu.web.errors import error_page
from liantu.web.models import AccountState
from liantu.web.sign_in.declared import Provider
from liantu.web.sign_in.roles import settle, wanted

if TYPE_CHECKING:
    from allauth.socialaccount.models import SocialLogin

_NO_ROLE = Message(
    "您已通过统一身份认证，但所在的组没有本系统的角色。请向系统管理员申请。",
    "You are known to the identity service, but none of your groups holds a role here. Ask an"
    " administrator.",
)
FAILED = Message(
    "统一身份认证没有完成。请返回登录页重试；若仍不成，请告知系统管理员。",
    "The identity service did not complete the sign-in. Go back and try again; if it persists,"
    " tell an administrator.",
)


class Providers(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Accounts are made at the first sign-in of whoever has a declared group, and only then."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Read the groups; turn away whoever has none that counts.

        Raises:
            ImmediateHttpResponse: turned away; roles held so far by groups are taken back.
        """
        provider = declared_provider(sociallogin.account.provider)
        roles = wanted(provider.grants, groups_of(sociallogin.account.extra_data, provider.claim))
        request.roles_from_outside = (source_of(provider), roles)  # type: ignore[attr-defined]
        # Read, and not kept: what the service says of a person is the service's.
        sociallogin.account.extra_data = {}
        if sociallogin.is_existing:
            sociallogin.account.save(update_fields=["extra_data"])
            settle(sociallogin.user, source_of(provider), roles)
        if not roles:
            audit.note(
                audit.Act.REFUSED, by=source_of(provider), kind="sign-in",
                details={"why": "no group"},
            )  # fmt: skip
            raise ImmediateHttpResponse(error_page(request, _NO_ROLE, 403))

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Whoever came so far has a role."""
        return True

    def is_auto_signup_allowed(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Nothing is asked."""
        return True

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: Any) -> User:
        """The name alone: no e-mail address, which we neither need nor keep."""
        user: User = sociallogin.user
        user.username = User.normalize_username(str(data.get("username") or ""))[:150]
        sociallogin.email_addresses = []
        return user

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:
        """Make the account, with its roles; of its own name even where a local one has that."""
        source, roles = request.roles_from_outside  # type: ignore[attr-defined]
        user: User = super().save_user(request, sociallogin, form)
        AccountState.objects.create(user=user, source=source)
        audit.note(audit.Act.ACCOUNT_CREATED, by=source, kind="account", key=user.username)
        settle(user, source, roles)
        return user

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None,
        extra_context: Any = None,
    ) -> None:  # fmt: skip
        """Tell it in our words, and the log.

        Raises:
            ImmediateHttpResponse: always.
        """
        app = getattr(provider, "app", None)
        name = app.provider_id if app else str(provider)
        logging.getLogger(__name__).warning("sign-in by %s failed: %s", name, exception or error)
        audit.note(
            audit.Act.SIGN_IN_FAILED, by=f"oidc:{name}", kind="sign-in",
            details={"why": type(exception).__name__ if exception else str(error or "")},
        )  # fmt: skip
        raise ImmediateHttpResponse(error_page(request, FAILED, 403))


def source_of(provider: Provider) -> str:
    """By whom its grants are given."""
    return f"oidc:{provider.id}"


def declared_provider(provider_id: str) -> Provider:
    """The site's declaration of a provider."""
    return next(one for one in settings.SIGN_IN.providers if one.id == provider_id)


def groups_of(data: dict[str, Any], claim: str) -> list[str]:
    """Groups that the signed token names, else the provider's answer about the person."""
    for part in ("id_token", "userinfo"):
        found = (data.get(part) or {}).get(claim)
        if isinstance(found, str):
            return [found]
        if isinstance(found, list):
            return [str(one) for one in found]
    return []


def origins() -> list[str]:
    """Where a sign-in form may lead: our pages' policy lets it go nowhere else."""
    from urllib.parse import urlsplit

    found = {
        "{0.scheme}://{0.netloc}".format(urlsplit(url))
        for provider in settings.SIGN_IN.providers
        for url in (provider.server, *provider.pages)
    }
    return sorted(found)
