// One route: how its durations are spread, from the cache and from the origin, anonymous and logged in; its answers.

import { ask } from "./source.js";
import { byID, el, show, svg } from "./draw.js";
import { count, digits, duration, percent } from "./format.js";
import { coverage, insightOf } from "./changes.js";
import { flagsOf } from "./routes.js";
import { look, state, stretch } from "./state.js";

// Which words of a cache mean that the origin was asked (PRODUCT: "origin contacted").
const fromCache = ["hit", "stale", "synthetic"], fromOrigin = ["revalidated", "expired", "miss", "bypass", "none"];

/** Asks for what is shown of a route besides the charts, and shows it. */
export async function refreshRoute() {
  const route = state.route;
  if (!route) return show(byID("route"), false);
  const question = by => ask("/api/v1/timeline", { ...stretch(), route, by, histogram: by !== "status" });
  const [caches, segments, statuses] = await Promise.all(["cache", "segment", "status"].map(question));
  if (state.route !== route) return;
  answers = [route, caches, segments, statuses];
  draw(...answers);
}

let shown = null, answers = null;

/** The same numbers again: more has become known about the route. */
export function drawRouteAgain() {
  if (answers && answers[0] === state.route) draw(...answers);
}

function draw(route, caches, segments, statuses) {
  const section = byID("route"), isNew = shown !== route || section.hidden;
  const title = el("h2", { id: "route-title", tabindex: "-1" }, route);
  const close = el("button", { type: "button", onclick: closeRoute }, "All routes");
  const total = caches.total;
  const summary = el("p", { class: "note" },
    `${count(total.requests)} requests, ${count(total.errors)} errors, p95 ${duration(total.duration_seconds?.p95)}`
    + (total.db_calls ? `, ${digits(total.db_calls.mean)} database calls each (at most ${count(total.db_calls.max)})` : ""));
  const insights = [...flagsOf(route).map(flag => flag.text), insightOf(route)].filter(Boolean);
  const origin = [
    { label: "from the cache", name: "hits", groups: caches.groups.filter(group => fromCache.includes(group.cache)) },
    { label: "from the origin", name: "misses", groups: caches.groups.filter(group => fromOrigin.includes(group.cache)) },
    { label: "not known", name: "muted", groups: caches.groups.filter(group => group.cache === "unknown") },
  ];
  const people = [["anonymous", "anonymous", "hits"], ["authenticated", "logged in", "misses"], ["unknown", "not known", "muted"]]
    .map(([segment, label, name]) => ({ segment, label, name, groups: segments.groups.filter(group => group.segment === segment) }));
  const focused = section.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
  close.dataset.focus = "close";
  section.replaceChildren(
    el("div", { class: "heading" }, title, summary, close),
    ...insights.map(text => el("p", { class: "insight" }, text)),
    el("div", { class: "cards" },
      card("Cache", distribution(origin), groupTable("Cache", caches.groups, group => group.cache)),
      card("Who asks", distribution(people), groupTable("Who", segments.groups, group => people.find(part => part.segment === group.segment)?.label ?? group.segment)),
      card("Answers", statusTable(statuses))),
    coverage(route, total) ?? "");
  show(section, true);
  if (isNew) {
    title.focus({ preventScroll: true });
    section.scrollIntoView({ block: "nearest" });
  } else if (focused) section.querySelector(`[data-focus=${focused}]`)?.focus();
  shown = route;
}

function closeRoute() {
  const route = state.route;
  look({ route: null });
  shown = null;
  show(byID("route"), false);
  const opener = [...document.querySelectorAll("#routes-table tr")].find(row => row.dataset.route === route);
  (opener?.querySelector("button") ?? byID("search")).focus();
}

const card = (title, ...content) => el("div", { class: "card" }, el("h3", {}, title), ...content);

/** Groups with their quantiles: the picture in numbers. */
function groupTable(label, groups, name) {
  const head = ["Requests", "p50", "p95", "p99", "DB calls"].map(text => el("th", { scope: "col", class: "number" }, text));
  const rows = groups.map(group => el("tr", {},
    el("th", { scope: "row" }, name(group)),
    ...[count(group.requests), duration(group.duration_seconds?.p50), duration(group.duration_seconds?.p95),
      duration(group.duration_seconds?.p99), digits(group.db_calls?.mean)].map(text => el("td", { class: "number" }, text))));
  return el("table", { class: "small" }, el("thead", {}, el("tr", {}, el("th", { scope: "col" }, label), ...head)), el("tbody", {}, ...rows));
}

function statusTable({ groups, total }) {
  const rows = [...groups].sort((one, other) => one.status - other.status).map(group => {
    const share = group.requests / total.requests;
    const bar = svg("svg", { class: "share", viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" },
      svg("rect", { width: String(Math.max(0.5, share * 100)), height: "8", class: `s${Math.floor(group.status / 100)}` }));
    return el("tr", {}, el("th", { scope: "row" }, String(group.status)), el("td", { class: "number" }, count(group.requests)),
      el("td", { class: "number" }, percent(share)), el("td", { class: "fill" }, bar));
  });
  const head = [["Status", ""], ["Requests", "number"], ["Share", "number"]].map(([text, kind]) => el("th", { scope: "col", class: kind }, text));
  return el("table", { class: "small" }, el("thead", {}, el("tr", {}, ...head, el("td"))), el("tbody", {}, ...rows));
}

const width = 360, height = 120, floor = 18;

/**
 * Durations of several parts of the requests over one another, on a logarithmic scale, each by its own share: parts of
 * different size can be compared. A part is `{label, name, groups}`, its groups with histograms of one row.
 */
export function distribution(parts) {
  const known = parts.map(part => {
    const counts = sum(part.groups.map(group => group.histogram));
    return { ...part, counts, total: [...counts.values()].reduce((sum, value) => sum + value, 0) };
  }).filter(part => part.total);
  if (!known.length) return el("p", { class: "nothing" }, "No durations in this stretch of time");
  const buckets = known.flatMap(part => [...part.counts.keys()]);
  const low = Math.min(...buckets), high = Math.max(...buckets) + 1;
  const x = bucket => ((bucket - low) / (high - low)) * width;
  const most = Math.max(...known.flatMap(part => [...part.counts.values()].map(value => value / part.total)), 0);
  const picture = svg("svg", { class: "distribution", viewBox: `0 0 ${width} ${height}`, role: "img" });
  const perDoubling = known[0].groups[0].histogram.buckets_per_doubling;
  for (let power = Math.ceil(Math.log10(2 ** (low / perDoubling))); 10 ** power < 2 ** (high / perDoubling); power++) {
    const at = x(Math.log2(10 ** power) * perDoubling);
    if (at < 16 || at > width - 16) continue;
    picture.append(svg("path", { class: "tick", d: `M${at.toFixed(1)} 0V${height - floor}` }),
      svg("text", { x: at.toFixed(1), y: String(height - 4), "text-anchor": "middle" }, duration(10 ** power)));
  }
  for (const part of known) {
    const top = value => (height - floor - (value / part.total / most) * (height - floor - 6)).toFixed(1);
    let path = `M${x(low).toFixed(1)} ${height - floor}`;
    for (let bucket = low; bucket < high; bucket++) path += `V${top(part.counts.get(bucket) ?? 0)}H${x(bucket + 1).toFixed(1)}`;
    picture.append(svg("path", { class: `curve c-${part.name}`, d: `${path}V${height - floor}` }));
  }
  const legend = el("p", { class: "legend" }, ...known.map(part =>
    el("span", { class: "key" }, el("i", { class: `swatch c-${part.name}` }), `${part.label} `, el("b", {}, count(part.total)))));
  picture.setAttribute("aria-label", "Distribution of durations: " + known.map(part => `${part.label}, ${count(part.total)} requests`).join("; "));
  return el("div", {}, legend, picture);
}

/** Histograms of one row each, added up: counts by bucket. */
function sum(histograms) {
  const counts = new Map();
  for (const histogram of histograms) {
    if (histogram?.lowest == null) continue;
    histogram.counts[0].forEach((value, place) => {
      if (value) counts.set(histogram.lowest + place, (counts.get(histogram.lowest + place) ?? 0) + value);
    });
  }
  return counts;
}
