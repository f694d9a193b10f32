// Numbers and times as people read them. A value that is not known is a dash, never a zero.

export const none = "–";

/** 12,345 · 1.24 M */
export function count(value) {
  if (value == null) return none;
  if (value < 1e6) return Math.round(value).toLocaleString("en");
  for (const [unit, size] of [["G", 1e9], ["M", 1e6]]) if (value >= size) return `${digits(value / size)} ${unit}`;
  return none;
}

/** Three digits: 0.012, 1.23, 12.3, 123; whole numbers as they are. */
export function digits(value) {
  if (value == null) return none;
  if (Math.abs(value - Math.round(value)) <= 1e-9 * Math.abs(value)) return String(Math.round(value));
  const whole = Math.max(0, Math.floor(Math.log10(Math.abs(value))) + 1);
  return value.toFixed(Math.min(3, Math.max(0, 3 - Math.max(1, whole))));
}

/** Seconds: 850 µs, 12.3 ms, 1.25 s, 2 min 5 s. */
export function duration(seconds) {
  if (seconds == null) return none;
  if (seconds === 0) return "0";
  if (seconds < 0.001) return `${digits(seconds * 1e6)} µs`;
  if (seconds < 1) return `${digits(seconds * 1e3)} ms`;
  if (seconds < 120) return `${digits(seconds)} s`;
  return span(seconds);
}

/** A length of time in words: 40 s, 5 min, 2 h 10 min, 3 d. */
export function span(seconds) {
  if (seconds < 10) return `${Number.isInteger(seconds) ? seconds : seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172800) {
    const minutes = Math.round(seconds / 60);
    return minutes % 60 ? `${Math.floor(minutes / 60)} h ${minutes % 60} min` : `${minutes / 60} h`;
  }
  return `${Math.round(seconds / 86400)} d`;
}

export function percent(ratio) {
  if (ratio == null) return none;
  if (ratio === 0) return "0 %";
  const value = ratio * 100;
  return `${value < 10 ? value.toFixed(2) : value.toFixed(1)} %`;
}

export function bytes(value) {
  if (value == null) return none;
  if (value < 1024) return `${value} B`;
  let unit = "B";
  for (const next of ["KiB", "MiB", "GiB", "TiB"]) {
    if (value < 1024) break;
    value /= 1024;
    unit = next;
  }
  return `${digits(value)} ${unit}`;
}

const clockText = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const minuteText = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const dayText = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });

/** Unix seconds as a time of day, with the day where it is not today's. */
export function clock(seconds, withSeconds = true) {
  const date = new Date(seconds * 1000);
  const text = (withSeconds ? clockText : minuteText).format(date);
  return date.toDateString() === new Date().toDateString() ? text : `${dayText.format(date)} ${text}`;
}

/** RFC 3339 as Unix seconds. */
export const instant = text => (text == null ? null : Date.parse(text) / 1000);
