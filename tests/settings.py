"""Production code on test-sized costs: fast hashing, tasks at once, keys that are not secret."""

import os
import tempfile

os.environ.setdefault("SULAM_VAR", tempfile.mkdtemp(prefix="sulam-tests-"))
os.environ.setdefault("SECRET_KEY", "not-a-secret-used-by-tests-only")
os.environ.setdefault("SULAM_NIK_KEY", "not-a-secret-nik-key-of-the-tests")
os.environ.setdefault("SULAM_NIK_INDEX_KEY", "not-a-secret-index-key-of-the-tests")

from portal.settings import *  # noqa: E402, F403
from portal.settings import STATIC_ROOT, STORAGES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
ACCOUNT_RATE_LIMITS = False
RATE_LIMITS = {}
IMPORT_MAX_ROWS = 20_000  # as on PostgreSQL, so that both databases see the same files

STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise warns about a missing folder, and warnings are errors
