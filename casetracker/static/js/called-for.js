/* Fields that only one technique, machine or answer calls for wait in <template data-called-for="technique=inverse">.
   They appear as soon as that is chosen, and go again while they are empty. Conditions are joined by blanks, values by |;
   != means anything but; " or " stands between alternatives. Without this file they appear once the form is saved. */

const form = document.getElementById("case-form");
const machines = JSON.parse(form?.dataset.modalities || "{}");
const named = (name) => form.querySelector(`[name="${name}"]:checked`) || form.querySelector(`select[name="${name}"], input[name="${name}"]:not([type=radio])`);
const startMachine = form && named("machine")?.value;

/* another machine brings its own modality when the form is saved */
function modality() {
  const machine = named("machine")?.value;
  return machine !== startMachine ? machines[machine] || "" : named("modality")?.value || machines[machine] || "";
}

function value(name, place) {
  if (name === "modality") return modality();
  if (name === "technique") return place.closest("fieldset.plan")?.querySelector('[name$="-technique"]')?.value || "";
  return named(name)?.value || "";
}

function met(part, place) {
  const [, name, not, words] = part.match(/^(\w+)(!?)=(.*)$/);
  return words.split("|").includes(value(name, place)) !== Boolean(not);
}

function holds(condition, place) {
  return condition.split(" or ").some((all) => all.split(" ").every((part) => met(part, place)));
}

/* a row that was added or moved has another number than when its template was drawn */
function numbered(template) {
  const own = template.closest("tr[data-row]")?.querySelector('[name$="-uuid"]')?.name.match(/^(\w+)-(\w+)-/);
  return own ? template.innerHTML.replace(new RegExp(`${own[1]}-(?:\\d+|__prefix__)-`, "g"), own[0]) : template.innerHTML;
}

const empty = (part) => [...part.querySelectorAll("select, input:not([type=hidden])")].every((input) => (input.type === "checkbox" || input.type === "radio" ? !input.checked || !input.value : !input.value));

function show(template) {
  const made = document.createElement("template");
  made.innerHTML = numbered(template);
  template.shown = [...made.content.children];
  template.after(made.content);
}

function hide(template) {
  if (!template.shown.every(empty)) return;
  template.shown.forEach((part) => part.remove());
  template.shown = null;
}

function review() {
  form.querySelectorAll("template[data-called-for]").forEach((template) => {
    const wanted = holds(template.dataset.calledFor, template);
    if (wanted && !template.shown) show(template);
    else if (!wanted && template.shown) hide(template);
  });
}

if (form) {
  form.addEventListener("change", review);
  form.addEventListener("rows:changed", review);
}
