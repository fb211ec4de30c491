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
  note: string;
  source: string;
}

export interface Trend {
  name: string;
  unit: string;
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
    band: read("--band"), amber: read("--amber"), font: read("--sans"),
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
      axisLabel: { ...label, formatter: (value: number) => String(value) },
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
      actualSeries(trend, ink), excludedSeries(trend, ink), ...projectionSeries(trend, ink),
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
  const lines = [...new Set(levels)].map((level) => ({ yAxis: level }));
  return {
    type: "line", data: levels.map((level) => [trend.goal?.year ?? trend.last, level]), symbol: "diamond",
    symbolSize: 9, lineStyle: { width: 0 }, itemStyle: { color: ink.accent }, z: 4,
    tooltip: { formatter: trend.goal?.text ?? "" },
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

function actualSeries(trend: Trend, ink: Ink): object {
  const points = trend.points.filter((point) => point.comparable);
  return {
    type: "line", z: 5, symbol: "circle", symbolSize: 7, color: ink.ink,
    lineStyle: { color: ink.ink, width: 2 }, itemStyle: { color: ink.ink },
    data: points.map((point, index) => ({
      value: [point.year, point.value], tooltip: { formatter: tip(trend, point) },
      label: {
        show: index === points.length - 1 || index === 0, formatter: point.text, position: "top",
        // An open upper end is drawn as an arrow over the point: the label stands above it.
        distance: point.high === null ? 24 : 5,
        color: ink.ink, fontFamily: ink.font, fontSize: 12, fontWeight: index === points.length - 1 ? 600 : 400,
      },
    })),
    labelLayout: { moveOverlap: "shiftY" },
  };
}

function excludedSeries(trend: Trend, ink: Ink): object {
  return {
    type: "scatter", z: 4, symbol: "circle", symbolSize: 7,
    itemStyle: { color: "transparent", borderColor: ink.soft, borderWidth: 1.25, borderType: "dashed" },
    data: trend.points.filter((point) => !point.comparable).map((point) => ({
      value: [point.year, point.value], tooltip: { formatter: tip(trend, point) },
    })),
  };
}

function projectionSeries(trend: Trend, ink: Ink): object[] {
  const projection = trend.projection;
  if (projection === null) return [];
  const last = trend.points.filter((point) => point.comparable).at(-1);
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
