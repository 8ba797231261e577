/* Forms marked data-guard: warn on leaving with unsaved changes, and send only once. A refused form starts at its errors.
   A form that comes back with kept, unsaved entries carries data-dirty and is guarded from the start. */
const guarded = [...document.querySelectorAll("form[data-guard]")];

function setDirty(form, dirty) {
  form.classList.toggle("is-dirty", dirty);
}

function onSubmit(event) {
  const form = event.currentTarget;
  if (form.dataset.sent === "yes") {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  setDirty(form, false);
  form.querySelectorAll("[type=submit]").forEach((button) => button.setAttribute("aria-disabled", "true"));
  setTimeout(() => allowAgain(form), 10000); /* an answer that is a file leaves this page standing */
}

function allowAgain(form) {
  delete form.dataset.sent;
  form.querySelectorAll("[type=submit][aria-disabled=true]").forEach((button) => button.removeAttribute("aria-disabled"));
}

guarded.forEach((form) => {
  setDirty(form, "dirty" in form.dataset);
  form.addEventListener("input", () => setDirty(form, true));
  form.addEventListener("rows:changed", () => setDirty(form, true));
});

/* every form that writes is sent once, guarded or not; htmx forms look after themselves */
document.querySelectorAll("form[method=post]:not([hx-post])").forEach((form) => form.addEventListener("submit", onSubmit));

window.addEventListener("beforeunload", (event) => {
  if (guarded.some((form) => form.classList.contains("is-dirty"))) event.preventDefault();
});

/* the list of errors comes first; an address that names a place keeps that place */
if (!location.hash) document.querySelector("[data-error-summary]")?.focus();

/* a page shown again by the back button may be sent again */
window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(allowAgain);
});
