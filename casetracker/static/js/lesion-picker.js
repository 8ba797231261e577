/* Ticking the lesions of a session instead of typing their names: opened with "More about this session". The text field
   stays what is sent; without this file names are typed. */

const form = document.getElementById("case-form");
const names = () =>
  [...form.querySelectorAll('[data-rows="lesions"] tbody tr[data-row]')]
    .filter((row) => !row.hidden)
    .map((row) => row.querySelector('[name$="-label"]').value.trim())
    .filter(Boolean);

function chosen(text, all) {
  const typed = text.trim().toLowerCase();
  if (typed === "all") return new Set(all);
  return new Set(all.filter((name) => typed.split(/[,;\s]+/).includes(name.toLowerCase())));
}

function write(input, place, all) {
  const ticked = all.filter((name, number) => place.querySelectorAll("input")[number].checked);
  input.value = ticked.length === all.length ? "all" : ticked.join(", ");
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

function tick(name, on, change) {
  const label = document.createElement("label");
  const box = document.createElement("input");
  Object.assign(box, { type: "checkbox", className: "form-check-input", checked: on });
  box.addEventListener("change", change);
  label.className = "with-icon";
  label.append(box, name);
  return label;
}

function draw(row) {
  const input = row.querySelector('[name$="-lesions"]');
  const all = names();
  const old = row.querySelector(".lesion-picker");
  const place = old || document.createElement("fieldset");
  const on = chosen(input.value, all);
  const legend = document.createElement("legend");
  legend.textContent = "Lesions treated";
  place.className = "lesion-picker";
  place.replaceChildren(legend, ...all.map((name) => tick(name, on.has(name), () => write(input, place, all))));
  if (!old) row.querySelector(".under-fields").prepend(place);
}

form?.querySelector('[data-rows="sessions"]').addEventListener("toggle", (event) => {
  if (event.target.matches("details.under") && event.target.open) draw(event.target.closest("tr[data-row]"));
}, true);
