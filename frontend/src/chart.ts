/** The trend of one target: figures, interval, required path, target line, projection, breaks. */
import { CustomChart, LineChart, ScatterChart } from "echarts/charts";
import { GridComponent, MarkAreaComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import type { EChartsCoreOption, EChartsType } from "echarts/core";
import { CanvasRenderer, SVGRenderer } from "echarts/renderers";
import { trendOption } from "./trend";
import type { Trend } from "./trend";

use([
  CanvasRenderer, CustomChart, GridComponent, LineChart, MarkAreaComponent, MarkLineComponent, ScatterChart,
  SVGRenderer, TooltipComponent,
]);

const PAPER = { width: 900, height: 400 };

/** Draws into the figure's `.chart-canvas` from the JSON block that the figure names. */
export function draw(figure: HTMLElement): void {
  const canvas = figure.querySelector<HTMLElement>(".chart-canvas");
  const block = document.getElementById(figure.dataset["chart"] ?? "");
  if (canvas === null || block === null) return;
  const trend = JSON.parse(block.textContent ?? "") as Trend;
  const option = trendOption(trend, getComputedStyle(document.documentElement));
  canvas.hidden = false;
  const chart = init(canvas, null, { renderer: "canvas" });
  chart.setOption(option);
  new ResizeObserver(() => chart.resize()).observe(canvas);
  showOnPaper(figure, option);
  offerPictures(figure, chart, option, trend.name);
}

function vector(option: EChartsCoreOption): Blob {
  const paper = init(null, null, { renderer: "svg", ssr: true, ...PAPER });
  paper.setOption(option);
  const text = paper.renderToSVGString();
  paper.dispose();
  return new Blob([text], { type: "image/svg+xml" });
}

/** A canvas prints as a blurred picture of the window's width: paper gets the drawing as vector. */
function showOnPaper(figure: HTMLElement, option: EChartsCoreOption): void {
  const image = figure.querySelector<HTMLImageElement>(".chart-paper");
  if (image !== null) image.src = URL.createObjectURL(vector(option));
}

function offerPictures(
  figure: HTMLElement, chart: EChartsType, option: EChartsCoreOption, name: string,
): void {
  figure.querySelector("[data-save=png]")?.addEventListener("click", () => {
    const url = chart.getDataURL({ type: "png", pixelRatio: 2, backgroundColor: "#ffffff" });
    save(url, `${name}.png`);
  });
  figure.querySelector("[data-save=svg]")?.addEventListener("click", () => {
    const url = URL.createObjectURL(vector(option));
    save(url, `${name}.svg`);
    URL.revokeObjectURL(url);
  });
  // Until the drawing stands there is nothing to save.
  for (const button of figure.querySelectorAll<HTMLButtonElement>("[data-save]")) button.disabled = false;
}

function save(url: string, name: string): void {
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
}
