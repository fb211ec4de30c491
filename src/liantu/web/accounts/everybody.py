"""``/accounts/``: everybody's accounts, for whoever keeps them."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from liantu.errors import LiantuError, NotFound, UsageError
from liantu.records import access
from liantu.web.accounts import keeping, said
from liantu.web.accounts.own import source_name

_PAGE = 50


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Every account with its roles."""
    access.require("accounts")
    search = request.GET.get("q", "").strip()[:150]
    found = User.objects.select_related("state").order_by("username")
    if search:
        found = found.filter(username__icontains=search)
    page = Paginator(found, _PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "q": search, "rows": _rows(list(page.object_list))}
    return render(request, "liantu/accounts/list.html", context)


def _rows(users: list[User]) -> list[dict[str, Any]]:
    with_factor = set(
        Authenticator.objects.filter(user__in=users, type=Authenticator.Type.TOTP).values_list(
            "user_id", flat=True
        )
    )
    return [
        {
            "user": user,
            "held": [said.held(grant) for grant in _in_force(user)],
            "source": source_name(user.state.source) if hasattr(user, "state") else "",
            "waits": hasattr(user, "state") and user.state.must_change,
            "factor": user.pk in with_factor,
        }
        for user in users
    ]


def _in_force(user: User) -> list[access.Grant]:
    return [
        access.Grant(row.role, access.Scope(row.scope_kind, row.scope_key))
        for row in access.grants(user)
        if row.revoked_at is None
    ]


@never_cache
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Make an account; its password is on the page that answers, and nowhere else."""
    access.require("accounts")
    name = request.POST.get("name", "").strip()
    message = None
    if request.method == "POST":
        try:
            role, scope = _asked(request)
            user, password = keeping.make_account(name, role, scope)
        except LiantuError as error:
            message = error.message
        else:
            return _shown(request, user, password)
    context = {"message": message, "name": name, **_choices(request)}
    return render(request, "liantu/accounts/new.html", context, status=400 if message else 200)


def _choices(request: HttpRequest) -> dict[str, Any]:
    return {
        "roles": said.role_choices(),
        "scopes": said.scope_choices(),
        "role": request.POST.get("role", ""),
        "scope": request.POST.get("scope", ""),
        "firm": request.POST.get("firm", ""),
    }


def _asked(request: HttpRequest) -> tuple[str, access.Scope]:
    """Role and scope of a form; a firm's code goes before what was picked."""
    firm = request.POST.get("firm", "").strip()
    scope = access.scope_of(f"firm:{firm}" if firm else request.POST.get("scope", ""))
    return request.POST.get("role", ""), scope


def _shown(request: HttpRequest, user: User, password: str) -> HttpResponse:
    return render(request, "liantu/accounts/password.html", {"user_": user, "secret": password})


@require_safe
def one(request: HttpRequest, name: str) -> HttpResponse:
    """One account: roles held and once held, sessions, and what can be done."""
    return _page(request, _find(name))


def _page(request: HttpRequest, user: User, error: LiantuError | None = None) -> HttpResponse:
    rows = access.grants(user)
    context = {
        "user_": user,
        "source": source_name(keeping.source_of(user)),
        "own": access.current().user_id == user.pk,
        "held": [(said.held(_grant(row)), row) for row in rows if row.revoked_at is None],
        "past": [(said.held(_grant(row)), row) for row in rows if row.revoked_at],
        "factor": Authenticator.objects.filter(user=user).exists(),
        "sessions": UserSession.objects.filter(user=user).count(),
        "message": error.message if error else None,
        **_choices(request),
    }
    return render(request, "liantu/accounts/one.html", context, status=400 if error else 200)


def _grant(row: Any) -> access.Grant:
    return access.Grant(row.role, access.Scope(row.scope_kind, row.scope_key))


@never_cache
@require_POST
def change(request: HttpRequest, name: str, act: str) -> HttpResponse:
    """Do one thing to an account; errors stand on its page."""
    user = _find(name)
    try:
        password = _ACTS[act](request, user)
    except (UsageError, NotFound) as error:
        return _page(request, user, error)
    if password:
        return _shown(request, user, password)
    return HttpResponseRedirect(reverse("accounts-one", args=(name,)))


def _granted(request: HttpRequest, user: User) -> None:
    role, scope = _asked(request)
    access.grant(user, role, scope)


def _revoked(request: HttpRequest, user: User) -> None:
    if access.current().user_id == user.pk and request.POST.get("role") == "administrator":
        raise UsageError(
            "不能收回自己的系统管理员角色。请由另一位管理员收回。",
            "Nobody takes the administrator's role from themselves. Ask another administrator.",
        )
    role, scope = _asked(request)
    access.revoke(user, role, scope)


def _sessions_ended(request: HttpRequest, user: User) -> None:
    keeping.sign_out(user)


_ACTS: dict[str, Any] = {
    "grant": _granted,
    "revoke": _revoked,
    "reset": lambda request, user: keeping.reset(user),
    "close": lambda request, user: keeping.close(user),
    "open": lambda request, user: keeping.open_again(user),
    "factor": lambda request, user: keeping.reset_factor(user) and None,
    "sessions": _sessions_ended,
}


def _find(name: str) -> User:
    access.require("accounts")
    found = User.objects.filter(username=User.normalize_username(name)).first()
    if found is None:
        raise NotFound(
            f"没有账号“{name[:40]}”。请从账号列表进入。",
            f"There is no account {name[:40]!r}. Choose one from the list.",
        )
    return found
