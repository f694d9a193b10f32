"""The routes that drive.py knows, on Django and its own database layer, logged by what `plumbline init django` prints.

Run: PIECES=folder/of/plumbline_log DATABASE=file gunicorn django_app:wsgi (or uvicorn django_app:asgi); without PIECES
nothing is logged.
"""

import contextlib
import contextvars
import os
import sys
import threading
import time

import django
from django.conf import settings

if "PIECES" in os.environ:
    sys.path.insert(0, os.environ["PIECES"])
settings.configure(
    ALLOWED_HOSTS=["*"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["DATABASE"]}},
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"],
    LOGGING_CONFIG=None,
    MIDDLEWARE=(["plumbline_log.PlumblineLog"] if "PIECES" in os.environ else [])
    + [
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
    PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    ROOT_URLCONF=__name__,
    SECRET_KEY="of a test",
    SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
)
django.setup()

from django.contrib.auth import login as log_in  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.core.asgi import get_asgi_application  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import OperationalError, connection  # noqa: E402
from django.http import HttpResponse, StreamingHttpResponse  # noqa: E402
from django.urls import include, path, re_path  # noqa: E402


def ask(times, statement="select 1"):
    with connection.cursor() as cursor:
        for _ in range(times):
            cursor.execute(statement)


def ask_and_close(times):
    """For a thread of its own, whose connection nobody else closes."""
    ask(times)
    connection.close()


def plain(request):
    return HttpResponse("plain")


def order(request, order):
    ask(3)
    return HttpResponse(order)


def report(request, report):
    """A thread that works for the request, and a statement that fails."""
    thread = threading.Thread(target=contextvars.copy_context().run, args=(ask_and_close, 4))
    thread.start()
    ask(2)
    thread.join()
    with contextlib.suppress(OperationalError):
        ask(1, "select nothing")
    return HttpResponse(report)


def me(request):
    return HttpResponse("me" if request.user.is_authenticated else "who")


def login(request):
    log_in(request, User.objects.get())
    return HttpResponse()


def cached(request):
    hit = request.GET["hit"] == "1"
    return HttpResponse("cached", headers={"Cache-Status": f'shop; {"hit" if hit else "fwd=miss"}; key="canary"'})


def slow(request):
    time.sleep(0.03)
    return HttpResponse()


def stream(request):
    def parts():
        for _ in range(3):
            ask(1)
            yield b"part"

    return StreamingHttpResponse(parts())


def fails(request):
    ask(1)
    raise RuntimeError("canary")


urlpatterns = [
    path("plain", plain),
    path("orders/", include([path("<int:order>", order)])),
    re_path(r"^reports/(?P<report>[0-9]{1,4}|(?:last))$", report),
    path("me", me),
    path("login", login),
    path("cached", cached),
    path("slow", slow),
    path("stream", stream),
    path("fails", fails),
]


def prepare():
    """Makes the database; once, before any server."""
    call_command("migrate", verbosity=0)
    User.objects.create_user("somebody", password="canary")


if __name__ == "__main__":
    prepare()
else:
    wsgi, asgi = get_wsgi_application(), get_asgi_application()
