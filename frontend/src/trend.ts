/** What the server says of one series, and its translation into a chart option. */
import type { EChartsCoreOption } from "echarts/core";

export interface Point {
  year: number;
  period: string;
  value: number;
  /** Ends of the interval; null where the figure is open to that side. */
  low: number | null;
  high: number | null;
  text: string;
  comparable: boolean;
  /** Speaks of a whole year or its end; others are drawn, but no line is run through them. */
  joined: boolean;
  note: string;
  source: string;
}

export interface Trend {
  name: string;
  unit: string;
  /** Years from one figure to the next; 1 where it is not said. */
  step?: number;
  first: number;
  last: number;
  points: Point[];
  path: { year: number; low: number; high: number }[];
  goal: { year: number; low: number | null; high: number | null; text: string } | null;
  projection: { year: number; mid: number; low: number; high: number; text: string } | null;
  breaks: { year: number; text: string }[];
  words: { actual: string; path: string; goal: string; projection: string };
}

interface Ink { ink: string; soft: string; rule: string; accent: string; band: string; amber: string; font: string }

function inkOf(style: CSSStyleDeclaration): Ink {
  const read = (name: string): string => style.getPropertyValue(name).trim();
  return {
    ink: read("--ink"), soft: read("--ink-2"), rule: read("--rule"), accent: read("--accent"),
    band: read("--band"), amber: read("--amber"),
    // The drawing library writes the font between double quotes: single ones inside keep it valid.
    font: read("--sans").replaceAll('"', "'"),
  };
}

const number = new Intl.NumberFormat("zh-CN", { maximumFractionDigits: 2 });

export function trendOption(trend: Trend, style: CSSStyleDeclaration): EChartsCoreOption {
  const ink = inkOf(style);
  const label = { color: ink.soft, fontFamily: ink.font, fontSize: 12 };
  return {
    animation: false,
    textStyle: { fontFamily: ink.font },
    grid: { left: 8, right: 96, top: 30, bottom: 8, containLabel: true },
    // Rich text is painted, not written as HTML with inline styles: the page forbids those.
    tooltip: { trigger: "item", renderMode: "richText", confine: true, textStyle: { ...label, color: ink.ink } },
    xAxis: {
      type: "value", min: trend.first, max: trend.last, interval: trend.last - trend.first > 12 ? 2 : 1,
      axisLabel: { ...label, hideOverlap: true, formatter: (value: number) => String(value) },
      splitLine: { show: false }, axisLine: { lineStyle: { color: ink.soft } }, axisTick: { show: true },
    },
    yAxis: {
      type: "value", scale: true, name: trend.unit, nameLocation: "end",
      nameTextStyle: { ...label, align: "right" },
      min: (range: { min: number; max: number }) => floorOf(range.min, range.max),
      axisLabel: { ...label, formatter: (value: number) => number.format(value) },
      splitLine: { lineStyle: { color: ink.rule } },
    },
    series: [
      ...pathSeries(trend, ink), goalSeries(trend, ink), ...intervalSeries(trend, ink),
      gapSeries(trend, ink), actualSeries(trend, ink), partSeries(trend, ink), excludedSeries(trend, ink), ...projectionSeries(trend, ink),
      breakSeries(trend, ink),
    ],
  };
}

/** A little room below the lowest figure, but never below zero for a series that is not. */
function floorOf(min: number, max: number): number | undefined {
  const room = (max - min || Math.abs(max) || 1) * 0.12;
  if (min >= 0 && min - room < 0) return 0;
  return undefined;
}

function endLabel(text: string, color: string, font: string): object {
  return { show: true, formatter: text, color, fontFamily: font, fontSize: 12, distance: 6 };
}

function pathSeries(trend: Trend, ink: Ink): object[] {
  if (trend.path.length === 0) return [];
  const isBand = trend.path.some((point) => point.low !== point.high);
  const line = (pick: "low" | "high", labelled: boolean): object => ({
    type: "line", silent: true, symbol: "none", z: 2,
    lineStyle: { type: "dashed", color: ink.soft, width: 1.25 },
    data: trend.path.map((point) => [point.year, point[pick]]),
    endLabel: labelled ? endLabel(trend.words.path, ink.soft, ink.font) : { show: false },
    labelLayout: { moveOverlap: "shiftY" },
  });
  return isBand ? [line("low", false), line("high", true)] : [line("low", true)];
}

function goalSeries(trend: Trend, ink: Ink): object {
  const levels = trend.goal === null ? [] : [trend.goal.low, trend.goal.high].filter((level) => level !== null);
  const distinct = [...new Set(levels)];
  // A band is named once, on its upper line.
  const lines = distinct.map((level, index) => ({
    yAxis: level, label: { show: index === distinct.length - 1 },
  }));
  const band = distinct.length === 2 ? [[{ yAxis: distinct[0] }, { yAxis: distinct[1] }]] : [];
  return {
    type: "line", data: levels.map((level) => [trend.goal?.year ?? trend.last, level]), symbol: "diamond",
    symbolSize: 9, lineStyle: { width: 0 }, itemStyle: { color: ink.accent }, z: 4,
    tooltip: { formatter: trend.goal?.text ?? "" },
    markArea: { silent: true, itemStyle: { color: ink.band, opacity: 0.55 }, data: band },
    markLine: {
      silent: true, symbol: "none", data: lines, lineStyle: { color: ink.accent, type: "solid", width: 1 },
      label: { position: "insideStartTop", color: ink.accent, fontFamily: ink.font, fontSize: 12, formatter: trend.goal?.text ?? "" },
    },
  };
}

/** Whiskers; an open end is drawn as an arrow, for it goes on. */
function intervalSeries(trend: Trend, ink: Ink): object[] {
  const wide = trend.points.filter((point) => point.low !== point.value || point.high !== point.value);
  if (wide.length === 0) return [];
  return [{
    type: "custom", silent: true, z: 3, encode: { x: 0, y: [1, 2] },
    data: wide.map((point) => [point.year, point.low ?? point.value, point.high ?? point.value, point.low === null ? 1 : 0, point.high === null ? 1 : 0]),
    renderItem: (_: unknown, api: CustomApi) => whisker(api, ink.soft),
  }];
}

interface CustomApi { value(dimension: number): number; coord(value: [number, number]): [number, number] }

function whisker(api: CustomApi, color: string): object {
  const year = api.value(0);
  const [x, bottom] = api.coord([year, api.value(1)]);
  const [, top] = api.coord([year, api.value(2)]);
  const style = { stroke: color, fill: color, lineWidth: 1.25 };
  const cap = (y: number): object => ({ type: "line", shape: { x1: x - 4, x2: x + 4, y1: y, y2: y }, style });
  const arrow = (y: number, up: number): object[] => [
    { type: "line", shape: { x1: x, x2: x, y1: y, y2: y - 18 * up }, style },
    { type: "polygon", shape: { points: [[x - 4, y - 14 * up], [x + 4, y - 14 * up], [x, y - 22 * up]] }, style },
  ];
  return {
    type: "group",
    children: [
      { type: "line", shape: { x1: x, x2: x, y1: bottom, y2: top }, style },
      ...(api.value(3) === 1 ? arrow(bottom, -1) : [cap(bottom)]),
      ...(api.value(4) === 1 ? arrow(top, 1) : [cap(top)]),
    ],
  };
}

function tip(trend: Trend, point: Point): string {
  const lines = [`${point.period}  ${point.text} ${trend.unit}`, point.note, point.source];
  return lines.filter(Boolean).join("\n");
}

/** A null after every figure that is not followed by the next period's: the solid line stops there. */
function withGaps(points: Point[], step: number): (Point | null)[] {
  return points.flatMap((point, index) => {
    const next = points[index + 1];
    return next !== undefined && next.year - point.year > 1.01 * step ? [point, null] : [point];
  });
}

/** Years without a figure are bridged by a faint line, which claims nothing of them. */
function gapSeries(trend: Trend, ink: Ink): object {
  const points = trend.points.filter((point) => point.comparable && point.joined);
  return {
    type: "line", silent: true, symbol: "none", z: 3,
    lineStyle: { color: ink.soft, width: 1, type: [1, 4] },
    data: points.map((point) => [point.year, point.value]),
  };
}

function actualSeries(trend: Trend, ink: Ink): object {
  const points = trend.points.filter((point) => point.comparable && point.joined);
  return {
    type: "line", z: 5, symbol: "circle", symbolSize: (trend.step ?? 1) < 1 ? 4 : 7, color: ink.ink,
    lineStyle: { color: ink.ink, width: 2 }, itemStyle: { color: ink.ink },
    data: withGaps(points, trend.step ?? 1).map((point) => point === null ? { value: [null, null] } : ({
      value: [point.year, point.value], tooltip: { formatter: tip(trend, point) },
      label: {
        show: point === points[0] || point === points.at(-1), formatter: point.text, position: "top",
        // An open upper end is drawn as an arrow over the point: the label stands above it.
        distance: point.high === null ? 24 : 5,
        color: ink.ink, fontFamily: ink.font, fontSize: 12, fontWeight: point === points.at(-1) ? 600 : 400,
      },
    })),
    labelLayout: { moveOverlap: "shiftY" },
  };
}

/** Part-year figures: comparable, but a line through them would pretend a yearly movement. */
function partSeries(trend: Trend, ink: Ink): object {
  return {
    type: "scatter", z: 4, symbol: "circle", symbolSize: 4, itemStyle: { color: ink.soft },
    data: trend.points.filter((point) => point.comparable && !point.joined).map((point) => ({
      value: [point.year, point.value], tooltip: { formatter: tip(trend, point) },
    })),
  };
}

function excludedSeries(trend: Trend, ink: Ink): object {
  return {
    type: "scatter", z: 4, symbol: "circle", symbolSize: 7,
    itemStyle: { color: "transparent", borderColor: ink.soft, borderWidth: 1 },
    data: trend.points.filter((point) => !point.comparable).map((point) => ({
      value: [point.year, point.value], tooltip: { formatter: tip(trend, point) },
    })),
  };
}

function projectionSeries(trend: Trend, ink: Ink): object[] {
  const projection = trend.projection;
  if (projection === null) return [];
  const last = trend.points.filter((point) => point.comparable && point.joined).at(-1);
  const from = last === undefined ? [] : [[last.year, last.value]];
  return [
    {
      type: "line", z: 3, symbol: (_: unknown, item: { dataIndex: number }) => (item.dataIndex === from.length ? "emptyCircle" : "none"),
      symbolSize: 8, color: ink.soft, lineStyle: { type: "dotted", color: ink.soft },
      data: [...from, [projection.year, projection.mid]], tooltip: { formatter: projection.text },
      endLabel: endLabel(trend.words.projection, ink.soft, ink.font), labelLayout: { moveOverlap: "shiftY" },
    },
    {
      type: "custom", silent: true, z: 3, encode: { x: 0, y: [1, 2] },
      data: [[projection.year, projection.low, projection.high, 0, 0]],
      renderItem: (_: unknown, api: CustomApi) => whisker(api, ink.soft),
    },
  ];
}

function breakSeries(trend: Trend, ink: Ink): object {
  return {
    type: "line", data: [],
    markLine: {
      silent: true, symbol: "none", lineStyle: { color: ink.amber, type: [2, 3], width: 1 },
      label: { position: "end", color: ink.amber, fontFamily: ink.font, fontSize: 12, formatter: (item: { name: string }) => item.name },
      data: trend.breaks.map((item) => ({ xAxis: item.year, name: item.text })),
    },
  };
}
