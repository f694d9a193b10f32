// The charts over time. Hovering and arrow keys show values, dragging selects a stretch that everything follows.

import { byID, colour, el, faint, say } from "./draw.js";
import { clock, count, digits, duration, none, percent } from "./format.js";
import { drawHeat, heatAt, heatRange } from "./heat.js";
import { look, state } from "./state.js";

const axisWidth = 58, chartHeight = 190;

/** 1, 2 and 5 times a power of ten, or every power alone where that would be crowded. */
export function logarithmicTicks(low, high) {
  const ticks = [];
  const steps = Math.log10(high / low) > 2.2 ? [1] : [1, 2, 5];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++)
    for (const step of steps) {
      const tick = step * 10 ** power;
      if (tick >= low * 0.999 && tick <= high * 1.001) ticks.push(tick);
    }
  return ticks;
}

const ofDurations = { distr: 3, range: (u, low, high) => (low > 0 ? [low * 0.85, high * 1.2] : [0.001, 1]) };
const fromZero = least => ({ range: (u, low, high) => [0, Math.max(least, (high ?? 0) * 1.1)] });
const ofShares = { range: () => [0, 1] };

const line = (label, column, colourName, format, options = {}) => ({ label, column, colourName, format, ...options });

// What each chart draws: a column of the timeline's slices, or a function of the answer.
const definitions = [
  {
    id: "latency", title: "Latency", about: "p50 to p99, logarithmic", scale: ofDurations, axis: duration, ticks: logarithmicTicks,
    series: [
      line("p99", "p99", "p99", duration, { width: 1 }), line("p95", "p95", "p95", duration, { width: 2 }),
      line("p90", "p90", "p90", duration, { width: 1 }), line("p50", "p50", "p50", duration, { width: 2 }),
    ],
    bands: [[1, 2, "p99", 0.16], [2, 3, "p95", 0.22], [3, 4, "p50", 0.2]],
  },
  { id: "heat", title: "Latency, all requests", about: "darker: more requests", isHeat: true, axis: duration, ticks: logarithmicTicks },
  {
    id: "traffic", title: "Requests and errors", about: "per second", scale: fromZero(1), axis: digits,
    series: [
      line("requests/s", timeline => rates(timeline, "requests"), "requests", digits, { width: 1.5, fill: 0.15 }),
      line("errors/s", timeline => rates(timeline, "errors"), "errors", digits, { width: 1.5, fill: 0.5 }),
    ],
  },
  {
    id: "cache", title: "Cache", about: "hits of lookups, bypassed of all", scale: ofShares, axis: percentTick,
    series: [
      line("hit ratio", "hit_ratio", "hits", percent, { width: 2 }),
      line("bypass share", "bypass_ratio", "bypass", percent, { width: 1.5, dash: [5, 4] }),
    ],
  },
  {
    id: "calls", title: "Database calls", about: "per request", scale: fromZero(1), axis: digits,
    series: [
      line("mean", "db_calls", "calls", digits, { width: 2, fill: 0.12 }),
      line("p95", "db_calls_p95", "p95", digits, { width: 1, dash: [5, 4] }),
    ],
  },
];

function percentTick(ratio) { return `${Math.round(ratio * 100)} %`; }

/** Per second of what each slice covers so far; the one that is filling is left out until it says something. */
function rates(timeline, column) {
  return timeline.slices[column].map((value, place) => {
    const elapsed = Math.min(timeline.step, timeline.now - (timeline.start + place * timeline.step));
    return value == null || elapsed < timeline.step * 0.2 ? null : value / elapsed;
  });
}

const charts = [];
let timeline = null, marks = [], drag = null;

export function makeCharts() {
  const grid = byID("chart-grid");
  for (const definition of definitions) charts.push(new Chart(definition, grid));
  const resize = new ResizeObserver(() => charts.forEach(chart => chart.fit()));
  resize.observe(grid);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => charts.forEach(chart => chart.rebuild()));
}

/** - answer: of the API, with `now` in Unix seconds. */
export function drawCharts(answer, now) {
  const start = Date.parse(answer.from) / 1000, step = answer.step_seconds;
  const earliest = answer.earliest == null ? Infinity : Date.parse(answer.earliest) / 1000;
  const slices = {};
  // What was before anything is known was not nothing.
  for (const [name, values] of Object.entries(answer.slices))
    slices[name] = values.map((value, place) => (start + (place + 1) * step <= earliest ? null : value));
  const times = slices.requests.map((_, place) => start + (place + 0.5) * step);
  timeline = { answer, start, step, now, slices, times, end: start + times.length * step };
  charts.forEach(chart => chart.update());
}

/** Marks of changes: `{time, label, kind}`, in Unix seconds. */
export function setMarks(list) {
  if (JSON.stringify(list) === JSON.stringify(marks)) return;
  marks = list;
  charts.forEach(chart => chart.plot?.redraw(false));
}

class Chart {
  constructor(definition, grid) {
    this.definition = definition;
    this.legend = el("p", { class: "legend" });
    this.place = el("div", { class: "plot" });
    this.frame = el(
      "figure", {
        id: `chart-${definition.id}`, class: "card chart", tabindex: "0", role: "group", "aria-describedby": "chart-help",
        "aria-label": definition.title, onkeydown: event => this.key(event), onblur: () => this.leave(),
      },
      el("figcaption", {}, el("strong", {}, definition.title), el("span", {}, definition.about)), this.legend, this.place);
    this.empty = el("p", { class: "nothing", hidden: true });
    this.place.append(this.empty);
    grid.append(this.frame);
    this.values = (definition.series ?? []).map(series => {
      const value = el("b", {}, none);
      this.legend.append(el("span", { class: "key" }, el("i", { class: `swatch c-${series.colourName}` }), `${series.label} `, value));
      return value;
    });
    this.when = el("span", { class: "when" });
    this.legend.append(this.when);
  }

  get data() {
    const { times, slices } = timeline;
    if (this.definition.isHeat) return [times, times.map(() => null)];
    return [times, ...this.definition.series.map(series =>
      typeof series.column === "function" ? series.column(timeline) : slices[series.column])];
  }

  get isEmpty() {
    return this.definition.isHeat
      ? timeline.answer.histogram?.lowest == null
      : this.data.slice(1).every(column => column.every(value => value == null));
  }

  update() {
    const isEmpty = this.isEmpty;
    this.empty.hidden = !isEmpty;
    this.frame.classList.toggle("empty", isEmpty);
    const total = timeline.answer.total;
    say(this.empty, total.requests === 0 ? "No requests in this stretch of time" : "The log does not say");
    if (!this.plot) this.build();
    else this.plot.setData(this.data);
    this.read(this.cursor ?? null);
  }

  rebuild() {
    if (!this.plot) return;
    this.plot.destroy();
    this.build();
  }

  fit() {
    const width = this.place.clientWidth;
    if (this.plot && width && width !== this.plot.width) this.plot.setSize({ width, height: chartHeight });
  }

  build() {
    const { definition } = this;
    const text = { stroke: () => colour("muted"), font: "11px system-ui, sans-serif" };
    const grid = { stroke: () => colour("grid"), width: 1 };
    const time = (u, ticks) => ticks.map(tick => clock(tick, u.scales.x.max - u.scales.x.min < 600));
    const options = {
      width: this.place.clientWidth || 300, height: chartHeight, legend: { show: false }, padding: [12, 10, 0, 0],
      scales: {
        x: { time: true, range: () => [timeline.start, timeline.end] },
        y: definition.isHeat ? { distr: 3, log: 2, range: () => heatRange(timeline.answer.histogram) } : { ...definition.scale },
      },
      axes: [
        { ...text, grid, ticks: grid, space: 76, size: 30, values: time },
        {
          ...text, grid, ticks: { show: false }, size: axisWidth, space: 34, gap: 6,
          ...(definition.ticks ? { splits: u => definition.ticks(u.scales.y.min, u.scales.y.max), filter: (u, ticks) => ticks } : {}),
          values: (u, ticks) => ticks.map(tick => (tick == null ? "" : definition.axis(tick))),
        },
      ],
      series: [{}, ...(definition.series ?? [{}]).map(series => ({
        scale: "y", width: series.width ?? 0, dash: series.dash, points: { show: false }, spanGaps: false,
        stroke: series.colourName ? colour(series.colourName) : undefined,
        fill: series.fill ? faint(series.colourName, series.fill) : undefined,
      }))],
      bands: (definition.bands ?? []).map(([high, low, name, opacity]) => ({ series: [high, low], fill: faint(name, opacity) })),
      cursor: {
        y: false, points: { size: 7 }, focus: { prox: -1 },
        sync: { key: "time", setSeries: false }, drag: { x: true, y: false, setScale: false },
      },
      hooks: {
        draw: [u => { if (definition.isHeat) drawHeat(u, timeline); drawMarks(u); }],
        setCursor: [u => this.read(u.cursor.idx != null && u.cursor.left >= 0 ? u.cursor.idx : null)],
        setSelect: [u => this.select(u)],
      },
    };
    this.plot = new uPlot(options, this.data, this.place);
  }

  /** Shows the values of one slice; of none, the newest ones. */
  read(index) {
    this.cursor = index;
    const data = this.data;
    this.values.forEach((value, place) => {
      const column = data[place + 1];
      const shown = index ?? column.findLastIndex(value => value != null);
      say(value, this.definition.series[place].format(column[shown]));
    });
    const at = index == null ? "" : `${clock(timeline.start + index * timeline.step)} `;
    const cell = index != null && this.definition.isHeat ? heatAt(this.plot, timeline, index) : "";
    const mark = index == null ? null : marks.find(({ time }) => Math.floor((time - timeline.start) / timeline.step) === index);
    say(this.when, at + cell + (mark ? ` ${mark.label}` : ""));
  }

  /** The end of a drag: whole slices, at least one. */
  select(u) {
    if (!(u.select.width > 3)) return;
    const from = u.posToVal(u.select.left, "x"), to = u.posToVal(u.select.left + u.select.width, "x");
    u.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
    lookAt(from, to);
  }

  key(event) {
    if (!timeline || !this.plot) return;
    const last = timeline.times.length - 1;
    const move = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity }[event.key];
    if (move != null) {
      const at = Math.max(0, Math.min(last, (this.cursor ?? last + (move < 0 ? 1 : 0)) + move));
      if (!event.shiftKey) drag = null;
      else drag ??= this.cursor ?? at;
      this.plot.setCursor({ left: this.plot.valToPos(timeline.times[at], "x"), top: 10 });
      if (event.shiftKey) this.mark(drag, at);
      this.read(at);
      say(byID("chart-voice"), `${this.definition.title}, ${this.legend.textContent}`);
    } else if (event.key === "Enter" && drag != null && this.cursor != null) {
      const [first, end] = [Math.min(drag, this.cursor), Math.max(drag, this.cursor)];
      this.leave();
      lookAt(timeline.start + first * timeline.step, timeline.start + (end + 1) * timeline.step);
    } else if (event.key === "Escape" && (drag != null || this.cursor != null)) this.leave();
    else return;
    event.preventDefault();
  }

  mark(first, second) {
    const edge = place => this.plot.valToPos(timeline.start + place * timeline.step, "x");
    const left = edge(Math.min(first, second));
    this.plot.setSelect(
      { left, width: edge(Math.max(first, second) + 1) - left, top: 0, height: this.plot.bbox.height / devicePixelRatio }, false);
  }

  leave() {
    drag = null;
    if (!this.plot) return;
    this.plot.setCursor({ left: -10, top: -10 });
    this.plot.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
    this.read(null);
  }
}

function lookAt(from, to) {
  const step = timeline.step;
  from = timeline.start + Math.floor((from - timeline.start) / step) * step;
  to = Math.min(timeline.now, timeline.start + Math.ceil((to - timeline.start) / step) * step);
  if (to - from >= 1 && (from !== state.from || to !== state.to)) look({ from, to });
}

/** A dashed line and a word for every change that lies in sight. */
function drawMarks(u) {
  const { ctx } = u, ratio = devicePixelRatio, { left, top, width, height } = u.bbox;
  ctx.save();
  ctx.font = `${11 * ratio}px system-ui, sans-serif`;
  ctx.textBaseline = "top";
  let taken = -Infinity;
  for (const mark of marks) {
    const x = Math.round(u.valToPos(mark.time, "x", true));
    if (x < left || x > left + width) continue;
    ctx.strokeStyle = ctx.fillStyle = colour("mark");
    ctx.lineWidth = ratio;
    ctx.setLineDash([4 * ratio, 3 * ratio]);
    ctx.beginPath();
    ctx.moveTo(x, top);
    ctx.lineTo(x, top + height);
    ctx.stroke();
    ctx.setLineDash([]);
    ctx.beginPath();
    ctx.moveTo(x - 4 * ratio, top - 7 * ratio);
    ctx.lineTo(x + 4 * ratio, top - 7 * ratio);
    ctx.lineTo(x, top);
    ctx.fill();
    const word = mark.label.length > 24 ? `${mark.label.slice(0, 23)}…` : mark.label, size = ctx.measureText(word).width;
    const isRight = x + size + 8 * ratio < left + width;
    const begin = isRight ? x + 5 * ratio : x - 5 * ratio - size;
    if (begin < taken) continue;
    ctx.fillText(word, begin, top + 2 * ratio);
    taken = begin + size + 6 * ratio;
  }
  ctx.restore();
}
