// What is looked at: a stretch of time, a route, a change, the order of the table. It stands in the address, so that a
// view can be kept and sent to somebody.

export const ranges = {
  "1m": { window: "1m", seconds: 60, every: 1 },
  "5m": { window: "5m", seconds: 300, every: 5 },
  "15m": { window: "15m", seconds: 900, every: 10 },
  "1h": { window: "1h", seconds: 3600, every: 30 },
  "6h": { from: "-6h", step: "5m", seconds: 21600, every: 60 },
  "24h": { from: "-24h", step: "1h", seconds: 86400, every: 120 },
};

export const state = { range: "15m", from: null, to: null, route: null, change: null, sort: "requests", isDescending: true, search: "" };

const listeners = [];

export const onChange = listener => listeners.push(listener);

/** Changes what is looked at and tells everybody which parts have changed. */
export function look(changes) {
  const changed = Object.keys(changes).filter(name => state[name] !== changes[name]);
  if (!changed.length) return;
  Object.assign(state, changes);
  write();
  for (const listener of listeners) listener(new Set(changed));
}

/** What the timeline is asked for. */
export function stretch() {
  if (state.from != null) return { from: rfc3339(state.from), to: rfc3339(state.to) };
  const range = ranges[state.range];
  return range.window ? { window: range.window } : { from: range.from, step: range.step };
}

export const isLive = () => state.from == null;

const rfc3339 = seconds => new Date(seconds * 1000).toISOString();

function write() {
  const query = new URLSearchParams();
  if (state.from != null) {
    query.set("from", rfc3339(state.from));
    query.set("to", rfc3339(state.to));
  } else if (state.range !== "15m") query.set("range", state.range);
  if (state.route) query.set("route", state.route);
  if (state.change) query.set("change", state.change);
  if (state.sort !== "requests" || !state.isDescending) query.set("sort", (state.isDescending ? "-" : "") + state.sort);
  if (state.search) query.set("search", state.search);
  const target = query.size ? `#?${query}` : location.pathname;
  if (location.hash !== (query.size ? target : "")) history.replaceState(null, "", target);
}

export function read() {
  if (!location.hash.startsWith("#?")) return;
  const query = new URLSearchParams(location.hash.slice(2));
  if (ranges[query.get("range")]) state.range = query.get("range");
  const from = Date.parse(query.get("from")) / 1000, to = Date.parse(query.get("to")) / 1000;
  if (from < to) Object.assign(state, { from, to });
  state.route = query.get("route");
  state.change = query.get("change");
  state.search = query.get("search") ?? "";
  const sort = query.get("sort");
  if (sort) Object.assign(state, { sort: sort.replace(/^-/, ""), isDescending: sort.startsWith("-") });
}
