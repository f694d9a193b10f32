// Changes of the service: what was promised, what became of it, what decides it, and the way back.

import { setMarks } from "./charts.js";
import { byID, el, say, svg } from "./draw.js";
import { clock, count, digits, duration, instant, none, percent } from "./format.js";
import { distribution } from "./route.js";
import { setFlags } from "./routes.js";
import { ask, askPatiently, offers } from "./source.js";
import { look, onChange, state } from "./state.js";

const words = {
  baseline: "Baseline taken", deployed: "Deployed, not judged", met: "Met", not_met: "Not met", regressed: "Regressed",
  inconclusive: "Inconclusive", not_comparable: "Not comparable", unharmed: "Unharmed", rolled_back: "Rolled back",
  restored: "Restored", not_restored: "Not restored", closed: "Closed", no_expectation: "Nothing promised",
};
const marks = { deploy: "deploy", purge: "purge", rollback: "rollback", rehearsal: "rehearsal" };
const kinds = { met: "good", unharmed: "good", restored: "good", not_met: "poor", regressed: "poor", not_restored: "poor", rolled_back: "poor" };

let changes = [], unreadable = [], insights = null, shown = "";

export async function refreshChanges() {
  if (await offers("/api/v1/insights")) {
    insights = await ask("/api/v1/insights");
    const flags = new Map();
    for (const { route, reason } of insights.n_plus_one)
      flags.set(route, [{ label: "N+1", text: [flags.get(route)?.[0].text, reason].filter(Boolean).join(" ") }]);
    setFlags(flags);
  }
  if (!(await offers("/api/v1/changes"))) {
    say(byID("changes-note"), "This agent keeps no records of changes");
    return;
  }
  const answer = await ask("/api/v1/changes");
  ({ changes, unreadable } = answer);
  setMarks(changes.flatMap(change => change.marks.filter(mark => mark.kind !== "rehearsal").map(mark =>
    ({ time: instant(mark.time), kind: mark.kind, label: `${marks[mark.kind] ?? mark.kind} ${change.title}` }))));
  const text = JSON.stringify(answer);
  if (text === shown) return;
  shown = text;
  draw();
}

onChange(changed => {
  if (changed.has("change") && shown) draw();
});

/** Why a route is hard to predict, in the agent's words; null where it is not. */
export const insightOf = route => insights?.predictability.find(entry => entry.route === route)?.reason ?? null;

function draw() {
  const open = changes.filter(change => change.closed == null).length;
  say(byID("changes-note"), !changes.length ? "None is recorded: plumbline change start writes down the first one"
    : `${count(changes.length)} recorded, ${open ? count(open) : "none"} open` + (unreadable.length ? `, ${count(unreadable.length)} files are no records` : ""));
  byID("changes-body").replaceChildren(...changes.map(item));
}

function item(change) {
  const isOpen = state.change === change.id, body = `change-${change.id}`;
  const toggle = el("button", {
    type: "button", class: "link", "aria-expanded": String(isOpen), "aria-controls": body,
    onclick: () => look({ change: isOpen ? null : change.id }),
  }, change.title);
  const last = change.marks.at(-1);
  const when = last ? `${marks[last.kind] ?? last.kind} ${clock(instant(last.time))}` : `begun ${clock(instant(change.created))}`;
  const article = el("article", { class: "card change", "data-change": change.id, "data-state": change.state },
    el("div", { class: "heading" }, badge(change.state), el("h3", {}, toggle),
      el("p", { class: "note" }, `${change.owner} · ${when} · ${change.routes.join(", ") || "all routes"}`)),
    ...(change.verdict?.reasons ?? []).slice(0, 1).map(reason => el("p", {}, reason)));
  const details = el("div", { id: body, class: "details", hidden: !isOpen });
  article.append(details);
  if (isOpen) fill(details, change);
  return article;
}

const badge = word => el("span", { class: `badge ${kinds[word] ?? ""}` }, words[word] ?? word);

function fill(details, change) {
  const more = (change.verdict?.reasons ?? []).slice(1).map(reason => el("p", {}, reason));
  const picture = el("div", { class: "cards" });
  details.append(...more, ...change.warnings.map(text => el("p", { class: "banner warn" }, text)), promises(change), picture,
    checklist(change), rollback(change));
  compare(change, picture).catch(error => picture.replaceChildren(el("p", { class: "note" }, `No comparison: ${error.message}`)));
}

function promises(change) {
  if (!change.expectations.length) return el("p", { class: "note" }, "Nothing was promised.");
  const rows = change.expectations.map(promise => el("tr", {}, el("th", { scope: "row" }, el("code", {}, promise.text)),
    el("td", {}, promise.verdict ? badge(promise.verdict) : "not judged"), el("td", {}, promise.reason ?? "")));
  return el("table", { class: "small" }, el("caption", { class: "unseen" }, "Expected"),
    el("thead", {}, el("tr", {}, ...["Expected", "Verdict", "Why"].map(text => el("th", { scope: "col" }, text)))), el("tbody", {}, ...rows));
}

// MARK: The comparison

async function compare(change, place) {
  const deploy = change.marks.findLast(mark => mark.kind === "deploy");
  if (!deploy) return place.append(el("p", { class: "note" }, "Nothing is deployed yet, so there is nothing to compare."));
  const after = change.verdict?.after ?? { from: deploy.time, to: new Date().toISOString() };
  const route = change.routes.length === 1 && !change.routes[0].includes("*") ? change.routes[0] : null;
  const [before, now] = await Promise.all([change.baseline, after].map(({ from, to }) => ask("/api/v1/timeline", { from, to, route, histogram: true })));
  place.append(el("div", { class: "card" }, el("h4", {}, `Durations of ${route ?? "all routes"}`), distribution([
    { label: "before", name: "muted", groups: [whole(before)] }, { label: "after", name: "p50", groups: [whole(now)] },
  ])));
  if (!(await offers("/api/v1/compare"))) return;
  const report = await reportOf(change);
  const promised = report.results.filter(row => row.role === "promised");
  const shown = promised.length ? promised : report.results.filter(row => row.metric === "p95" || row.metric === "db_calls");
  place.prepend(...shown.slice(0, 4).map(waterfall));
  if (!change.verdict) place.before(soFar(report));
}

const reports = new Map(), reportFor = 60_000;

/** The comparison of a change: days of snapshots are read for it, so it is asked for anew only where it may be another. */
function reportOf(change) {
  const key = JSON.stringify([change.marks, change.verdict]), known = reports.get(change.id);
  if (known?.key === key && Date.now() - known.time < reportFor) return known.report;
  const report = askPatiently("/api/v1/compare", { change: change.id });
  reports.set(change.id, { key, time: Date.now(), report });
  report.catch(() => reports.delete(change.id));
  return report;
}

/** What the judgement would be; the record itself is judged by plumbline change verify. */
function soFar(report) {
  const unmet = report.change.expected.filter(promise => promise.verdict !== "met" && promise.reason);
  return el("p", { class: "so-far" }, "So far: ", badge(report.verdict),
    el("span", { class: "note" }, ` ${[...report.reasons, ...unmet.map(promise => promise.reason)].join("; ")}`));
}

/** A timeline's histogram with all its rows added up. */
function whole({ histogram }) {
  const counts = [];
  for (const row of histogram.counts) row.forEach((value, place) => { counts[place] = (counts[place] ?? 0) + value; });
  return { histogram: { ...histogram, counts: [counts] } };
}

const units = { ms: value => duration(value / 1000), ratio: percent };

/**
 * From before to after in three steps: what the code did, what the cache's share did, what the traffic did. Effects are
 * natural logarithms, of shares differences; either way the steps add up to the whole.
 */
export function waterfall(row) {
  const isShare = row.unit === "ratio", format = units[row.unit] ?? digits;
  const effect = part => part.ln ?? part.delta ?? 0;
  const move = (value, by) => (isShare ? value + by : value * Math.exp(by));
  const text = by => (isShare ? `${by >= 0 ? "+" : "−"}${(Math.abs(by) * 100).toFixed(2)} pp` : `${by >= 0 ? "+" : "−"}${Math.abs(Math.expm1(by) * 100).toFixed(1)} %`);
  let value = row.before;
  const steps = [["before", 0, row.before, format(row.before), "muted"]];
  for (const [label, part] of [["code", row.within], ["cache", row.cache], ["traffic", row.traffic]]) {
    const next = move(value, effect(part));
    const isWorse = row.metric === "hit_ratio" ? next < value : next > value;
    steps.push([label, value, next, text(effect(part)), Math.abs(effect(part)) < 1e-9 ? "muted" : isWorse ? "errors" : "hits"]);
    value = next;
  }
  steps.push(["after", 0, row.after, format(row.after), "p50"]);
  const most = Math.max(...steps.flatMap(([, from, to]) => [from, to])) || 1;
  const rows = steps.map(([label, from, to, shown, name]) => {
    const left = (Math.min(from, to) / most) * 100, width = Math.max(0.6, (Math.abs(to - from) / most) * 100);
    return el("tr", {}, el("th", { scope: "row" }, label), el("td", { class: "number" }, shown), el("td", { class: "fill" },
      svg("svg", { class: "share", viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" },
        svg("rect", { x: String(left), width: String(width), height: "8", class: `c-${name}`, fill: "currentColor" }))));
  });
  const scope = row.scope.route ? `${row.scope.method ?? ""} ${row.scope.route}`.trim() : "all routes";
  const ci = row.within.ci95 ? `Code, 95 %: ${row.within.ci95.map(text).join(" to ")}` : "";
  return el("div", { class: "card" }, el("h4", {}, `${row.metric} of ${scope}`),
    el("table", { class: "small waterfall" }, el("caption", { class: "unseen" }, "From before to after"), el("tbody", {}, ...rows)),
    el("p", { class: "note" }, [ci, row.sufficient ? row.attribution.replaceAll("_", " ") : row.insufficiency].filter(Boolean).join(" · ")));
}

// MARK: The checklist and the way back

const signs = { done: "✓", missing: "!", failed: "✗", pending: "…", not_applicable: "–" };
const signWords = { done: "done", missing: "missing", failed: "failed", pending: "not yet", not_applicable: "does not apply" };

function checklist(change) {
  if (!change.checklist.length) return null;
  return el("div", { class: "card" }, el("h4", {}, "Checklist"), el("ul", { class: "checklist" }, ...change.checklist.map(entry =>
    el("li", { "data-state": entry.state }, el("span", { class: "sign", "aria-hidden": "true" }, signs[entry.state] ?? "?"),
      el("span", {}, el("strong", {}, entry.text), ` (${signWords[entry.state] ?? entry.state}) `, el("span", { class: "note" }, entry.evidence))))));
}

function rollback(change) {
  const { command, rehearsed, used } = change.rollback;
  if (!command) return el("p", { class: "note" }, "No rollback command is recorded.");
  const code = el("code", {}, command), said = el("span", { class: "note", role: "status" });
  const copy = el("button", { type: "button", onclick: async () => {
    try {
      await navigator.clipboard.writeText(command);
      say(said, "Copied");
    } catch {
      // Without a secure context there is no clipboard; what is selected can be copied by hand.
      getSelection().selectAllChildren(code);
      say(said, "Selected: copy it with the keyboard");
    }
  } }, "Copy");
  const story = used ? `used ${clock(instant(used))}` : rehearsed ? `rehearsed ${clock(instant(rehearsed))}` : "not rehearsed";
  return el("div", { class: "card rollback" }, el("h4", {}, "Way back"), el("p", {}, code, " ", copy, " ", said), el("p", { class: "note" }, story));
}

/** What the changes that cover a route have promised, with its numbers before them and now. */
export function coverage(route, total) {
  const covering = changes.filter(change => change.routes.some(covered => covered === route || covered === "*"));
  if (!covering.length) return null;
  const cards = covering.map(change => {
    const before = change.baseline.numbers.find(numbers => numbers.route === route);
    const open = el("button", { type: "button", class: "link", onclick: () => {
      look({ change: change.id });
      byID("changes").scrollIntoView();
    } }, change.title);
    const line = (label, then, now) => el("tr", {}, el("th", { scope: "row" }, label), el("td", { class: "number" }, then), el("td", { class: "number" }, now));
    const seconds = total.duration_seconds;
    return el("div", { class: "card" }, el("div", { class: "heading" }, badge(change.state), el("h3", {}, open)), !before ? null :
      el("table", { class: "small" },
        el("thead", {}, el("tr", {}, el("td"), el("th", { scope: "col", class: "number" }, "Before it"), el("th", { scope: "col", class: "number" }, "Now"))),
        el("tbody", {}, line("p50", duration(before.p50), duration(seconds?.p50)), line("p95", duration(before.p95), duration(seconds?.p95)),
          line("errors", percent(before.error_ratio), percent(total.error_ratio)), line("hit ratio", percent(before.hit_ratio), percent(total.hit_ratio)),
          line("DB calls", digits(before.db_calls), total.db_calls ? digits(total.db_calls.mean) : none))));
  });
  return el("div", { class: "cards covering" }, ...cards);
}
