// The table of routes: sorted by any column, searched by name; a click opens a route.

import { byID, el, say, show, trendLine } from "./draw.js";
import { count, digits, duration, percent } from "./format.js";
import { look, state } from "./state.js";

const pageLength = 25;
let shownRows = pageLength, groups = [], flags = new Map(), leftOut = 0;

const columns = [
  { name: "route", label: "Route", value: group => group.route, isText: true },
  { name: "requests", label: "Requests", value: group => group.requests, format: count },
  { name: "errors", label: "Errors", value: group => group.errors, format: count, isBad: group => group.error_ratio >= 0.01 },
  { name: "p50", label: "p50", value: group => group.duration_seconds?.p50, format: duration },
  { name: "p95", label: "p95", value: group => group.duration_seconds?.p95, format: duration },
  { name: "p99", label: "p99", value: group => group.duration_seconds?.p99, format: duration },
  { name: "trend", label: "p50–p99", isTrend: true },
  { name: "hit_ratio", label: "Hits", value: group => group.hit_ratio, format: percent },
  { name: "bypass_ratio", label: "Bypassed", value: group => group.bypass_ratio, format: percent },
  { name: "db_calls", label: "DB calls", value: group => group.db_calls?.mean, format: digits },
];

/** - found: by route, what `/api/v1/insights` says of it. */
export function setFlags(found) {
  flags = found;
  drawRoutes();
}

/** What the agent has noticed about a route: `{label, text}` each. */
export const flagsOf = route => flags.get(route) ?? [];

export function makeRoutes() {
  const head = el("tr");
  for (const column of columns) {
    const cell = el("th", { scope: "col", class: column.isText ? "name" : column.isTrend ? "course" : "number" });
    if (column.isTrend) cell.append(column.label);
    else cell.append(el("button", { type: "button", "data-sort": column.name, onclick: () => sortBy(column) }, column.label));
    column.head = cell;
    head.append(cell);
  }
  byID("routes-table").tHead.append(head);
  const search = byID("search");
  search.value = state.search;
  search.addEventListener("input", () => look({ search: search.value }));
  byID("more-routes").addEventListener("click", () => {
    shownRows = Infinity;
    drawRoutes();
  });
}

function sortBy(column) {
  const isDescending = state.sort === column.name ? !state.isDescending : !column.isText;
  look({ sort: column.name, isDescending });
}

export function setRoutes(answer) {
  groups = answer.groups;
  leftOut = answer.groups_left_out;
  drawRoutes();
}

const rows = new Map();

export function drawRoutes() {
  const body = byID("routes-table").tBodies[0];
  const chosen = columns.find(column => column.name === state.sort && column.value) ?? columns[1];
  for (const column of columns) {
    if (!column.value) continue;
    if (column === chosen) column.head.setAttribute("aria-sort", state.isDescending ? "descending" : "ascending");
    else column.head.removeAttribute("aria-sort");
  }
  const words = state.search.toLowerCase().split(/\s+/).filter(Boolean);
  const found = groups.filter(group => words.every(word => group.route.toLowerCase().includes(word)));
  found.sort((one, other) => compare(chosen, one, other));
  const visible = found.slice(0, shownRows);
  const wanted = visible.map(group => row(group));
  // Only what has moved is touched.
  wanted.forEach((element, place) => {
    if (body.rows[place] !== element) body.insertBefore(element, body.rows[place] ?? null);
  });
  while (body.rows.length > wanted.length) body.lastElementChild.remove();
  if (rows.size > 2 * groups.length + pageLength) rows.clear();
  const of = words.length ? `${count(found.length)} of ${count(groups.length)} routes` : `${count(groups.length)} routes`;
  say(byID("routes-note"), groups.length === 0 ? "No requests in this stretch of time"
    : found.length === 0 ? `None of ${count(groups.length)} routes is called so`
    : leftOut ? `${of}, ${count(leftOut)} more in (other)` : of);
  const more = byID("more-routes");
  show(more, found.length > visible.length);
  say(more, `Show all ${count(found.length)} routes`);
}

/** What is not known stands last, whichever way the table is sorted. */
function compare(column, one, other) {
  const [left, right] = [column.value(one), column.value(other)];
  if (left == null || right == null) return (left == null) - (right == null) || one.route.localeCompare(other.route);
  const order = column.isText ? left.localeCompare(right) : left - right;
  return (state.isDescending ? -order : order) || one.route.localeCompare(other.route);
}

function row(group) {
  let element = rows.get(group.route);
  if (!element) {
    element = el("tr", { "data-route": group.route });
    for (const column of columns) element.append(cell(column, group));
    rows.set(group.route, element);
  }
  element.classList.toggle("open", state.route === group.route);
  columns.forEach((column, place) => {
    const cell = element.cells[place];
    if (column.isTrend) cell.firstChild.update(group.trend);
    else if (column.isText) nameCell(cell, group);
    else {
      const value = column.value(group);
      say(cell, column.format(value));
      cell.dataset.value = value ?? "";
      cell.classList.toggle("bad", column.isBad?.(group) ?? false);
    }
  });
  return element;
}

function cell(column, group) {
  if (column.isText) {
    const open = el("button", { type: "button", class: "link", onclick: () => look({ route: group.route }) }, group.route);
    return el("th", { scope: "row", class: "name" }, open);
  }
  if (column.isTrend) return el("td", { class: "course" }, trendLine());
  return el("td", { class: "number" });
}

/** The flags behind the name: what the agent has noticed about the route. */
function nameCell(cell, group) {
  const found = flagsOf(group.route);
  const key = found.map(flag => flag.label + flag.text).join();
  if (cell.shownFlags === key) return;
  cell.shownFlags = key;
  while (cell.childElementCount > 1) cell.lastElementChild.remove();
  for (const flag of found) cell.append(el("span", { class: "flag", title: flag.text }, flag.label));
}
