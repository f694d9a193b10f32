"""Sends a seeded mix of requests and counts, by itself, what came back.

usage: drive.py BASE_URL --requests N --concurrency C --seed S --report FILE
The report: [{route, method, status, cache, segment, requests}], cache being the proxy's X-Cache-Status word.
"""

import argparse
import asyncio
import collections
import json
import random
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx


def one_request(random):
    """(route, method, path, needs a user): route is null where the service has none, so the 404 is unmatched."""
    page, product, order = random.randrange(12), min(260, int(random.paretovariate(0.6))), random.randrange(1, 125)
    return random.choices(
        [
            ("/products", "GET", f"/products?page={page}"),
            ("/products/{id}", "GET", f"/products/{product}"),
            ("/products/{id}", "HEAD", f"/products/{product}"),
            ("/orders/{id}", "GET", f"/orders/{order}?token=secret-{order}"),
            ("/orders", "POST", "/orders"),
            ("/admin/reports", "GET", "/admin/reports"),
            ("/login", "POST", f"/login?name={random.randrange(25)}&password={random.choice(['open', 'guess'])}"),
            ("/flaky", "GET", f"/flaky?nocache={random.random()}"),
            ("/export", "GET", "/export"),
            (None, "GET", f"/wp-login-{random.randrange(1000)}.php"),
            ("/products", "DELETE", "/products"),
            ("/products", "BREW", "/products"),
        ],
        weights=[20, 30, 4, 14, 5, 4, 5, 6, 3, 5, 2, 2],
    )[0]


async def drive(arguments):
    counts = collections.Counter()
    plan = random.Random(arguments.seed)
    todo = iter([(one_request(plan), plan.random() < 0.35, plan.randrange(20)) for _ in range(arguments.requests)])

    async def worker(client):
        for (route, method, path), logged_in, user in todo:
            agent = 'Mozilla/5.0 ("quoted"; back\\slash; naïve-ü)'
            headers = {"user-agent": agent.encode()}
            if logged_in:
                headers["cookie"] = f"session=u{user}"
            answer = await client.request(method, path, headers=headers)
            known = logged_in and knows_user(route, method, answer.status_code)
            known = known or (route == "/login" and answer.status_code == 200)
            segment = "authenticated" if known else "anonymous"
            counts[route, method, answer.status_code, answer.headers.get("x-cache-status"), segment] += 1

    limits = httpx.Limits(max_connections=arguments.concurrency)
    # A login's cookie must not make the anonymous requests of the same client logged in.
    no_cookies = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
    async with httpx.AsyncClient(base_url=arguments.base, limits=limits, cookies=no_cookies, timeout=60) as client:
        await asyncio.gather(*(worker(client) for _ in range(arguments.concurrency)))

    names = ("route", "method", "status", "cache", "segment", "requests")
    with open(arguments.report, "w") as file:
        json.dump([dict(zip(names, (*key, count))) for key, count in counts.items()], file)


def knows_user(route, method, status):
    """Whether the service looked at the session at all: not for an unknown path, a wrong method or a login."""
    return route not in (None, "/login") and status != 405


parser = argparse.ArgumentParser()
parser.add_argument("base")
parser.add_argument("--requests", type=int, default=3000)
parser.add_argument("--concurrency", type=int, default=12)
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--report", required=True)
asyncio.run(drive(parser.parse_args()))
