"""The routes that drive.py knows, on FastAPI and SQLAlchemy, logged by what `plumbline init fastapi` prints.

Run: PIECES=folder/of/plumbline_log uvicorn fastapi_app:app; without PIECES nothing is logged.
"""

import asyncio
import contextlib
import os
import sys

from fastapi import APIRouter, BackgroundTasks, FastAPI, Request, Response
from fastapi.responses import StreamingResponse
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

app = FastAPI()
router = APIRouter(prefix="/orders")
engine = create_engine("sqlite://", poolclass=NullPool)
asyncio_engine = create_async_engine("sqlite+aiosqlite://", poolclass=NullPool)


def ask(times, statement="select 1"):
    with engine.connect() as connection:
        for _ in range(times):
            connection.execute(text(statement))


async def ask_async():
    async with asyncio_engine.connect() as connection:
        await connection.execute(text("select 1"))


@app.get("/plain")
async def plain():
    return "plain"


@router.get("/{order}")
def order(order: int, response: Response):
    response.headers.update({"X-Route": "/orders/{order}", "X-DB-Calls": "3"})  # for a proxy to log
    ask(3)
    return order


@app.get("/reports/{report}")
async def report(report: int):
    """Tasks of its own, a thread, and a statement that fails."""
    await asyncio.gather(ask_async(), ask_async(), asyncio.to_thread(ask, 4))
    with contextlib.suppress(OperationalError):
        ask(1, "select nothing")
    return report


@app.get("/me")
async def me(request: Request, response: Response):
    request.state.logged_in = request.cookies.get("session") == "somebody"
    response.headers["X-Logged-In"] = str(request.state.logged_in)
    if request.state.logged_in:
        await ask_async()
    return "me"


@app.get("/login")
def login(response: Response):
    response.set_cookie("session", "somebody")


@app.get("/cached")
async def cached(response: Response, hit: int):
    response.headers["Cache-Status"] = f'shop; {"hit" if hit else "fwd=miss"}; key="canary"'
    return "cached"


@app.get("/slow")
async def slow(tasks: BackgroundTasks):
    tasks.add_task(asyncio.sleep, 0.1)
    await asyncio.sleep(0.03)


@app.get("/stream")
async def stream():
    async def parts():
        for _ in range(3):
            await ask_async()
            yield b"part"

    return StreamingResponse(parts())


@app.get("/fails")
def fails():
    ask(1)
    raise RuntimeError("canary")


app.include_router(router)
if "PIECES" in os.environ:
    sys.path.insert(0, os.environ["PIECES"])
    from plumbline_log import PlumblineLog

    app.add_middleware(PlumblineLog)
