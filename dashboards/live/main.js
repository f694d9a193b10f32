// Wires the page: what is looked at is asked for again whenever there is news, and shown.

import { drawCharts, makeCharts } from "./charts.js";
import { refreshChanges } from "./changes.js";
import { byID, el, say, show } from "./draw.js";
import { clock, count, digits, duration, instant, percent, span } from "./format.js";
import { makeInputs, refreshInputs } from "./inputs.js";
import { drawRouteAgain, refreshRoute } from "./route.js";
import { drawRoutes, makeRoutes, setRoutes } from "./routes.js";
import { ask, listen, Refusal, useToken } from "./source.js";
import { isLive, look, onChange, ranges, read, state, stretch } from "./state.js";

const othersEvery = 10_000, staleAfter = 10;

read();
makeTiles();
makeRoutes();
makeInputs();
makeCharts();
showRange();

// MARK: What is asked for, and when

let beat = null, heardAt = 0, offset = 0, connection = "loading", asking = null, isDue = false, lastAnswer = 0, othersAt = 0, failedAt = null;

/** The agent's clock, in Unix seconds: the one that its answers are of. */
const agentNow = () => Date.now() / 1000 + offset;

async function refresh() {
  if (asking) {
    isDue = true;
    return;
  }
  isDue = false;
  const question = (asking = new AbortController());
  try {
    const route = state.route;
    const whole = { ...stretch(), by: "route", histogram: true };
    // The charts are of the open route, the table is of all.
    const [answer, ofRoute] = await Promise.all([
      ask("/api/v1/timeline", whole, question.signal),
      route ? ask("/api/v1/timeline", { ...stretch(), route, histogram: true }, question.signal) : null,
      refreshRoute(),
    ]);
    if (asking !== question) return;
    const began = performance.now();
    setRoutes(answer);
    drawCharts(ofRoute ?? answer, agentNow());
    drawTiles((ofRoute ?? answer).total, answer);
    say(byID("charts-title"), route ? `${route} over time` : "Over time");
    say(byID("charts-note"), `${clock(instant(answer.from))} to ${clock(instant(answer.to))}, slices of ${span(answer.step_seconds)}`);
    lastAnswer = Date.now();
    failedAt = null;
    byID("main").dataset.state = answer.total.requests ? "ready" : "empty";
    performance.measure("plumbline-update", { start: began });
  } catch (error) {
    if (asking === question) failed(error);
  } finally {
    if (asking === question) asking = null;
    if (isDue) refresh();
  }
  showTrouble();
}

async function refreshOthers() {
  othersAt = Date.now();
  try {
    await Promise.all([refreshInputs(), refreshChanges()]);
    drawRouteAgain();
  } catch (error) {
    failed(error);
  }
}

function failed(error) {
  if (error.name === "AbortError") return;
  if (error instanceof Refusal && error.status === 401) return askForToken();
  failedAt ??= Date.now();
  byID("trouble").dataset.reason = error instanceof Refusal ? error.message : "";
  showTrouble();
}

onChange(changed => {
  if (changed.has("range") || changed.has("from") || changed.has("to") || changed.has("route")) {
    showRange();
    asking?.abort();
    asking = null;
    refresh();
  }
  if (["sort", "isDescending", "search"].some(name => changed.has(name))) drawRoutes();
});

const stream = listen(
  news => {
    const isFirst = beat == null, isAnother = beat != null && beat.started !== news.started;
    // What is worth a look at the inputs at once: the first lines, and lines that are no requests.
    const isNew = isFirst || isAnother || !beat.lines !== !news.lines || JSON.stringify(beat.rejected) !== JSON.stringify(news.rejected);
    beat = news;
    heardAt = Date.now();
    offset = instant(news.time) - heardAt / 1000;
    drawTop();
    if (isAnother) say(byID("connection-note"), `the agent was started anew at ${clock(instant(news.started))}`);
    const every = ranges[state.range].every * 1000;
    if (isFirst || isAnother || (isLive() && heardAt - lastAnswer >= every - 200)) refresh();
    if (isNew || heardAt - othersAt >= othersEvery) refreshOthers();
  },
  (state, detail) => {
    connection = state === "connecting" && heardAt ? "lost" : state;
    byID("connection").dataset.state = connection;
    byID("trouble").dataset.wait = detail?.seconds ?? "";
    if (state === "refused") {
      if (detail.status === 401) askForToken();
      else refused(detail);
    }
    showTrouble();
    drawTop();
  });

/** Without the stream the page asks by itself. */
function refused(refusal) {
  byID("trouble").dataset.refused = refusal.message;
  if (Date.now() - lastAnswer > 5_000 && isLive()) refresh();
  if (Date.now() - othersAt > othersEvery) refreshOthers();
}

// MARK: The top

const words = {
  pass: "Healthy", warn: "Warning", fail: "Failing", unseen: "Not known", probation: "On probation", guarded: "Guarded",
  drain: "Draining", maint: "In maintenance",
};

function drawTop() {
  if (!beat) return;
  const { health } = beat, isLost = connection !== "live" && connection !== "refused";
  const verdict = byID("verdict");
  verdict.dataset.state = isLost ? "lost" : health.status;
  say(byID("verdict-word"), isLost ? "Not known" : words[health.state] ?? words[health.status] ?? health.status);
  const since = health.since ? ` (since ${clock(instant(health.since))})` : "";
  say(byID("verdict-reason"), isLost ? `was ${health.status}: ${health.output}` : health.output + since);
  document.title = `${isLost ? "?" : health.status} · Plumbline`;
  say(byID("release"), beat.release);
  drawFreshness();
  const rejected = Object.entries(beat.rejected), sum = rejected.reduce((sum, [, lines]) => sum + lines, 0);
  show(byID("ledger"), sum > 0 || beat.lost_bytes > 0);
  const ledger = byID("ledger");
  const text = `${count(sum)} of ${count(beat.lines)} lines were no requests (`
    + rejected.map(([reason, lines]) => `${count(lines)} ${reason.replaceAll("_", " ")}`).join(", ") + "): ";
  const lost = beat.lost_bytes ? `${count(beat.lost_bytes)} bytes were lost before they could be read: ` : "";
  const whole = (sum ? text : "") + lost;
  if (ledger.dataset.text !== whole) {
    ledger.dataset.text = whole;
    ledger.replaceChildren(whole, el("a", { href: "#inputs" }, "see the inputs"));
  }
  show(byID("unready"), beat.unready.length > 0);
  say(byID("unready"), `Not ready: ${beat.unready.join("; ")}`);
}

/** Ages grow without news; the rest of the page does not move then. */
function drawFreshness() {
  if (!beat) return;
  const text = byID("last-line");
  if (beat.last_line == null) {
    say(text, beat.newest_event == null ? "no line yet" : `no line since the start, newest ${clock(instant(beat.newest_event))}`);
    byID("freshness").dataset.state = "stale";
    return;
  }
  const age = Math.max(0, agentNow() - instant(beat.last_line));
  say(text, `last line ${span(age)} ago`);
  byID("freshness").dataset.state = age > staleAfter ? "stale" : "fresh";
}

setInterval(() => {
  drawFreshness();
  showTrouble();
}, 1_000);

function showTrouble() {
  const banner = byID("trouble");
  const last = lastAnswer ? `; these numbers are of ${clock(lastAnswer / 1000)}` : "";
  const isLost = connection === "lost";
  if (isLost) say(banner, `The agent does not answer${last}. Trying again.`);
  else if (failedAt) say(banner, `A question was not answered${last}: ${banner.dataset.reason || "no connection"}`);
  else if (connection === "refused" && banner.dataset.refused)
    say(banner, `No live news (${banner.dataset.refused}); asking every few seconds instead.`);
  show(banner, isLost || failedAt != null || (connection === "refused" && Boolean(banner.dataset.refused)));
  document.body.classList.toggle("stale", isLost);
}

function askForToken() {
  if (!byID("token-form").hidden) return;
  show(byID("token-form"), true);
  byID("token").focus();
}

byID("token-form").addEventListener("submit", event => {
  event.preventDefault();
  useToken(byID("token").value);
  byID("token").value = "";
  show(byID("token-form"), false);
  failedAt = null;
  stream.again();
  refresh();
  refreshOthers();
});

// MARK: The stretch of time

function showRange() {
  for (const input of document.querySelectorAll("#ranges input")) input.checked = isLive() && input.value === state.range;
  show(byID("stretch"), !isLive());
  if (!isLive()) say(byID("stretch-text"), `${clock(state.from)} to ${clock(state.to)} (${span(state.to - state.from)})`);
}

byID("ranges").addEventListener("change", event => look({ range: event.target.value, from: null, to: null }));
byID("back-to-live").addEventListener("click", () => {
  look({ from: null, to: null });
  document.querySelector("#ranges input:checked").focus();
});
document.addEventListener("keydown", event => {
  if (event.key !== "Escape" || event.defaultPrevented) return;
  if (!isLive()) look({ from: null, to: null });
});

// MARK: The totals

function makeTiles() {
  const tiles = [
    ["rate", "Requests"], ["errors", "Errors"], ["p50", "p50"], ["p95", "p95"], ["p99", "p99"], ["hits", "Hit ratio"], ["calls", "DB calls"],
  ];
  byID("tiles").append(...tiles.map(([id, label]) =>
    el("div", { class: "tile", id: `tile-${id}` }, el("dt", {}, label), el("dd", {}, el("b", {}, "–"), el("span", {})))));
}

function tile(id, value, text, note = "", isBad = false) {
  const place = byID(`tile-${id}`);
  place.dataset.value = value ?? "";
  place.classList.toggle("bad", isBad);
  say(place.querySelector("b"), text);
  say(place.querySelector("span"), note);
}

function drawTiles(total, { from, to, earliest }) {
  const begin = Math.max(instant(from), instant(earliest) ?? 0);
  const seconds = Math.max(1, Math.min(instant(to), agentNow()) - begin);
  const durations = total.duration_seconds;
  tile("rate", total.requests, count(total.requests), `${digits(total.requests / seconds)}/s`);
  tile("errors", total.errors, count(total.errors), percent(total.error_ratio), total.error_ratio >= 0.01);
  for (const name of ["p50", "p95", "p99"]) tile(name, durations?.[name], duration(durations?.[name]));
  tile("hits", total.hit_ratio, percent(total.hit_ratio), total.bypass_ratio == null ? "" : `${percent(total.bypass_ratio)} bypassed`);
  tile("calls", total.db_calls?.mean, digits(total.db_calls?.mean), total.db_calls ? `p95 ${digits(total.db_calls.p95)}` : "");
}
