/** Entry: every page is readable without any of this; each module adds one convenience. */
import "./style.css";
import "./registers.css";
import "./quality.css";
import "./cycles.css";
import "./imports.css";
import "./accounts.css";
import "./jobs.css";
import "./indicators.css";
import { enhanceImports } from "./imports";
import { followJobs } from "./jobs";
import { submitOnChange } from "./moment";
import { checkForms } from "./record-form";
import { enhanceTables } from "./table";

document.documentElement.classList.add("js");
submitOnChange();
enhanceTables();
checkForms();
enhanceImports();
followJobs();
for (const button of document.querySelectorAll<HTMLButtonElement>("[data-print]")) {
  button.addEventListener("click", () => window.print());
}
const figures = document.querySelectorAll<HTMLElement>("[data-chart]");
if (figures.length > 0) {
  // The chart library is fetched only by pages that draw one.
  void import("./chart").then(({ draw }) => figures.forEach(draw));
}
