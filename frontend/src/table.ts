/** Keyboard and search for tables marked data-rows: `/` searches, arrows move, enter opens. */
export function enhanceTables(): void {
  const table = document.querySelector<HTMLTableElement>("table[data-rows]");
  if (table === null) return;
  const search = document.querySelector<HTMLInputElement>("input[data-search], input[data-search-submit]");
  if (search !== null && "search" in search.dataset) searchWhileTyping(table, search);
  chooseColumns(table);
  chooseDensity(table);
  document.addEventListener("keydown", (event) => onKey(event, table, search));
}

function rows(table: HTMLTableElement): HTMLTableRowElement[] {
  return [...table.tBodies].flatMap((body) => [...body.rows]).filter((row) => row.dataset["href"]);
}

function visible(table: HTMLTableElement): HTMLTableRowElement[] {
  return rows(table).filter((row) => !row.hidden);
}

function onKey(event: KeyboardEvent, table: HTMLTableElement, search: HTMLInputElement | null): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target instanceof HTMLElement && event.target.matches("input, select, textarea");
  if (event.key === "/" && !typing && search !== null) {
    event.preventDefault();
    search.focus();
    search.select();
  } else if (event.key === "Escape" && event.target === search) {
    search?.blur();
  } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && (!typing || event.target === search)) {
    event.preventDefault();
    move(table, event.key === "ArrowDown" ? 1 : -1);
  } else if ((event.key === "ArrowLeft" || event.key === "ArrowRight") && !typing && !event.shiftKey) {
    turnPage(event.key === "ArrowLeft" ? "prev" : "next");
  }
}

/** Lists paged by the server name their neighbours. Fields and menus keep their own arrows. */
function turnPage(rel: "prev" | "next"): void {
  const focused = document.activeElement;
  if (focused !== null && focused !== document.body && focused.closest("table") === null) return;
  document.querySelector<HTMLAnchorElement>(`a[rel=${rel}]`)?.click();
}

/** The active row's link takes the focus, so that enter opens it and a screen reader says it. */
function move(table: HTMLTableElement, step: number): void {
  const list = visible(table);
  const now = list.findIndex((row) => row.contains(document.activeElement));
  const next = list[now === -1 ? (step > 0 ? 0 : list.length - 1) : now + step];
  next?.querySelector<HTMLAnchorElement>("a")?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function searchWhileTyping(table: HTMLTableElement, search: HTMLInputElement): void {
  const status = document.querySelector<HTMLElement>("[data-count]");
  const narrow = (): void => {
    const wanted = search.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const row of rows(table)) {
      const text = `${row.dataset["text"] ?? ""} ${row.textContent}`.toLowerCase();
      row.hidden = !wanted.every((word) => text.includes(word));
      if (!row.hidden) count += 1;
    }
    if (status !== null) status.textContent = String(count);
    keepInAddress(search.name, search.value.trim());
  };
  search.addEventListener("input", narrow);
}

function chooseColumns(table: HTMLTableElement): void {
  for (const box of document.querySelectorAll<HTMLInputElement>("input[data-column]")) {
    box.addEventListener("change", () => {
      const name = box.value;
      for (const cell of table.querySelectorAll<HTMLElement>(`[data-col="${CSS.escape(name)}"]`)) {
        cell.hidden = !box.checked;
      }
      const chosen = [...document.querySelectorAll<HTMLInputElement>("input[data-column]:checked")];
      keepInAddress("columns", chosen.map((other) => other.value).join(","));
    });
  }
}

function chooseDensity(table: HTMLTableElement): void {
  const box = document.querySelector<HTMLInputElement>("input[data-density]");
  box?.addEventListener("change", () => {
    table.classList.toggle("dense", box.checked);
    keepInAddress("density", box.checked ? "dense" : "");
  });
}

function keepInAddress(name: string, value: string): void {
  const address = new URL(window.location.href);
  if (value === "") address.searchParams.delete(name);
  else address.searchParams.set(name, value);
  window.history.replaceState(null, "", address);
}
