/**
 * The admin's scripts under our own Content-Security-Policy: unfold is written for Alpine's usual
 * build, which compiles the expressions in attributes with eval; this build reads them itself.
 */
import Alpine from "@alpinejs/csp";
import "./admin.css";

type Component = (...args: unknown[]) => object;
declare global {
  interface Window {
    Alpine: typeof Alpine;
    getCurrentTab?: () => string;
    [name: string]: unknown;
  }
}

/** unfold's own components are plain functions of the page; this build wants them by name. */
const COMPONENTS = ["theme", "searchForm", "searchDropdown", "searchCommand"];
const SIDEBAR = "sidebarDesktopOpen";

window.Alpine = Alpine;
document.addEventListener("alpine:init", () => {
  for (const name of COMPONENTS) {
    const made = window[name];
    if (typeof made === "function") Alpine.data(name, made as Component);
  }
  Alpine.data("shell", (tab: unknown) => ({
    activeTab: String(tab ?? ""),
    // unfold asks the page for its address; this build gives expressions no globals.
    window: { location: { pathname: location.pathname, search: location.search } },
    sidebarMobileOpen: false,
    sidebarDesktopOpen: localStorage.getItem(SIDEBAR) !== "0",
    init(this: { activeTab: string }) {
      if (tab) this.activeTab = window.getCurrentTab?.() || this.activeTab;
    },
    toggleSidebar(this: { sidebarDesktopOpen: boolean }) {
      this.sidebarDesktopOpen = !this.sidebarDesktopOpen;
      localStorage.setItem(SIDEBAR, this.sidebarDesktopOpen ? "1" : "0");
    },
  }));
});
Alpine.start();
