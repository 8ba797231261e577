/* Looks a patient up while the start form is filled in. Only the notice changes, never a field. Without this file the
   button "Look the patient up" does the same. */
const form = document.getElementById("start-form");
const notice = document.getElementById("known-patient");
const button = form?.querySelector("[data-look-up]");

async function lookUp() {
  const body = new FormData(form);
  const headers = { "X-CSRFToken": body.get("csrfmiddlewaretoken"), "HX-Request": "true" };
  const answer = await fetch(button.dataset.lookUp, { method: "POST", body, headers, credentials: "same-origin", cache: "no-store" });
  if (answer.ok) notice.innerHTML = await answer.text();
}

if (button) {
  button.hidden = true;
  form.querySelector("[name=record_number]").addEventListener("change", () => lookUp().catch(() => { button.hidden = false; }));
}
