"""The one settings file. Values a site chooses come from the environment or `.env` (see `.env.example`).

A missing or odd value stops the start and names the variable (`environment.py`). Tests start from here too
and change a few values in `tests/settings.py`.
"""

from datetime import timedelta
from pathlib import Path

from casetracker.environment import Environment, SettingProblem

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
VAR_DIR.mkdir(exist_ok=True)

env = Environment(BASE_DIR / ".env")

# --- What kind of site this is

DEBUG = env.yes_no("DEBUG", False)
DEMO = env.yes_no("DEMO", False)  # invented people and cases may be loaded; every page says so
HTTPS = env.yes_no("HTTPS", not DEBUG)
SECRET_KEY = env.text("SECRET_KEY", minimum_length=50)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", ["127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS", [])

INSTALLED_APPS = [
    "casetracker",
    "checklists",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "axes",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "casetracker.middleware.never_stored",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "casetracker.request_context.RequestContextMiddleware",
    "casetracker.middleware.session_limits",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "casetracker.middleware.KeptPosts",
    "casetracker.middleware.SignInRequired",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "casetracker.middleware.Refusals",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "casetracker.urls"
WSGI_APPLICATION = "casetracker.wsgi.application"

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
                "casetracker.context.site",
                "casetracker.context_processors.frame",
            ],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- Database: SQLite until a department outgrows it. IMMEDIATE with WAL lost no write in our measurements;
# Django's defaults lost a quarter. Never combine with ATOMIC_REQUESTS: each page view would take the write lock.

DATABASES = {"default": env.database("DATABASE_URL", f"sqlite:///{VAR_DIR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA foreign_keys=ON;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- People and sessions

AUTH_USER_MODEL = "casetracker.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "full_name", "email")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "sign_in"

SESSION_IDLE_MINUTES = env.whole("SESSION_IDLE_MINUTES", 15, least=1, most=15)
SESSION_MAX_HOURS = env.whole("SESSION_MAX_HOURS", 12, least=1, most=24)
SESSION_COOKIE_AGE = SESSION_IDLE_MINUTES * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
KEPT_POST_MINUTES = 60  # how long entries sent after a time-out wait for their person

AXES_FAILURE_LIMIT = env.whole("SIGN_IN_TRIES", 5, least=3, most=10)
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [
    ["username", "ip_address"]
]  # by address alone, one typing error locks a hospital out
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "casetracker.views.accounts.locked_out"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

# --- Traffic: encrypted whenever the site is not a developer's own

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
# Messages name documents and patients; the usual place is a cookie, which a browser keeps.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_FAILURE_VIEW = "casetracker.views.accounts.form_refused"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
if env.yes_no("BEHIND_TLS_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],  # Bootstrap's own icons are data: addresses
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

# --- Files and limits

STATIC_URL = "static/"
STATIC_ROOT = env.folder("STATIC_ROOT", BASE_DIR / "staticfiles")
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG or DEMO  # a demo needs no collectstatic
STATICFILES_STORAGE_NAME = "whitenoise.storage.CompressedManifestStaticFilesStorage"
if DEBUG or DEMO:
    STATICFILES_STORAGE_NAME = "django.contrib.staticfiles.storage.StaticFilesStorage"
MEDIA_ROOT = env.folder("UPLOAD_DIR", VAR_DIR / "uploads")  # outside the web root: no address leads here
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": STATICFILES_STORAGE_NAME},
}
FILE_UPLOAD_PERMISSIONS = 0o600  # for the site's own account, and never to be run
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
UPLOAD_MAX_MB = env.whole("UPLOAD_MAX_MB", 20, least=1, most=200)
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 8000  # sixty lesions with their fields, ten times over
RULEBOOK_DIR = env.folder("RULEBOOK_DIR", BASE_DIR / "fixtures" / "rulebook")

# Who draws the files of an approved handoff: a background thread, the request, or `render_handoffs` by a timer.
HANDOFF_DRAWING = env.text("HANDOFF_DRAWING", "thread")
if HANDOFF_DRAWING not in ("thread", "inline", "command"):
    raise SettingProblem("HANDOFF_DRAWING", "It must be thread, inline or command.")

# --- Mail: reminders only, and only when a server is named. Without one they are shown in the application alone.

MAIL_SERVER = env.mail("EMAIL_URL")
globals().update(MAIL_SERVER)
MAIL_CONFIGURED = "EMAIL_HOST" in MAIL_SERVER
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", "casetracker@localhost")
SITE_URL = env.text("SITE_URL", "").rstrip("/")

# Who reads published billing files (`load_reference` reads in the command itself), and how large a sent file may be.
REFERENCE_READING = env.text("REFERENCE_READING", "thread")
if REFERENCE_READING not in ("thread", "inline"):
    raise SettingProblem("REFERENCE_READING", "It must be thread or inline.")
REFERENCE_MAX_MB = env.whole("REFERENCE_MAX_MB", 200, least=1, most=1000)
# How often a process asks whether another one published a release.
REFERENCE_CHECK_SECONDS: int | None = env.whole("REFERENCE_CHECK_SECONDS", 5, least=1, most=300)

# Calls of programs: size and number of documents of one call, and calls of one token a minute in each process.
API_MAX_MB = env.whole("API_MAX_MB", 2, least=1, most=5)
API_MAX_DOCUMENTS = env.whole("API_MAX_DOCUMENTS", 100, least=1, most=1000)
API_CALLS_PER_MINUTE = env.whole("API_CALLS_PER_MINUTE", 60, least=1, most=6000)

# --- Time and words: moments are stored in UTC and shown in the department's zone

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-us"
USE_I18N = False

# --- Logs: paths and kinds of errors, never query strings, bodies or the values inside an error text

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "private": {"()": "casetracker.logs.PrivateFormatter", "show_values": DEBUG and DEMO},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "private"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "django.server": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "axes": {"handlers": ["console"], "level": "ERROR", "propagate": False},
        "fontTools": {"level": "WARNING"},
        "weasyprint": {"level": "WARNING"},
    },
}

if not DEBUG and not DEMO and "*" in ALLOWED_HOSTS:
    raise SettingProblem("ALLOWED_HOSTS", "'*' would answer for any host name; name the hosts of this site.")
