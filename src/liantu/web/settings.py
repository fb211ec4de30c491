"""Django settings: safe by default; what a site changes is declared in ``catalog/settings.yaml``.

``docs/reference/settings.md`` lists it all. Behind a proxy everybody comes from its address. With
``https`` on the proxy must therefore set ``X-Forwarded-Proto`` and end ``X-Forwarded-For`` with the
address that it was called from, whatever the caller sent; sign-in counts wrong passwords by that
last address.
"""

from __future__ import annotations

from pathlib import Path

from django.templatetags.static import static

from liantu import site
from liantu.web import environment
from liantu.web.operations import logs
from liantu.web.sign_in import declared as sign_in

HOME = environment.home(Path(__file__).parents[3])
site.live_in(HOME)

AUDIT_FOLDER = site.text("audit_folder") or None
SIGN_IN = sign_in.read(HOME)

DEBUG = site.switch("debug")
SECRET_KEY = environment.secret_key(HOME)
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", *site.listed("allowed_hosts")]

INSTALLED_APPS = [
    # Before the admin, whose templates and site it takes the place of.
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "liantu.records",
    "liantu.systems.targets",
    "liantu.systems.indicators",
    "liantu.systems.dispatch",
    "liantu.systems.reporting",
    "django_tasks",
    "django_tasks_db",
    "liantu.web.jobs",
    "liantu.web",
]
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
MIDDLEWARE = [
    "liantu.web.operations.requests.Watched",
    "django.middleware.security.SecurityMiddleware",
    "liantu.web.middleware.ContentSecurity",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "liantu.web.middleware.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "liantu.web.api.bearer.BearerTokens",
    "liantu.web.acting.Acting",
    "liantu.web.noting.Noting",
    "liantu.web.sign_in.limits.SessionLimits",
    "liantu.web.acting.SignedIn",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "liantu.web.middleware.PlainErrors",
]
ROOT_URLCONF = "liantu.web.urls"
WSGI_APPLICATION = "liantu.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # Before those of the apps: some of unfold's are ours.
        "DIRS": [Path(__file__).parent / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "liantu.web.context.shell",
            ],
            "builtins": [
                "liantu.web.templatetags.shell",
                "liantu.web.templatetags.figures",
                "liantu.web.templatetags.tables",
            ],
            "string_if_invalid": "",
        },
    }
]

# Files are written to the disk of the home while they come, within the doors' limit.
FILE_UPLOAD_HANDLERS = ["liantu.web.pages.imports.receiving.BoundedUpload"]
# Matching the headers of a wide file asks two fields a header; a table has at most 500.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "liantu.web.sign_in.passwords.LongEnough",
     "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]  # fmt: skip
UNFOLD = {
    "SITE_TITLE": "链图 · 管理",
    "SITE_HEADER": "链图 · 管理",
    "SITE_URL": "/",
    "SITE_ICON": lambda request: static("liantu/icon.svg"),
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml",
         "href": lambda request: static("liantu/icon.svg")},
    ],
    "THEME": "light",
    "SIDEBAR": {"navigation": "liantu.web.menu.navigation"},
}  # fmt: skip

AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    *(["liantu.web.sign_in.directory.DirectoryBackend"] if SIGN_IN.directory else []),
]
ACCOUNT_ADAPTER = "liantu.web.sign_in.adapter.Accounts"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = sign_in.RATES
MFA_ADAPTER = "liantu.web.sign_in.adapter.Factors"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
# A phone's clock is not the server's: one step of 30 s to either side.
MFA_TOTP_TOLERANCE = 1
SOCIALACCOUNT_ADAPTER = "liantu.web.sign_in.provider.Providers"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 10
SOCIALACCOUNT_PROVIDERS = sign_in.provider_settings(SIGN_IN)
globals().update(sign_in.directory_settings(SIGN_IN.directory))
# Counts of wrong passwords are shared by all processes, and cannot be flushed out by making many.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "web_short_lived",
        "OPTIONS": {"MAX_ENTRIES": 1_000_000},
    }
}

DATABASES = {"default": environment.database(HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "liantu_language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
USE_I18N = True
USE_TZ = True
TIME_ZONE = site.text("time_zone")

# Without a host nothing is ever sent: whoever would send it asks for the host first.
EMAIL_HOST = site.text("smtp_host")
EMAIL_PORT = int(site.text("smtp_port"))
EMAIL_HOST_USER = site.text("smtp_user")
EMAIL_HOST_PASSWORD = site.text("smtp_password")
EMAIL_USE_TLS = site.switch("smtp_tls")
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = site.text("smtp_from")

STATIC_URL = "static/"
# Served from the package itself: no collectstatic step that a clerk could forget.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/liantu/build/assets/"

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = SIGN_IN.longest
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "overview"
LOGOUT_REDIRECT_URL = "sign-in"
CSRF_FAILURE_VIEW = "liantu.web.errors.csrf_failure"
LANGUAGE_COOKIE_SECURE = False
if site.switch("https"):
    CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_SECURE = True
    LANGUAGE_COOKIE_SECURE = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    # A month: long enough to matter, short enough to take back.
    SECURE_HSTS_SECONDS = 30 * 24 * 3600
    CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in site.listed("allowed_hosts")]

LOGGING = logs.configuration()
