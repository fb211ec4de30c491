/** Importing: shows the chosen file and its size, and says how far the server is while it works. */
export function enhanceImports(): void {
  const upload = document.querySelector<HTMLFormElement>("form[data-upload]");
  if (upload !== null) watchFile(upload);
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-progress]")) {
    form.addEventListener("submit", () => tell(form));
  }
}

function watchFile(form: HTMLFormElement): void {
  const field = form.querySelector<HTMLInputElement>("input[type=file]");
  const shown = form.querySelector<HTMLElement>("[data-chosen]");
  const warning = form.querySelector<HTMLElement>("[data-too-large]");
  const button = form.querySelector<HTMLButtonElement>("button.primary");
  const limit = Number(form.dataset["limitMb"]) * 1024 * 1024;
  if (field === null || shown === null || warning === null || button === null) return;
  const look = (): void => {
    const file = field.files?.[0];
    shown.textContent = file === undefined ? "" : `${file.name} · ${size(file.size)}`;
    warning.hidden = file === undefined || file.size <= limit;
  };
  const over = (on: boolean) => (): void => void field.parentElement?.classList.toggle("over", on);
  field.addEventListener("change", look);
  field.addEventListener("dragenter", over(true));
  for (const name of ["dragleave", "drop"]) field.addEventListener(name, over(false));
  form.addEventListener("submit", (event) => {
    if (!warning.hidden) {
      event.preventDefault();
      return;
    }
    button.disabled = true;
    button.textContent = `${form.dataset["wait"] ?? ""}…`;
  });
  // The browser's back button shows the page as it was left.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) window.location.reload();
  });
  look();
}

function size(bytes: number): string {
  const megabytes = bytes / 1024 / 1024;
  return megabytes < 1 ? `${Math.max(bytes / 1024, 0.1).toFixed(1)} kB` : `${megabytes.toFixed(1)} MB`;
}

/** Asks the server every second; an answer that fails is asked for again, the work goes on. */
function tell(form: HTMLFormElement): void {
  const line = form.querySelector<HTMLElement>("[data-working]");
  const address = form.dataset["progress"];
  if (line === null || address === undefined) return;
  window.setInterval(() => {
    fetch(address, { headers: { Accept: "application/json" } })
      .then((answer) => answer.json() as Promise<{ text: string }>)
      .then(({ text }) => {
        if (text !== "") line.textContent = text;
      })
      .catch(() => undefined);
  }, 1000);
}
