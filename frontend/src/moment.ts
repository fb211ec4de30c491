/** Forms marked data-auto-submit need no button: a changed choice is a new address. */
export function submitOnChange(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-auto-submit]")) {
    form.addEventListener("change", (event) => {
      if (event.target instanceof HTMLSelectElement) form.requestSubmit();
    });
  }
  for (const form of document.querySelectorAll<HTMLFormElement>('form[method="get"]')) {
    form.addEventListener("formdata", dropBlanks);
  }
}

/** Blank fields would only litter the address that people pass on. */
function dropBlanks(event: FormDataEvent): void {
  for (const [name, value] of [...event.formData.entries()]) {
    if (value === "") event.formData.delete(name);
  }
}
