// Small things of the DOM. Text of a log only ever becomes text.

/** An element: names of attributes as in HTML, children are nodes or text. */
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  set(element, attributes);
  element.append(...children.filter(child => child != null));
  return element;
}

export function svg(name, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  set(element, attributes);
  element.append(...children);
  return element;
}

function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value != null && value !== false) element.setAttribute(name, value);
  }
}

export const byID = id => document.getElementById(id);

/** Changes the text only where it is another one: what has not changed is not announced again. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function show(element, isShown) {
  element.hidden = !isShown;
}

/** A colour of the style sheet, as the light or dark scheme has it. */
export const colour = name => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/** The same colour with less of it; the style sheet writes colours as #rrggbb. */
export function faint(name, opacity) {
  const value = colour(name);
  return value + Math.round(opacity * 255).toString(16).padStart(2, "0");
}

const trendWidth = 84, trendHeight = 22;

/** The course of p95 as a line on the band from p50 to p99; parts without requests are gaps. */
export function trendLine() {
  const band = svg("path", { class: "trend-band" }), line = svg("path", { class: "trend-line" });
  const picture = svg(
    "svg", { class: "trend", viewBox: `0 0 ${trendWidth} ${trendHeight}`, "aria-hidden": "true", focusable: "false" },
    band, line);
  picture.update = trend => {
    const key = trend ? trend.p95.join() + trend.p99.at(-1) : "";
    if (picture.shown === key) return;
    picture.shown = key;
    const known = (trend ? [...trend.p50, ...trend.p99] : []).filter(value => value > 0);
    const low = Math.log(Math.min(...known)), high = Math.log(Math.max(...known));
    const x = place => (place * trendWidth) / Math.max(1, trend.p95.length - 1);
    const y = value => trendHeight - 2 - (high > low ? (Math.log(value) - low) / (high - low) : 0.5) * (trendHeight - 4);
    let top = "", bottom = "", area = "", course = "";
    const close = () => { if (top) area += `M${top.slice(1)}${bottom}Z`; top = bottom = ""; };
    if (known.length) {
      trend.p95.forEach((value, place) => {
        if (!(value > 0)) return close();
        course += `${top ? "L" : "M"}${x(place).toFixed(1)} ${y(value).toFixed(1)}`;
        top += `L${x(place).toFixed(1)} ${y(trend.p99[place]).toFixed(1)}`;
        bottom = `L${x(place).toFixed(1)} ${y(Math.max(trend.p50[place], Number.MIN_VALUE)).toFixed(1)}${bottom}`;
      });
      close();
    }
    band.setAttribute("d", area);
    line.setAttribute("d", course);
  };
  return picture;
}
