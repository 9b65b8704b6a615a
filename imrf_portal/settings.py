"""Settings of the portal, read from the environment.

``PORTAL_ENV`` is ``embedded`` (the default: SQLite, a broker and files on disk, plain HTTP on this computer) or
``production`` (behind TLS; refuses to start without ``SECRET_KEY``). Every other difference between the two is one of
the variables named in ``.env.example``; the code is the same.
"""

import secrets
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
if env_file := env("PORTAL_ENV_FILE", default=str(BASE_DIR / ".env")):
    environ.Env.read_env(env_file)

PORTAL_ENV = env("PORTAL_ENV", default="embedded")
if PORTAL_ENV not in {"embedded", "production"}:
    raise ImproperlyConfigured("PORTAL_ENV is either “embedded” or “production”.")
PRODUCTION = PORTAL_ENV == "production"
EMBEDDED = not PRODUCTION
DEBUG = False

DATA_DIR = Path(env("DATA_DIR", default=str(BASE_DIR / "var")))
for folder in ("files", "broker", "mail"):
    (DATA_DIR / folder).mkdir(parents=True, exist_ok=True)


def embedded_secret_key():
    """One key per data folder, made on the first start, so that a restart keeps people signed in."""
    path = DATA_DIR / "secret_key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(64), encoding="ascii")
    return path.read_text(encoding="ascii")


SECRET_KEY = env("SECRET_KEY", default="")
if not SECRET_KEY:
    if PRODUCTION:
        raise ImproperlyConfigured("Set SECRET_KEY: a production portal does not start without one.")
    SECRET_KEY = embedded_secret_key()

PORTAL_URL = env("PORTAL_URL", default=f"http://localhost:{env('PORT', default='8000')}").rstrip("/")
"""The address people type; the only host that letters and links carry."""
OWN_HOSTS = [urlsplit(PORTAL_URL).hostname]
if EMBEDDED:
    OWN_HOSTS += ["localhost", "127.0.0.1", "[::1]", env("HOST", default="localhost")]
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=OWN_HOSTS)
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
PROXY_COUNT = env.int("PROXY_COUNT", default=0)
"""How many trusted proxies stand in front; the client address is the one that the outermost of them saw."""
ALLAUTH_TRUSTED_PROXY_COUNT = PROXY_COUNT

INSTALLED_APPS = [
    "imrf_portal",
    "accreditation",
    "sessions_app",
    "registration",
    "imrf_portal.admin_site.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_filters",
    "django_htmx",
    "django_countries",
    "csp",
]

MIDDLEWARE = [
    "imrf_portal.middleware.RequestMoment",
    "imrf_portal.middleware.WithoutNul",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "imrf_portal.middleware.CompressedPages",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "imrf_portal.middleware.PrivatePages",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "imrf_portal.second_factor.SecondFactorMiddleware",
    "imrf_portal.look_middleware.SeenAsAnother",
    "django_htmx.middleware.HtmxMiddleware",
    "imrf_portal.error_views.RefusalPages",
]

ROOT_URLCONF = "imrf_portal.urls"
WSGI_APPLICATION = "imrf_portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "imrf_portal.context.portal",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "imrf_portal.templatetags.words",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS.append("django.forms")
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'portal.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
else:
    DATABASES["default"] |= {"CONN_MAX_AGE": env.int("CONN_MAX_AGE", default=60), "CONN_HEALTH_CHECKS": True}
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 3)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHE_URL = env("CACHE_URL", default="")
if CACHE_URL:
    CACHES = {
        "default": {
            "BACKEND": "imrf_portal.caches.ForgivingRedisCache",
            "LOCATION": CACHE_URL,
            "OPTIONS": {"socket_timeout": 0.5, "socket_connect_timeout": 0.5},
        }
    }
else:
    CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": DATA_DIR / "cache"}
    }
SESSION_ENGINE = "imrf_portal.sessions"

AUTH_USER_MODEL = "imrf_portal.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTHENTICATION_BACKENDS = ["imrf_portal.account_adapter.AccountBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "after_sign_in"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "imrf_portal.account_adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_FORMS = {
    "login": "imrf_portal.account_forms.PasswordSignInForm",
    "add_email": "imrf_portal.account_forms.NewAddressForm",
    "change_password": "imrf_portal.account_forms.OtherPasswordForm",
    "set_password": "imrf_portal.account_forms.FirstPasswordForm",
    "reset_password": "imrf_portal.account_forms.ForgottenPasswordForm",
    "reset_password_from_key": "imrf_portal.account_forms.PasswordByLinkForm",
    "reauthenticate": "imrf_portal.account_forms.PasswordAgainForm",
}
# Keys are made of the address and the client together (account_adapter), so that nobody can lock another out.
ACCOUNT_RATE_LIMITS = {
    "login": "120/m/ip",
    "login_failed": "100/10m/ip,10/15m/key",
    "request_login_code": "60/10m/ip,5/10m/key",
    "reset_password": "20/10m/ip",
    "reset_password_from_key": "30/10m/ip",
    "signup": "60/10m/ip",
}
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "dashed": False, "length": 6}
MFA_ADAPTER = "imrf_portal.account_adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    "add_webauthn": "imrf_portal.account_forms.AddPasskeyForm",
    "login_webauthn": "imrf_portal.account_forms.PasskeySignInForm",
    "authenticate_webauthn": "imrf_portal.account_forms.PasskeyProofForm",
    "reauthenticate_webauthn": "imrf_portal.account_forms.RepeatPasskeyProofForm",
    "authenticate": "imrf_portal.account_forms.SecondProofForm",
    "reauthenticate": "imrf_portal.account_forms.RepeatSecondProofForm",
    "activate_totp": "imrf_portal.account_forms.SetUpAppForm",
}
MFA_TOTP_ISSUER = "Stakeholder Participation"
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODES_SHOW_ONCE = False
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = EMBEDDED
FRESH_SIGN_IN_SECONDS = 15 * 60
KEPT_SIGN_IN_SECONDS = 14 * 24 * 60 * 60

LANGUAGE_CODE = "en"
LANGUAGES = [
    ("ar", "العربية"),
    ("zh-hans", "中文"),
    ("en", "English"),
    ("fr", "Français"),
    ("ru", "Русский"),
    ("es", "Español"),
]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = "imrf_portal.formats"
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATIC_ROOT = Path(env("STATIC_ROOT", default=str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"]
S3_BUCKET = env("S3_BUCKET", default="")
if S3_BUCKET:
    PRIVATE_STORAGE = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "endpoint_url": env("S3_ENDPOINT_URL", default=None),
            "region_name": env("S3_REGION", default=None),
            "access_key": env("S3_ACCESS_KEY", default=None),
            "secret_key": env("S3_SECRET_KEY", default=None),
            "default_acl": "private",
            "querystring_auth": True,
            "querystring_expire": 60,
            "file_overwrite": False,
            "signature_version": "s3v4",
        },
    }
else:
    PRIVATE_STORAGE = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA_DIR / "files", "base_url": None, "file_permissions_mode": 0o600},
    }
STORAGES = {
    "default": PRIVATE_STORAGE,
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
CLAMD_ADDRESS = env("CLAMD_ADDRESS", default="")
"""``host:port`` or the path of a socket; empty: uploads are stored as “not scanned”, and shown so."""
HOMEPAGE_PROXY = env("HOMEPAGE_PROXY", default="")
"""``http://host:port`` of a proxy outside of the server's own network, through which homepages are asked whether they
answer; empty: they are not asked."""
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://") if env("EMAIL_URL", default="") else None
if EMAIL_CONFIG:
    vars().update(EMAIL_CONFIG)
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = DATA_DIR / "mail"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Stakeholder Participation <no-reply@participation.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
BOUNCE_ADDRESS = env("BOUNCE_ADDRESS", default="")
"""Where mail servers send what they cannot deliver; its server must take ``local+anything@domain`` too."""
BOUNCE_MAILBOX_URL = env("BOUNCE_MAILBOX_URL", default="")
"""The mailbox of ``BOUNCE_ADDRESS``, read every five minutes: imaps://, imap://, pop3s://, pop3:// or maildir:///."""

CELERY_BROKER_URL = env("CELERY_BROKER_URL", default="filesystem://localhost/")
if CELERY_BROKER_URL.startswith("filesystem"):
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(DATA_DIR / "broker"),
        "data_folder_out": str(DATA_DIR / "broker"),
        "control_folder": str(DATA_DIR / "broker-control"),
    }
    CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
else:
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 600,
        "socket_timeout": 2,
        "socket_connect_timeout": 2,
        "retry_on_timeout": False,
        "max_retries": 0,
    }
    CELERY_TASK_ACKS_LATE = True
    CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_WORKER_SEND_TASK_EVENTS = False


def every(seconds, task):
    """One line of the schedule. What no worker took before its next turn is dropped: a sweep finds all that waits."""
    return {"task": task, "schedule": seconds, "options": {"expires": seconds}}


MINUTE, HOUR = 60, 3600
CELERY_BEAT_SCHEDULE = {
    "record beat": every(30, "imrf_portal.tasks.record_beat"),
    "deliver letters": every(30, "imrf_portal.tasks.deliver_letters"),
    "read bounces": every(5 * MINUTE, "imrf_portal.tasks.read_bounces"),
    "scan waiting files": every(MINUTE, "imrf_portal.tasks.scan_waiting_files"),
    "draw waiting pages": every(MINUTE, "imrf_portal.tasks.draw_waiting_pages"),
    "erase due accounts": every(HOUR, "imrf_portal.tasks.erase_due_accounts"),
    "erase what is due": every(HOUR, "imrf_portal.tasks.erase_what_is_due"),
    "forget old codes": every(HOUR, "imrf_portal.tasks.forget_old_codes"),
    "erase orphaned files": every(HOUR, "imrf_portal.tasks.erase_orphaned_files"),
    "remind drafts": every(5 * MINUTE, "accreditation.tasks.remind_drafts"),
    "remind unanswered": every(5 * MINUTE, "accreditation.tasks.remind_unanswered"),
    "close unanswered": every(MINUTE, "accreditation.tasks.close_unanswered"),
    "close non-objection periods": every(MINUTE, "accreditation.tasks.close_non_objection_periods"),
    "erase old drafts": every(HOUR, "accreditation.tasks.erase_old_drafts"),
    "forget invitations": every(HOUR, "accreditation.tasks.forget_invitations_run_out"),
    "write reference lists": every(MINUTE, "accreditation.tasks.write_reference_lists"),
    "review stored verdicts": every(MINUTE, "accreditation.tasks.review_stored_verdicts"),
    "note likenesses": every(MINUTE, "accreditation.tasks.note_likenesses"),
    "continue bulk runs": every(MINUTE, "accreditation.tasks.continue_bulk_runs"),
    "check homepages": every(5 * MINUTE, "accreditation.tasks.check_homepages"),
    "report unexplained states": every(HOUR, "accreditation.tasks.report_unexplained_states"),
    "tell changes of sessions": every(MINUTE, "registration.tasks.tell_changes"),
    "remind of seats": every(5 * MINUTE, "registration.tasks.remind_of_deadlines"),
    "follow accreditations": every(MINUTE, "registration.tasks.follow_accreditations"),
    "pass on places": every(MINUTE, "registration.tasks.pass_on_places"),
    "erase due passports": every(HOUR, "registration.tasks.erase_due_passports"),
    "submit requests to speak": every(MINUTE, "registration.tasks.submit_requests_to_speak"),
}

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "imrf_portal.error_views.csrf_failure"
SESSION_COOKIE_AGE = 12 * 60 * 60
if PRODUCTION:
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXY_COUNT else None
    SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=365 * 24 * 60 * 60)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "imrf_portal.middleware.RequestIdFilter"}},
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name} [{request_id}] {message}", "style": "{"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["request_id"]}},
    # The one tells of every page; the other which passkey signed in, a number that is a person's.
    "loggers": {name: {"level": "WARNING"} for name in ("pikepdf", "fido2")},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
}
