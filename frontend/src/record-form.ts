/** Forms of a record: each field is checked by the server's own rules when it is left. */
interface Verdict { errors: Record<string, string[]>; warnings: Record<string, string[]> }

export function checkForms(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-check]")) {
    new FormCheck(form).start();
  }
}

class FormCheck {
  /** Fields that were left once: others are not scolded before they are reached. */
  private readonly visited = new Set<string>();
  private running: AbortController | null = null;
  private changed = false;

  constructor(private readonly form: HTMLFormElement) {}

  start(): void {
    this.form.addEventListener("change", (event) => {
      const name = cellOf(event.target);
      this.changed = true;
      if (name !== null) {
        this.visited.add(name);
        void this.ask();
      }
    });
    window.addEventListener("beforeunload", (event) => {
      if (this.changed) event.preventDefault();
    });
    this.form.addEventListener("submit", () => {
      this.changed = false;
    });
  }

  private async ask(): Promise<void> {
    this.running?.abort();
    const running = new AbortController();
    this.running = running;
    try {
      const answer = await fetch(this.form.dataset["check"] ?? "", {
        method: "POST", body: new FormData(this.form), signal: running.signal,
      });
      if (answer.ok) this.show((await answer.json()) as Verdict);
    } catch (error) {
      // A newer check took its place, or the server is away: saving checks all again and says so.
      if (!(error instanceof DOMException || error instanceof TypeError)) throw error;
    }
  }

  private show(verdict: Verdict): void {
    for (const cell of this.form.querySelectorAll<HTMLElement>("[data-cell]")) {
      const name = cell.dataset["cell"] ?? "";
      const said = cell.querySelector("[data-said]");
      if (said === null || !this.visited.has(name)) continue;
      said.replaceChildren(
        ...(verdict.errors[name] ?? []).map((text) => line("error", text)),
        ...(verdict.warnings[name] ?? []).map((text) => line("warning", text)),
      );
      const field = cell.querySelector("input, select, textarea");
      field?.setAttribute("aria-invalid", String((verdict.errors[name] ?? []).length > 0));
    }
  }
}

function cellOf(target: EventTarget | null): string | null {
  return target instanceof HTMLElement ? (target.closest<HTMLElement>("[data-cell]")?.dataset["cell"] ?? null) : null;
}

function line(kind: string, text: string): HTMLElement {
  const paragraph = document.createElement("p");
  paragraph.className = kind;
  paragraph.textContent = text;
  return paragraph;
}
