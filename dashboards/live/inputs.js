// The inputs: how far each log is read, and what of it was no request.

import { ask } from "./source.js";
import { byID, el, say } from "./draw.js";
import { bytes, count, none } from "./format.js";

const columns = ["Log", "State", "Position", "Behind", "Lines", "Rejected", "Lost"];

const states = {
  followed: "followed", finished: "read to its end", sought: "looked for", waiting: "waited for", retired: "older logs, added up",
};

export function makeInputs() {
  const head = el("tr");
  columns.forEach((label, place) =>
    head.append(el("th", { scope: "col", class: place === 0 ? "name" : place === 1 ? "" : "number" }, label)));
  byID("inputs-table").tHead.append(head);
}

export async function refreshInputs() {
  const { inputs } = await ask("/api/v1/inputs");
  const rows = inputs.map(row);
  const body = byID("inputs-table").tBodies[0];
  const text = JSON.stringify(inputs);
  if (body.shown === text) return;
  body.shown = text;
  body.replaceChildren(...rows.flat());
  const rejected = inputs.reduce((sum, input) => sum + rejects(input), 0);
  say(byID("inputs-note"), `${inputs.length} ${inputs.length === 1 ? "log" : "logs"}, `
    + (rejected ? `${count(rejected)} lines rejected` : "every line understood"));
}

const rejects = input => Object.values(input.rejected).reduce((sum, lines) => sum + lines, 0);

function row(input) {
  const rejected = rejects(input), number = (text, isBad) => el("td", { class: isBad ? "number bad" : "number" }, text);
  const name = el("th", { scope: "row", class: "name" }, el("span", { class: "path" }, input.path), el("span", { class: "source" }, input.source));
  const element = el(
    "tr", { "data-path": input.path }, name,
    el("td", {}, input.problem ? el("span", { class: "bad" }, input.problem) : states[input.state] ?? input.state),
    number(bytes(input.position)), number(input.lag_bytes ? bytes(input.lag_bytes) : "0", input.lag_bytes > 1 << 20),
    number(count(input.lines)), number(rejected ? count(rejected) : "0", rejected > 0),
    number(lost(input), input.lost_bytes > 0 || input.lost_datagrams > 0));
  if (!rejected) return [element];
  const list = el("ul", { class: "rejects" });
  for (const [reason, lines] of Object.entries(input.rejected)) {
    const sample = input.rejected_samples[reason];
    list.append(el("li", {}, `${count(lines)} ${reason.replaceAll("_", " ")}`, sample ? " such as " : "", sample ? el("code", {}, sample) : null));
  }
  const note = el("p", { class: "note" }, "Of a rejected line only its form is kept: letters are a, digits 9.");
  return [element, el("tr", { class: "detail" }, el("td", { colspan: String(columns.length) }, list, note))];
}

function lost(input) {
  if (input.lost_datagrams) return `${count(input.lost_datagrams)} datagrams`;
  return input.lost_bytes ? bytes(input.lost_bytes) : "0";
}
