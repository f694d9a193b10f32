// The heat map: a column for every slice of time, a row for every quarter of a doubling of the duration.

import { colour } from "./draw.js";
import { count, duration } from "./format.js";

const lowerEdge = (histogram, bucket) => 2 ** (bucket / histogram.buckets_per_doubling);

/** From the lowest to the highest duration that any slice has, in seconds. */
export function heatRange(histogram) {
  if (histogram?.lowest == null) return [0.001, 1];
  const highest = histogram.lowest + Math.max(...histogram.counts.map(row => row.length));
  return [lowerEdge(histogram, histogram.lowest), lowerEdge(histogram, highest)];
}

export function drawHeat(u, timeline) {
  const histogram = timeline.answer.histogram;
  if (histogram?.lowest == null) return;
  const { ctx } = u;
  // The scale of counts is logarithmic: a handful of slow requests must be seen beside thousands of fast ones.
  const most = Math.log1p(histogram.counts.reduce((most, row) => Math.max(most, ...row), 1));
  const y = bucket => Math.round(u.valToPos(lowerEdge(histogram, bucket), "y", true));
  const edges = [];
  const highest = Math.max(...histogram.counts.map(row => row.length));
  for (let place = 0; place <= highest; place++) edges.push(y(histogram.lowest + place));
  ctx.save();
  ctx.fillStyle = colour("heat");
  histogram.counts.forEach((row, column) => {
    const left = Math.round(u.valToPos(timeline.start + column * timeline.step, "x", true));
    const right = Math.round(u.valToPos(timeline.start + (column + 1) * timeline.step, "x", true));
    row.forEach((count, place) => {
      if (!count) return;
      ctx.globalAlpha = 0.12 + 0.88 * (Math.log1p(count) / most);
      ctx.fillRect(left, edges[place + 1], Math.max(1, right - left), edges[place] - edges[place + 1]);
    });
  });
  ctx.restore();
}

/** What is under the cursor, in words. */
export function heatAt(u, timeline, column) {
  const histogram = timeline.answer.histogram, row = histogram?.counts[column];
  if (histogram?.lowest == null || !row) return "";
  if (!(u.cursor.top >= 0)) return "";
  const value = u.posToVal(u.cursor.top, "y");
  const bucket = Math.floor(Math.log2(value) * histogram.buckets_per_doubling);
  const found = row[bucket - histogram.lowest] ?? 0;
  return `${duration(lowerEdge(histogram, bucket))} to ${duration(lowerEdge(histogram, bucket + 1))}: ${count(found)} requests`;
}
