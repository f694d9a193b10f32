"""Request logs as text, one for each format that is read without being told: the same requests in all of them.

The same seed gives the same bytes. The lines are those that the servers themselves write; where they come from says
the list of formats that is known to Plumbline.
"""

import random
from bisect import bisect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import cache
from itertools import accumulate
from pathlib import Path

import places

SEED = 7
START = int(datetime(2026, 11, 21, 10, tzinfo=timezone.utc).timestamp())
A_SECOND = 400
# Method, path, how often, and the middle of its milliseconds; {} is a number, and ? a query.
ROUTES = (
    ("GET", "/", 90, 4), ("GET", "/products?", 120, 22), ("GET", "/products/{}", 260, 12), ("GET", "/search?", 90, 70),
    ("GET", "/api/v1/orders/{}", 150, 18), ("POST", "/api/v1/orders", 40, 55), ("GET", "/api/v1/users/{}/cart", 70, 9),
    ("PUT", "/api/v1/users/{}/cart", 30, 31), ("GET", "/assets/app.3f9c1e.js", 80, 1), ("GET", "/login", 20, 6),
    ("POST", "/login", 20, 140), ("DELETE", "/api/v1/orders/{}/items/{}", 10, 25), ("GET", "/healthz", 20, 1),
)
STATUSES = {200: 880, 201: 20, 304: 40, 404: 30, 499: 5, 500: 15, 503: 10}
AGENTS = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15",
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "curl/8.5.0", "python-requests/2.32.3",
)
REFERERS = ("-", "https://shop.example/products", "https://www.google.com/")
CACHE = ("HIT", "HIT", "MISS", "EXPIRED")


@dataclass(slots=True)
class Request:
    seconds: int
    milliseconds: int
    client: str
    port: int
    user: str
    method: str
    target: str
    status: int
    # Of the answer.
    size: int
    # Microseconds: the whole, and the service behind the proxy.
    duration: int
    upstream: int
    cache: str
    referer: str
    agent: str
    identifier: str

    @property
    def line(self) -> str: return f"{self.method} {self.target} HTTP/1.1"

    @property
    def path(self) -> str: return self.target.partition("?")[0]

    @property
    def query(self) -> str: return self.target.partition("?")[2] or "-"

    @property
    def time(self) -> str: return f"{second(self.seconds, '%Y-%m-%dT%H:%M:%S')}.{self.milliseconds:03}Z"

    @property
    def common(self) -> str:
        return (f'{self.client} - {self.user} [{second(self.seconds, "%d/%b/%Y:%H:%M:%S +0000")}] "{self.line}" '
                f"{self.status} {self.size}")

    @property
    def combined(self) -> str: return f'{self.common} "{self.referer}" "{self.agent}"'


@cache
def second(seconds: int, form: str) -> str: return datetime.fromtimestamp(seconds, timezone.utc).strftime(form)


def requests(count: int) -> Iterator[Request]:
    chance = random.Random(SEED)
    routes = list(accumulate(route[2] for route in ROUTES))
    codes, statuses = list(STATUSES), list(accumulate(STATUSES.values()))
    time = 0.0
    for _ in range(count):
        time += chance.expovariate(A_SECOND)
        method, target, _, middle = ROUTES[bisect(routes, chance.randrange(routes[-1]))]
        while "{}" in target:
            target = target.replace("{}", str(chance.randrange(1, 500_000)), 1)
        if target.endswith("?"):
            target += f"page={chance.randrange(40)}&sort=price"
        duration = int(1000 * middle * chance.lognormvariate(0, 0.7)) + 120
        status = codes[bisect(statuses, chance.randrange(statuses[-1]))]
        yield Request(
            START + int(time), int(time % 1 * 1000), f"10.{chance.randrange(4)}.{chance.randrange(256)}.{chance.randrange(256)}",
            chance.randrange(1024, 65536), chance.choice(("-", "-", "-", "ada", "grace")), method, target, status,
            0 if status == 304 else int(chance.lognormvariate(7, 1.2)), duration, duration * 9 // 10,
            chance.choice(CACHE), chance.choice(REFERERS), chance.choice(AGENTS), f"{chance.getrandbits(128):032x}")


def ingress(r: Request) -> str:
    return (f"{r.combined} {r.size // 3 + 80} {r.duration / 1e6:.3f} [shop-web-80] [] 10.244.0.9:5678 {r.size} "
            f"{r.upstream / 1e6:.3f} {r.status} {r.identifier}")


def amplify(r: Request) -> str:
    return (f'{r.combined} "-" "shop.example" sn="shop.example" rt={r.duration / 1e6:.3f} ua="10.0.0.1:80" '
            f'us="{r.status}" ut="{r.upstream / 1e6:.3f}" ul="{r.size}" cs={r.cache}')


def envoy_end(r: Request) -> str:
    return (f'512 {r.size} {r.duration // 1000} {r.upstream // 1000} "{r.client}" "{r.agent}" "{uuid(r)}" "shop.example" '
            '"10.4.1.27:8080"')


def uuid(r: Request) -> str:
    i = r.identifier
    return f"{i[:8]}-{i[8:12]}-{i[12:16]}-{i[16:20]}-{i[20:]}"


def istio(r: Request) -> str:
    return (f'[{r.time}] "{r.line}" {r.status} - via_upstream - "-" {envoy_end(r)} inbound|8080|| 127.0.0.6:41854 '
            f"10.4.1.27:8080 {r.client}:{r.port} outbound_.8080_._.shop.svc.cluster.local default")


def haproxy(r: Request) -> str:
    whole, server = r.duration // 1000, r.upstream // 1000
    return (f"{r.client}:{r.port} [{second(r.seconds, '%d/%b/%Y:%H:%M:%S')}.{r.milliseconds:03}] public~ shop/web-1 "
            f'0/0/{whole - server}/{server}/{whole} {r.status} {r.size} - - ---- 12/11/3/2/0 0/0 "{r.line}"')


def aws_times(r: Request) -> str: return f"0.000073 {r.upstream / 1e6:.6f} 0.000057"


def alb(r: Request) -> str:
    return (f"https {r.time[:-1]}821Z app/shop/490d68edf04676fe {r.client}:{r.port} 10.0.0.1:80 {aws_times(r)} {r.status} "
            f'{r.status} 512 {r.size} "{r.method} https://shop.example:443{r.target} HTTP/1.1" "{r.agent}" '
            "ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/web/73e2d6bc "
            f'"Root=1-{r.identifier[:8]}-{r.identifier[8:]}" "shop.example" "-" 0 {r.time} "forward" "-" "-" "10.0.0.1:80" '
            f'"{r.status}" "-" "-"')


def elb(r: Request) -> str:
    return (f"{r.time[:-1]}823Z shop {r.client}:{r.port} 10.0.0.1:80 {aws_times(r)} {r.status} {r.status} 0 {r.size} "
            f'"{r.method} https://shop.example:443{r.target} HTTP/1.1" "{r.agent}" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2')


def s3(r: Request) -> str:
    return (f"79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be shop [{second(r.seconds, '%d/%b/%Y:%H:%M:%S +0000')}] "
            f'{r.client} 79a59df900b949e5 {r.identifier[:16].upper()} REST.GET.OBJECT {r.path} "{r.line}" {r.status} - {r.size} '
            f'{r.size} {r.duration // 1000} {r.upstream // 1000} "-" "{r.agent}" - {r.identifier}= SigV4 '
            "ECDHE-RSA-AES128-GCM-SHA256 AuthHeader shop.s3.us-west-1.amazonaws.com TLSV1.2 - -")


def squid(r: Request) -> str:
    return (f"{r.seconds}.{r.milliseconds:03} {r.duration // 1000:6} {r.client} TCP_{r.cache if r.cache != 'EXPIRED' else 'REFRESH_MODIFIED'}/{r.status} "
            f"{r.size} {r.method} http://shop.example{r.target} {r.user} HIER_DIRECT/10.0.0.1 text/html")


def uwsgi(r: Request) -> str:
    user = "" if r.user == "-" else r.user
    return (f"[pid: 88185|app: 0|req: {r.port}/{r.port * 4}] {r.client} ({user}) {{34 vars in 617 bytes}} "
            f"[{second(r.seconds, '%a %b %e %H:%M:%S %Y')}] {r.method} {r.target} => generated {r.size} bytes in "
            f"{r.duration // 1000} msecs (HTTP/1.1 {r.status}) 9 headers in 373 bytes (1 switches on core 8)")


def logfmt(r: Request) -> str:
    return (f'time={r.time} level=info msg="request done" method={r.method} path={r.path} status={r.status} '
            f"duration_ms={r.duration / 1000:.3f} cache={r.cache} db_calls={r.port % 9} user_id={r.user} bytes={r.size} "
            f'version=2026.11.3 request_id={r.identifier[:16]} client={r.client} user_agent="{r.agent}"')


def ltsv(r: Request) -> str:
    return (f"time:{r.time}\thost:{r.client}\tuser:{r.user}\treq:{r.line}\tstatus:{r.status}\tsize:{r.size}\t"
            f"referer:{r.referer}\tua:{r.agent}\tvhost:shop.example\treqtime:{r.duration / 1e6:.3f}\t"
            f"apptime:{r.upstream / 1e6:.3f}\tcache:{r.cache}")


def iis(r: Request) -> str:
    return (f"{second(r.seconds, '%Y-%m-%d %H:%M:%S')} 10.0.0.1 {r.method} {r.path} {r.query} 443 {r.user} {r.client} "
            f"{r.agent.replace(' ', '+')} {r.referer} {r.status} 0 0 {r.duration // 1000}")


def cloudfront(r: Request) -> str:
    word = {"HIT": "Hit", "MISS": "Miss", "EXPIRED": "RefreshHit"}[r.cache]
    return "\t".join((
        second(r.seconds, "%Y-%m-%d"), second(r.seconds, "%H:%M:%S"), "FRA56-P4", str(r.size + 300), r.client, r.method,
        "d111111abcdef8.cloudfront.net", r.path, str(r.status), r.referer, r.agent.replace(" ", "%20"), r.query, "-", word,
        r.identifier, "shop.example", "https", "23", f"{r.duration / 1e6:.3f}", "-", "TLSv1.3", "TLS_AES_128_GCM_SHA256", word,
        "HTTP/2.0", "-", "-", str(r.port), f"{r.upstream / 1e6:.3f}", word, "text/html", str(r.size), "-", "-"))


IIS_HEAD = (
    "#Software: Microsoft Internet Information Services 10.0\n#Version: 1.0\n#Date: 2026-11-21 10:00:00\n"
    "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status "
    "sc-substatus sc-win32-status time-taken\n")
CLOUDFRONT_HEAD = (
    "#Version: 1.0\n#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) "
    "cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes time-taken "
    "x-forwarded-for ssl-protocol ssl-cipher x-edge-response-result-type cs-protocol-version fle-status fle-encrypted-fields "
    "c-port time-to-first-byte x-edge-detailed-result-type sc-content-type sc-content-len sc-range-start sc-range-end\n")


@dataclass(frozen=True)
class TextForm:
    """How one server writes a request. Times without a zone are UTC."""

    name: str
    line: Callable[[Request], str]
    head: str = ""
    # That are no requests.
    head_lines: int = 0


FORMS = (
    TextForm("combined", lambda r: r.combined),
    TextForm("common", lambda r: r.common),
    TextForm("nginx-main", lambda r: f'{r.combined} "-"'),
    TextForm("vhost-combined", lambda r: f"shop.example:443 {r.combined}"),
    TextForm("ingress-nginx", ingress),
    TextForm("nginx-amplify", amplify),
    TextForm("traefik", lambda r: f'{r.combined} {r.port} "shop@docker" "http://172.17.0.3:80" {r.duration // 1000}ms'),
    TextForm("envoy", lambda r: f'[{r.time}] "{r.line}" {r.status} - {envoy_end(r)}'),
    TextForm("istio", istio),
    TextForm("haproxy", haproxy),
    TextForm("alb", alb),
    TextForm("elb", elb),
    TextForm("s3", s3),
    TextForm("squid", squid),
    TextForm("uwsgi", uwsgi),
    TextForm("logfmt", logfmt),
    TextForm("ltsv", ltsv),
    TextForm("w3c (IIS)", iis, IIS_HEAD, 4),
    TextForm("w3c (CloudFront)", cloudfront, CLOUDFRONT_HEAD, 2),
)


def paths(lines: int) -> dict[str, Path]:
    """By the name of the form; made if they are not there, or were made by an older version of this file."""
    found = {form.name: places.LOGS / f"{form.name.translate(str.maketrans(' ', '-', '()'))}-{lines}.log" for form in FORMS}
    age = Path(__file__).stat().st_mtime
    if all(path.exists() and path.stat().st_mtime > age for path in found.values()):
        return found
    places.LOGS.mkdir(parents=True, exist_ok=True)
    files = [open(path.with_suffix(".draft"), "w", buffering=1 << 20) for path in found.values()]
    for file, form in zip(files, FORMS):
        file.write(form.head)
    for request in requests(lines):
        for file, form in zip(files, FORMS):
            file.write(form.line(request) + "\n")
    for file, path in zip(files, found.values()):
        file.close()
        path.with_suffix(".draft").rename(path)
    return found
