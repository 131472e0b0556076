"""One settings file for every place; what differs comes from the environment (see .env.example)."""

import hashlib
from pathlib import Path

from csp.constants import NONE, SELF

from portal.env import database, env_bool, env_int, env_list, env_secret, env_text

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env_text("SULAM_VAR") or BASE_DIR / "var").resolve()
VERSION = "0.1.0"  # named in every exported file
PRODUCTION = env_text("SULAM_ENV", "demo") == "production"
KEYS_DIR = VAR_DIR / "keys"


def _secret(name: str) -> str:
    return env_secret(name, keys_dir=KEYS_DIR, production=PRODUCTION)


def _key(name: str) -> bytes:
    """A 32-byte key; longer or shorter secrets are hashed to size, so any strong text will do."""
    return hashlib.sha256(_secret(name).encode()).digest()


SECRET_KEY = _secret("SECRET_KEY")
NIK_KEYS = {"1": _key("SULAM_NIK_KEY")}  # key id -> key; the newest id encrypts, all of them decrypt
NIK_INDEX_KEY = _key("SULAM_NIK_INDEX_KEY")

DEBUG = False
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", () if PRODUCTION else ("localhost", "127.0.0.1", "[::1]", ".local"))
if host := env_text("HOST"):
    ALLOWED_HOSTS += [] if PRODUCTION else (["*"] if host == "0.0.0.0" else [host])  # noqa: S104  (demo on a LAN)

INSTALLED_APPS = [
    "portal",
    "programs",
    "participants",
    "reports",
    "portal.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_filters",
    "django_tasks",
    "django_tasks_db",
    "import_export",
    "simple_history",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portal.middleware.SessionLimitMiddleware",
    "portal.middleware.RequiredMfaMiddleware",
    "portal.middleware.RefusalMiddleware",
    "portal.middleware.PrivateResponseMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.admin.site.site_context",
            ]
        },
    }
]

# --- data -------------------------------------------------------------------------------------------------------
DATABASES = {"default": database(VAR_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
STORAGES = {
    "default": {"BACKEND": "portal.storage.EncryptedFileSystemStorage", "OPTIONS": {"location": VAR_DIR / "files"}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "portal_cache"}}

# --- language and form --------------------------------------------------------------------------------------------
LANGUAGE_CODE = "id"
LANGUAGES = [("id", "Bahasa Indonesia")]
TIME_ZONE = "Asia/Jakarta"
USE_TZ = True
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["portal.formats"]

# --- who comes in -------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "portal.User"
AUTHENTICATION_BACKENDS = ["portal.permissions.RoleBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "admin:index"
ACCOUNT_ADAPTER = "portal.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "20/m/ip,5/5m/key"}
RATE_LIMITS = {"verify_export": "30/m/ip"}  # of our own pages, spelled as allauth does
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_TOTP_ISSUER = "Sulam"
MFA_REQUIRED_ROLES = env_list("MFA_REQUIRED_ROLES", ("administrator", "auditor") if PRODUCTION else ())
SESSION_IDLE_SECONDS = env_int("SESSION_IDLE_MINUTES", 60) * 60
SESSION_ABSOLUTE_SECONDS = env_int("SESSION_ABSOLUTE_HOURS", 12) * 3600
SESSION_COOKIE_AGE = SESSION_ABSOLUTE_SECONDS
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

# --- the wire -----------------------------------------------------------------------------------------------------
HTTPS = env_bool("SULAM_HTTPS", PRODUCTION)
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-sulam" if HTTPS else "sulam"
CSRF_COOKIE_NAME = "__Host-sulam-csrf" if HTTPS else "sulam-csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS")
X_FRAME_OPTIONS = "DENY"
if env_bool("SULAM_BEHIND_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
DATA_UPLOAD_MAX_NUMBER_FILES = 5
FILE_UPLOAD_HANDLERS = ["portal.importing.uploads.CappedUploadHandler"]  # streams to a file, and stops at the cap
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

# --- imports and exports ------------------------------------------------------------------------------------------
IMPORT_MAX_BYTES = env_int("IMPORT_MAX_MB", 10) * 1024 * 1024
# SQLite has one writer, for whom all others wait: 5,000 rows are saved in about half a second.
IMPORT_MAX_ROWS = env_int("IMPORT_MAX_ROWS", 5_000 if "sqlite" in DATABASES["default"]["ENGINE"] else 20_000)
IMPORT_IN_REQUEST_ROWS = 2_000  # more rows than this are checked and applied by the background worker
IMPORT_IN_REQUEST_BYTES = 512 * 1024  # a larger file is read by the worker, too
IMPORT_APPROVAL_ROWS = env_int("IMPORT_APPROVAL_ROWS", 0)  # more rows than this need a second person; 0: never
EXPORT_IN_REQUEST_ROWS = env_int("EXPORT_IN_REQUEST_ROWS", 20_000)  # longer ones are written by the worker
EXPORT_NIK_ROWS = 500  # more full NIK than this need a second person
EXPORT_LINK_HOURS = 24  # how long the file of a finished job can be fetched
EXPORT_KEEP_DAYS = env_int("EXPORT_KEEP_DAYS", 3_650)  # then the bytes of exported files go, their records stay
IMPORT_KEEP_DAYS = env_int("IMPORT_KEEP_DAYS", 30)  # then files and staged rows are removed, saved or not
# The stock screens of the library are not used; these make them refuse everybody should they ever be mounted.
IMPORT_EXPORT_IMPORT_PERMISSION_CODE = "import"
IMPORT_EXPORT_EXPORT_PERMISSION_CODE = "export"
IMPORT_EXPORT_USE_TRANSACTIONS = True

SIMPLE_HISTORY_HISTORY_ID_USE_UUID = False
SIMPLE_HISTORY_REVERT_DISABLED = True
SILENCED_SYSTEM_CHECKS = []
REGENCY_NAME = env_text("REGENCY_NAME", "Kabupaten Malang")
PUBLIC_ADDRESS = env_text("PUBLIC_ADDRESS") or f"http://{env_text('HOST') or '127.0.0.1'}:{env_int('PORT', 8000)}"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"mask_nik": {"()": "portal.logs.MaskNik"}},
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "level": "WARNING", "formatter": "line", "filters": ["mask_nik"]}
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"django.server": {"handlers": ["console"], "level": "WARNING", "propagate": False}},
}
