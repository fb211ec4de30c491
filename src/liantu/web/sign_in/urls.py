"""Addresses of signing in. The names are those that django-allauth leads to."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.socialaccount import views as outside
from allauth.socialaccount.providers.openid_connect import views as openid
from django.urls import path

from liantu.web.accounts import own
from liantu.web.sign_in import pages

urlpatterns = [
    path("sign-in/", pages.SignInPage.as_view(), name="account_login"),
    path("sign-in/", pages.SignInPage.as_view(), name="sign-in"),
    path("sign-in/code/", factor.authenticate, name="mfa_authenticate"),
    path("sign-in/closed/", account.account_inactive, name="account_inactive"),
    path("sign-in/by/cancelled/", outside.login_cancelled, name="socialaccount_login_cancelled"),
    path("sign-in/by/<slug:provider_id>/", pages.by_provider, name="openid_connect_login"),
    path("sign-in/by/<slug:provider_id>/back/", openid.callback, name="openid_connect_callback"),
    path("sign-out/", pages.SignOut.as_view(), name="account_logout"),
    path("sign-out/", pages.SignOut.as_view(), name="sign-out"),
    path("account/", own.own, name="account"),
    path("account/", own.own, name="mfa_index"),
    path("account/sessions/end/", own.sign_out_elsewhere, name="sessions-end"),
    path("account/password/", account.password_change, name="account_change_password"),
    path("account/password/elsewhere/", pages.password_elsewhere, name="account_set_password"),
    path("account/confirm/", account.reauthenticate, name="account_reauthenticate"),
    path("account/confirm/code/", factor.reauthenticate, name="mfa_reauthenticate"),
    path("account/factor/", totp.activate_totp, name="mfa_activate_totp"),
    path("account/factor/off/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("account/codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("account/codes/new/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("account/codes/file/", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
]
