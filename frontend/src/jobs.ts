/** A job's page: asks the server how far it is, and shows the whole page anew when it is over. */
interface State {
  state: string;
  words: string;
  open: boolean;
  done: number;
  total: number;
  text: string;
}

export function followJobs(): void {
  for (const place of document.querySelectorAll<HTMLElement>("[data-job]")) follow(place);
}

function follow(place: HTMLElement): void {
  const address = place.dataset["job"];
  if (address === undefined) return;
  const timer = window.setInterval(() => {
    fetch(address, { headers: { Accept: "application/json" } })
      .then((answer) => (answer.ok ? (answer.json() as Promise<State>) : Promise.reject(answer.status)))
      .then((state) => {
        if (state.open) show(place, state);
        else {
          window.clearInterval(timer);
          window.location.reload();
        }
      })
      // The server may be starting anew; the job waits for it.
      .catch(() => undefined);
  }, 1000);
}

function show(place: HTMLElement, state: State): void {
  const bar = place.querySelector<HTMLProgressElement>("[data-job-bar]");
  if (bar !== null && state.total > 0) {
    bar.max = state.total;
    bar.value = state.done;
  }
  const said = place.querySelector<HTMLElement>("[data-job-state]");
  if (said !== null) said.textContent = state.words;
  const text = place.querySelector<HTMLElement>("[data-job-text]");
  if (text !== null && text.textContent !== state.text) text.textContent = state.text;
}
