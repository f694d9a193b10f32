"""The routes that drive.py knows, on Flask and SQLAlchemy, logged by what `plumbline init flask` prints.

Run: PIECES=folder/of/plumbline_log gunicorn flask_app:app; without PIECES nothing is logged.
"""

import contextlib
import contextvars
import os
import sys
import threading
import time

from flask import Blueprint, Flask, Response, make_response, request
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

app = Flask(__name__)
orders = Blueprint("orders", __name__, url_prefix="/orders")
engine = create_engine("sqlite://", poolclass=NullPool)


def ask(times, statement="select 1"):
    with engine.connect() as connection:
        for _ in range(times):
            connection.execute(text(statement))


@app.get("/plain")
def plain():
    return "plain"


@orders.get("/<int:order>")
def order(order):
    ask(3)
    return str(order)


@app.get("/reports/<int:report>")
def report(report):
    """A thread that works for the request, and a statement that fails."""
    thread = threading.Thread(target=contextvars.copy_context().run, args=(ask, 4))
    thread.start()
    ask(2)
    thread.join()
    with contextlib.suppress(OperationalError):
        ask(1, "select nothing")
    return str(report)


@app.get("/me")
def me():
    request.logged_in = request.cookies.get("session") == "somebody"
    if request.logged_in:
        ask(1)
    return "me"


@app.get("/login")
def login():
    response = make_response("")
    response.set_cookie("session", "somebody")
    return response


@app.get("/cached")
def cached():
    return "cached", {"X-Cache": "HIT" if request.args["hit"] == "1" else "MISS"}


@app.get("/slow")
def slow():
    time.sleep(0.03)
    return ""


@app.get("/stream")
def stream():
    def parts():
        for _ in range(3):
            ask(1)
            yield b"part"

    return Response(parts())


@app.get("/fails")
def fails():
    ask(1)
    raise RuntimeError("canary")


app.register_blueprint(orders)
if "PIECES" in os.environ:
    sys.path.insert(0, os.environ["PIECES"])
    from plumbline_log import PlumblineLog

    app.wsgi_app = PlumblineLog(app.wsgi_app)
