"""The live page in a browser, against a running agent.

  drive.py PROGRAM PLACE PORT   PLACE is an empty directory

Prints what was looked at, a line each; ends with 1 at the first thing that is not as it should be.
"""

import pathlib
import subprocess
import sys
import time

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

import texts
from agent import Agent, wait
from traffic import line, shop

TABLE = "#routes-table tbody tr"
COLUMNS = {"requests": 1, "errors": 2, "p50": 3, "p95": 4, "p99": 5, "hit_ratio": 7, "bypass_ratio": 8, "db_calls": 9}


class Browser:
    """A page, with everything that it asked for and complained of."""

    def __init__(self, browser, address, **options):
        self.context = browser.new_context(**options)
        self.page = self.context.new_page()
        self.address = address
        self.complaints = []
        self.foreign = []
        self.page.on("console", lambda message: message.type in ("error", "warning") and self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self.asked)

    def asked(self, request):
        if not request.url.startswith((self.address + "/", "data:")):
            self.foreign.append(request.url)

    def finish(self):
        assert not self.foreign, f"asked elsewhere: {self.foreign}"
        assert not self.complaints, f"the console has: {self.complaints}"
        self.context.close()


def rows(page):
    """The table as it is shown, by route."""
    found = page.eval_on_selector_all(TABLE, "rows => rows.map(row => [row.dataset.route, [...row.cells].map(cell => cell.textContent)])")
    return dict(found)


def check_table(page, groups):
    shown = rows(page)
    assert list(sorted(shown)) == sorted(group["route"] for group in groups), f"{list(shown)}"
    for group in groups:
        cells, durations = shown[group["route"]], group["duration_seconds"] or {}
        wanted = {name: texts.duration(durations.get(name)) for name in ("p50", "p95", "p99")}
        wanted |= {name: texts.count(group[name]) for name in ("requests", "errors")}
        wanted |= {name: texts.percent(group[name]) for name in ("hit_ratio", "bypass_ratio")}
        wanted["db_calls"] = texts.digits((group["db_calls"] or {}).get("mean"))
        found = {name: cells[place] for name, place in COLUMNS.items()}
        assert found == wanted, f"{group['route']}: found {found}, expected {wanted}"


def violations(page, what):
    found = Axe().run(page).response["violations"]
    lines = [f"{rule['id']}: {rule['help']}: {[node['html'][:150] for node in rule['nodes'][:3]]}" for rule in found]
    assert not found, f"axe, {what}:\n" + "\n".join(lines)


def wide(page):
    return page.evaluate("document.documentElement.scrollWidth")


def empty(browser, agent):
    page = browser.page
    # A slow agent: the page says that it waits.
    held, is_slow = [], [True]
    page.route("**/api/v1/timeline*", lambda route: held.append(route) if is_slow else route.continue_())
    page.goto(agent.address + "/")
    expect(page.locator("#main")).to_have_attribute("data-state", "loading")
    expect(page.locator("#last-line")).to_have_text("no line yet")
    is_slow.clear()
    for route in held:
        route.continue_()
    expect(page.locator("#main")).to_have_attribute("data-state", "empty")
    page.unroute("**/api/v1/timeline*")
    expect(page.locator("#routes-note")).to_have_text("No requests in this stretch of time")
    expect(page.locator("#chart-latency .nothing")).to_have_text("No requests in this stretch of time")
    expect(page.locator("#tile-p95 b")).to_have_text("–")
    expect(page.locator("#verdict")).to_have_attribute("data-state", "warn")
    violations(page, "empty")


def numbers(browser, agent):
    page = browser.page
    page.get_by_role("radio", name="1 h", exact=True).check()
    expect(page.locator(TABLE)).to_have_count(3)
    window = agent.ask("/api/v1/windows/1h")
    check_table(page, window["routes"])
    total = window["total"]
    expect(page.locator("#tile-rate b")).to_have_text(texts.count(total["requests"]))
    expect(page.locator("#tile-errors b")).to_have_text(texts.count(total["errors"]))
    expect(page.locator("#tile-errors span")).to_have_text(texts.percent(total["error_ratio"]))
    expect(page.locator("#tile-p99 b")).to_have_text(texts.duration(total["duration_seconds"]["p99"]))
    expect(page.locator("#tile-hits b")).to_have_text(texts.percent(total["hit_ratio"]))
    # The verdict in words, as /health says it; its numbers move.
    expect(page.locator("#verdict")).to_have_attribute("data-state", agent.ask("/health")["status"])
    expect(page.locator("#verdict-reason")).to_contain_text("requests over 1m: error ratio")
    # The ledger's warning, and the form of the rejected line beside its log.
    expect(page.locator("#ledger")).to_contain_text("2 of 2,402 lines were no requests (2 malformed)")
    expect(page.locator("#inputs-table tbody")).to_contain_text("app.log")
    expect(page.locator(".rejects code")).to_have_text("??time????aa?aaaaaa???aaaaa?")


def table(browser, agent):
    page = browser.page
    groups = agent.ask("/api/v1/windows/1h")["routes"]
    page.get_by_role("button", name="p95").click()
    expect(page.locator("th[aria-sort=descending]")).to_have_text("p95")
    slowest = sorted(groups, key=lambda group: -group["duration_seconds"]["p95"])
    assert list(rows(page)) == [group["route"] for group in slowest]
    page.get_by_role("button", name="p95").press("Enter")
    expect(page.locator("th[aria-sort=ascending]")).to_have_text("p95")
    assert list(rows(page)) == [group["route"] for group in reversed(slowest)]
    page.locator("#search").fill("ORD")
    expect(page.locator(TABLE)).to_have_count(1)
    expect(page.locator("#routes-note")).to_have_text("1 of 3 routes")
    page.locator("#search").fill("nothing so called")
    expect(page.locator("#routes-note")).to_have_text("None of 3 routes is called so")
    page.locator("#search").fill("")
    page.get_by_role("button", name="Requests").click()


def stretch(browser, agent):
    page = browser.page
    page.locator("#charts").scroll_into_view_if_needed()
    area = page.locator("#chart-latency .u-over").bounding_box()
    y = area["y"] + area["height"] / 2
    page.mouse.move(area["x"] + area["width"] * 0.80, y)
    page.mouse.down()
    page.mouse.move(area["x"] + area["width"] * 0.90, y, steps=5)
    expect(page.locator("#chart-latency .when")).not_to_have_text("")
    page.mouse.up()
    expect(page.locator("#stretch")).to_be_visible()
    query = page.evaluate("Object.fromEntries(new URLSearchParams(location.hash.slice(2)))")
    asked = agent.ask(f"/api/v1/timeline?by=route&from={query['from']}&to={query['to']}")
    assert 0 < asked["total"]["requests"] < agent.ask("/api/v1/windows/1h")["total"]["requests"], asked["total"]
    expect(page.locator("#tile-rate b")).to_have_text(texts.count(asked["total"]["requests"]))
    check_table(page, asked["groups"])
    # It is in the address: who is sent it sees the same.
    page.reload()
    expect(page.locator("#tile-rate b")).to_have_text(texts.count(asked["total"]["requests"]))
    page.get_by_role("button", name="Back to live").click()
    expect(page.locator("#stretch")).to_be_hidden()
    # The same by keys.
    chart = page.locator("#chart-traffic")
    chart.focus()
    chart.press("End")
    for _ in range(20):
        chart.press("ArrowLeft")
    expect(page.locator("#chart-voice")).to_contain_text("requests/s")
    for _ in range(5):
        chart.press("Shift+ArrowLeft")
    chart.press("Enter")
    expect(page.locator("#stretch")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#stretch")).to_be_hidden()


def route(browser, agent):
    page = browser.page
    page.get_by_role("radio", name="1 h", exact=True).check()
    page.get_by_role("button", name="/orders/{id}").click()
    expect(page.locator("#route-title")).to_be_focused()
    expect(page.locator("#charts-title")).to_have_text("/orders/{id} over time")
    path = "/api/v1/timeline?window=1h&route=/orders/%7Bid%7D"
    statuses = {group["status"]: group["requests"] for group in agent.ask(path + "&by=status")["groups"]}
    shown = page.eval_on_selector_all(
        "#route .card:nth-child(3) tbody tr", "rows => rows.map(row => [row.cells[0].textContent, row.cells[1].textContent])")
    assert dict(shown) == {str(status): texts.count(requests) for status, requests in statuses.items()}, shown
    caches = agent.ask(path + "&by=cache")["groups"]
    shown = page.eval_on_selector_all("#route .card:nth-child(1) tbody tr", "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))")
    assert [row[:4] for row in shown] == [
        [group["cache"], texts.count(group["requests"]), texts.duration(group["duration_seconds"]["p50"]),
         texts.duration(group["duration_seconds"]["p95"])] for group in caches], shown
    label = page.locator("#route svg.distribution").first.get_attribute("aria-label")
    hits = sum(group["requests"] for group in caches if group["cache"] == "hit")
    assert f"from the cache, {texts.count(hits)} requests" in label, label
    violations(page, "a route")
    page.get_by_role("button", name="All routes").click()
    expect(page.locator("#route")).to_be_hidden()
    expect(page.get_by_role("button", name="/orders/{id}")).to_be_focused()


def check_waterfalls(card, agent):
    """From before to after by what the comparison says; the bars begin where the one above ends."""
    expect(card.locator(".waterfall")).to_have_count(2, timeout=15_000)
    report = agent.ask("/api/v1/compare?change=faster-orders")
    assert report["verdict"] in ("met", "inconclusive"), report["reasons"]
    expect(card.locator(".so-far .badge")).to_have_text({"met": "Met", "inconclusive": "Inconclusive"}[report["verdict"]])
    promised = {row["metric"]: row for row in report["results"] if row["role"] == "promised"}
    for place, (metric, level) in enumerate((("p95", lambda value: texts.duration(value / 1000)), ("db_calls", texts.digits))):
        row, picture = promised[metric], card.locator(".card:has(.waterfall)").nth(place)
        expect(picture.locator("h4")).to_have_text(f"{metric} of /orders/{{id}}")
        shown = dict(picture.locator("tbody tr").evaluate_all("rows => rows.map(row => [row.cells[0].textContent, row.cells[1].textContent])"))
        parts = {"code": row["within"], "cache": row["cache"], "traffic": row["traffic"]}
        wanted = {"before": level(row["before"]), "after": level(row["after"])} | {name: texts.share(part["ln"]) for name, part in parts.items()}
        assert shown == wanted, f"{metric}: found {shown}, expected {wanted}"
        bars = picture.locator("rect").evaluate_all("bars => bars.map(bar => [+bar.getAttribute('x'), +bar.getAttribute('width')])")
        whole = max(left + width for left, width in bars)
        assert abs(bars[-1][1] / bars[0][1] - row["after"] / row["before"]) < 0.02, bars
        assert abs(sum(bars[1]) - bars[0][1]) < 0.02 * whole, f"the code does not begin where before ends: {bars}"
        assert row["within"]["ln"] < 0, row


def change(browser, agent, place):
    """A record made on the command line is on the page within seconds, and is a mark on the charts."""
    def plumbline(*words):
        return subprocess.run([agent.command[0], "change", *words, "--data", str(place / "data")], capture_output=True, text=True)

    made = plumbline("start", "faster orders", "--owner", "kim", "--expect", "p95 /orders/{id} -20%", "--anyway",
                     "--expect", "db_calls /orders/{id} -50%", "--rollback", "make rollback REV=41", "--routes", "/orders/{id}", "--baseline", "-15m..-5m")
    assert made.returncode == 0, made.stdout + made.stderr
    marked = plumbline("mark", "faster-orders", "deploy", "--at", "-5m")
    assert marked.returncode == 0, marked.stdout + marked.stderr
    page = browser.page
    card = page.locator("article[data-change=faster-orders]")
    expect(card).to_be_visible(timeout=15_000)
    expect(card.locator(".badge")).to_have_text("Deployed, not judged")
    card.get_by_role("button", name="faster orders").click()
    expect(card.locator("tbody code").first).to_have_text("p95 /orders/{id} -20%")
    expect(card.locator(".rollback code")).to_have_text("make rollback REV=41")
    record = agent.ask("/api/v1/changes")["changes"][0]
    items = card.locator(".checklist li").evaluate_all("items => items.map(item => item.dataset.state)")
    assert items == [item["state"] for item in record["checklist"]], items
    # The picture is of the requests of before and of after.
    picture = card.locator("svg.distribution").first
    expect(picture).to_be_visible()
    before = agent.ask(f"/api/v1/timeline?from={record['baseline']['from']}&to={record['baseline']['to']}&route=/orders/%7Bid%7D")
    label = picture.get_attribute("aria-label")
    assert f"before, {texts.count(before['total']['requests'])} requests" in label, label
    check_waterfalls(card, agent)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    card.get_by_role("button", name="Copy").click()
    expect(card.get_by_text("Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "make rollback REV=41"
    violations(page, "a change")
    # The deploy is on the time axis: the arrow keys come across it.
    chart = page.locator("#chart-latency")
    chart.focus()
    chart.press("End")
    for _ in range(12):
        if "deploy faster orders" in page.locator("#chart-voice").text_content():
            break
        chart.press("ArrowLeft")
    expect(page.locator("#chart-voice")).to_contain_text("deploy faster orders")
    chart.press("Escape")
    # And the route that it covers tells of it.
    page.get_by_role("button", name="/orders/{id}").first.click()
    expect(page.locator("#route .covering")).to_contain_text("faster orders")
    expect(page.locator("#route .covering")).to_contain_text("Before it")
    page.get_by_role("button", name="All routes").click()


def restart(browser, agent):
    page = browser.page
    before = len(browser.complaints)
    agent.kill()
    expect(page.locator("#trouble")).to_contain_text("The agent does not answer", timeout=10_000)
    expect(page.locator("#verdict-word")).to_have_text("Not known")
    violations(page, "no agent")
    agent.start()
    expect(page.locator("#trouble")).to_be_hidden(timeout=15_000)
    expect(page.locator("#connection-note")).to_contain_text("the agent was started anew")
    expect(page.locator("#connection")).to_have_attribute("data-state", "live")
    # While nobody listened the browser has said so; nothing else may be among it.
    said = browser.complaints[before:]
    assert all("Failed to load resource" in text or "ERR_" in text for text in said), said
    del browser.complaints[before:]
    expect(page.locator("#tile-rate b")).to_have_text(texts.count(agent.ask("/api/v1/windows/1h")["total"]["requests"]))


def stale(browser, agent, log):
    page = browser.page
    log.write(line(time.time(), "/", 3))
    log.flush()
    expect(page.locator("#freshness")).to_have_attribute("data-state", "fresh")
    expect(page.locator("#last-line")).to_contain_text("last line")
    expect(page.locator("#freshness")).to_have_attribute("data-state", "stale", timeout=15_000)


def trouble(browser, agent):
    page = browser.page
    before = len(browser.complaints)
    page.route("**/api/v1/timeline*", lambda route: route.fulfill(
        status=503, content_type="application/problem+json", body='{"detail": "the disk is slow", "expected": "an answer"}'))
    page.get_by_role("radio", name="5 min", exact=True).check()
    expect(page.locator("#trouble")).to_contain_text("the disk is slow")
    page.unroute("**/api/v1/timeline*")
    page.get_by_role("radio", name="1 h", exact=True).check()
    expect(page.locator("#trouble")).to_be_hidden()
    assert all("503" in text for text in browser.complaints[before:])
    del browser.complaints[before:]


def sizes(chromium, agent, done):
    for width, height, scheme in ((360, 740, "light"), (390, 844, "dark"), (1280, 900, "dark"), (2560, 1300, "light")):
        browser = Browser(chromium, agent.address, viewport={"width": width, "height": height}, color_scheme=scheme)
        browser.page.goto(agent.address + "/#?range=1h&route=%2Forders%2F%7Bid%7D")
        expect(browser.page.locator("#route svg.distribution").first).to_be_visible()
        assert wide(browser.page) <= width, f"{wide(browser.page)} px wide in a window of {width}"
        violations(browser.page, f"{width} px, {scheme}")
        browser.finish()
    done("fits 360 to 2,560 px, light and dark; axe has nothing to say")


def token(chromium, program, place, port):
    (place / "tokens").write_text("a-token-for-the-page")
    (place / "plumbline.yaml").write_text(f"admin_token_file: {place}/tokens\n")
    agent = Agent(program, place, port, "--config", str(place / "plumbline.yaml"))
    agent.start()
    try:
        browser = Browser(chromium, agent.address)
        browser.page.goto(agent.address + "/")
        field = browser.page.get_by_label("This agent asks for a token")
        expect(field).to_be_visible()
        assert all("401" in text for text in browser.complaints)
        browser.complaints.clear()
        field.fill("a-token-for-the-page")
        field.press("Enter")
        expect(browser.page.locator("#connection")).to_have_attribute("data-state", "live")
        expect(browser.page.locator("#main")).not_to_have_attribute("data-state", "loading")
        browser.complaints = [text for text in browser.complaints if "401" not in text]
        browser.finish()
    finally:
        agent.stop()


def main(program, place, port):
    place = pathlib.Path(place)
    log = open(place / "app.log", "w")
    agent = Agent(program, place, port)
    began = time.monotonic()

    def done(what):
        print(f"{time.monotonic() - began:5.1f} s  {what}", flush=True)

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        agent.start()
        try:
            browser = Browser(chromium, agent.address, viewport={"width": 1280, "height": 900})
            empty(browser, agent)
            done("an agent without a line: waits, then says that there is nothing")
            now = time.time()
            log.writelines(shop(now - 1_200, now - 2, better=now - 300))
            log.write("{\"time\": ?no object? {right}\n" * 2)
            log.flush()
            wait("the lines", lambda: agent.ask("/api/v1/windows/1h")["total"]["requests"] == 2_400)
            for check, what in (
                (numbers, "its numbers are those of the API"), (table, "sorts and searches"),
                (stretch, "a stretch is dragged, by keys too, and everything follows"),
                (route, "a route opens, and closes"),
                (lambda browser, agent: change(browser, agent, place), "a change, its checklist, its way back, its mark"),
                (trouble, "a question that is not answered"),
                (restart, "kill -9 and a new agent")):
                check(browser, agent)
                done(what)
            stale(browser, agent, log)
            done("a log that falls silent")
            browser.finish()
            sizes(chromium, agent, done)
        finally:
            agent.stop()
        token(chromium, program, place, port)
        done("asks for a token where the agent does")
        chromium.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
