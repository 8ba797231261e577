/* The case form beside rows.js and panel.js: names for new rows, diagnosis codes as hints, the class of each lesion from
   the panel, links that lead into rows. Nothing here decides anything: without this file the form works the same. */

const form = document.getElementById("case-form");
const lesions = form?.querySelector('[data-rows="lesions"]');
const sessions = form?.querySelector('[data-rows="sessions"]');
const rowsOf = (frame) => [...frame.querySelectorAll("tbody tr[data-row]")].filter((row) => !row.hidden);
const field = (row, name) => row.querySelector(`[name$="-${name}"]`);
const slug = (text) => text.trim().toLowerCase().replace(/[^\w\s-]/g, "").replace(/[-\s]+/g, "-");

/* a new or copied lesion takes the next free name, a new session the next number */
function nameLesions() {
  const taken = new Set();
  rowsOf(lesions).forEach((row) => {
    const input = field(row, "label");
    const known = field(row, "uuid").value;
    if (!input.value.trim() || (!known && taken.has(input.value.trim().toLowerCase()))) input.value = nextName(taken);
    taken.add(input.value.trim().toLowerCase());
  });
}

function nextName(taken) {
  const all = new Set([...taken, ...rowsOf(lesions).map((row) => field(row, "label").value.trim().toLowerCase())]);
  let number = 1;
  while (all.has(`l${number}`)) number += 1;
  return `L${number}`;
}

function numberSessions() {
  let last = 0;
  const taken = new Set();
  rowsOf(sessions).forEach((row) => {
    const input = field(row, "number");
    const copied = !field(row, "uuid").value && taken.has(input.value);
    if (!input.value || copied) input.value = last + 1;
    if (copied) forgetDay(row);
    taken.add(input.value);
    last = Number(input.value) || last;
  });
}

/* a copied session is another day, and who was there is said for each session anew */
function forgetDay(row) {
  ["date", "started", "beam_on", "ended"].forEach((name) => { field(row, name).value = ""; });
  row.querySelectorAll(".presence input").forEach((input) => { input.value = input.type === "checkbox" ? input.value : ""; input.checked = false; });
}

function countRows() {
  form.querySelectorAll('[data-rows-count-of="lesions"]').forEach((place) => (place.textContent = rowsOf(lesions).length));
}

/* the code that usually goes with a diagnosis, offered and never filled in */
const HINTS = JSON.parse(lesions?.dataset.icdHints || "{}");

function hint(row) {
  const button = row.querySelector("[data-icd-hint]");
  const code = HINTS[field(row, "diagnosis").value];
  const typed = field(row, "icd10").value.trim();
  button.hidden = !code || Boolean(typed);
  if (!code) return;
  button.textContent = `${code}?`;
  button.setAttribute("aria-label", `Use ${code} for this lesion`);
  button.onclick = () => {
    field(row, "icd10").value = code;
    field(row, "icd10").dispatchEvent(new Event("input", { bubbles: true }));
    field(row, "icd10").focus();
  };
}

function openFunctional(row) {
  if (field(row, "diagnosis").value === "functional") row.querySelector("details.under").open = true;
}

/* the panel says which class each lesion has; the rows show it too */
function showClasses() {
  const found = new Map();
  document.querySelectorAll("[data-lesion-classes] > li").forEach((entry) => found.set(entry.dataset.name, entry.innerHTML));
  rowsOf(lesions).forEach((row) => {
    row.querySelector("[data-lesion-class]").innerHTML = found.get(field(row, "label").value.trim()) || "";
  });
}

/* a link to a lesion, session or person leads into its row, also when the row is not saved yet */
function goTo(hash) {
  const name = decodeURIComponent(hash.slice(1));
  const place = document.getElementById(name) || inRow(name);
  if (!place) return false;
  for (let fold = place.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  const control = place.matches("input, select, textarea") ? place : place.querySelector("input:not([type=hidden]), select, textarea");
  (control || place).scrollIntoView({ block: "center" });
  control?.focus({ preventScroll: true });
  return true;
}

function inRow(name) {
  const [kind, ...rest] = name.split("-");
  const frame = { lesion: lesions, session: sessions }[kind];
  const wanted = rest.join("-");
  const row = frame && rowsOf(frame).find((one) => wanted.startsWith(`${slug(field(one, kind === "lesion" ? "label" : "number").value) || "new"}-`));
  return row?.querySelector(`[data-field="${wanted.split("-").pop()}"]`);
}

/* one press answers both questions about a person */
function bothButtons() {
  form.querySelectorAll(".member-presence").forEach((place) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-bare btn-sm member-both";
    button.textContent = "Both yes";
    button.setAttribute("aria-label", `Both yes: ${place.closest("fieldset.member").querySelector("legend").textContent} took part in planning and delivery`);
    button.addEventListener("click", () => {
      place.querySelectorAll('input[value="yes"]').forEach((radio) => { radio.checked = true; });
      place.dispatchEvent(new Event("input", { bubbles: true }));
    });
    place.append(button);
  });
}

/* one person in both physician roles: the record must say which one it documents */
function documented() {
  const [first, second] = ["radiation_oncologist", "neurosurgeon"].map((role) => document.getElementById(`team-${role}`));
  const chosen = (place) => place?.querySelector('[name$="-clinician"]')?.value;
  const both = Boolean(chosen(first)) && chosen(first) === chosen(second);
  [first, second].forEach((place) => {
    const part = place?.querySelector(".member-documented");
    if (part) part.hidden = !both && !part.querySelector("select").value;
  });
}

function everyRow() {
  rowsOf(lesions).forEach((row) => { hint(row); openFunctional(row); });
  countRows();
}

if (form) {
  bothButtons();
  everyRow();
  showClasses();
  form.addEventListener("change", documented);
  form.addEventListener("rows:changed", () => { nameLesions(); numberSessions(); everyRow(); });
  lesions.addEventListener("input", (event) => {
    const row = event.target.closest("tr[data-row]");
    if (row) { hint(row); openFunctional(row); }
  });
  new MutationObserver(showClasses).observe(document.getElementById("suggestion"), { childList: true, subtree: false });
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (link && link.hash.length > 1 && goTo(link.hash)) event.preventDefault();
  });
  /* the browser gives the focus to the place the address names, as it does without script; here it goes on to the control */
  form.addEventListener("focusin", (event) => {
    if (location.hash.length > 1 && event.target.id === decodeURIComponent(location.hash.slice(1))) goTo(location.hash);
  });
  if (location.hash) goTo(location.hash);
  else if (new URLSearchParams(location.search).has("new")) field(rowsOf(lesions)[0], "diagnosis").focus();
}
