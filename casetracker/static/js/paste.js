/* Paste from a spreadsheet into the row table of rows.js: tab-separated rows fill the visible columns from the cell
   that has the focus, to the right and downwards; missing rows are added. A paste of one cell stays an ordinary paste. */

const normal = (text) => text.trim().toLowerCase();
const visibleFields = (row) =>
  [...row.querySelectorAll("td input, td select, td textarea")].filter(
    (field) => field.type !== "hidden" && !/-(DELETE|ORDER)$/.test(field.name) && field.offsetParent !== null,
  );

/* one column for a field; radio sets count once */
function columns(row) {
  const seen = new Map();
  visibleFields(row).forEach((field) => seen.has(field.name) || seen.set(field.name, field));
  return [...seen.values()];
}

export function parse(text) {
  return text.replace(/\r/g, "").replace(/\n+$/, "").split("\n").map((line) => line.split("\t"));
}

function setChoice(select, text) {
  const wanted = normal(text);
  const options = [...select.options];
  const exact = options.find((o) => normal(o.text) === wanted || normal(o.value) === wanted);
  const begins = wanted.length > 1 ? options.filter((o) => normal(o.text).startsWith(wanted)) : [];
  const found = exact || (begins.length === 1 ? begins[0] : null);
  if (found) select.value = found.value;
  return Boolean(found) || wanted === "";
}

function setTick(box, text) {
  box.checked = ["yes", "y", "x", "1", "true"].includes(normal(text));
  return true;
}

/* Returns whether the text was understood; what was not understood leaves the cell as it was.
   "18 mm" loses its unit; a number in cm goes to the server as written, which converts it exactly or asks. */
function setField(field, text) {
  if (field.tagName === "SELECT") return setChoice(field, text);
  if (field.type === "checkbox") return setTick(field, text);
  const before = field.value;
  const numeric = field.type === "number" || field.inputMode === "decimal";
  field.value = numeric ? text.trim().replace(/\s*(mm|gy|cc)$/i, "") : text.trim();
  if (field.value !== "" || text.trim() === "") return true;
  field.value = before;
  return false;
}

const nameOf = (field) => field.labels?.[0]?.textContent.trim() || field.name;

function fill(row, startColumn, cells) {
  const fields = columns(row);
  const misread = [];
  cells.forEach((text, offset) => {
    const field = fields[startColumn + offset];
    if (!field) { if (text.trim()) misread.push(`row ${row.dataset.number}: no column for “${text.trim()}”`); return; }
    if (!setField(field, text)) misread.push(`row ${row.dataset.number}, ${nameOf(field)}: “${text.trim()}”`);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  return misread;
}

function onPaste(event) {
  const frame = event.currentTarget;
  const table = parse(event.clipboardData.getData("text/plain"));
  if (table.length === 1 && table[0].length === 1) return;
  const row = event.target.closest("tr[data-row]");
  if (!row || !frame.rows) return;
  event.preventDefault();
  const column = columns(row).findIndex((field) => field.name === event.target.name);
  report(frame, pasteTable(frame.rows, row, Math.max(column, 0), table));
}

function pasteTable(rows, first, column, table) {
  let current = first;
  const done = { filled: 0, misread: [], left: 0 };
  table.forEach((cells, index) => {
    if (index > 0 && current) current = nextLive(rows, current) || rows.add(false);
    if (!current) { done.left += 1; return; }
    done.misread.push(...fill(current, column, cells));
    done.filled += 1;
  });
  return done;
}

function nextLive(rows, row) {
  const live = rows.live();
  return live[live.indexOf(row) + 1];
}

function report(frame, { filled, misread, left }) {
  const parts = [`${filled} rows filled from the clipboard.`];
  if (misread.length) parts.push(`Not understood and left as it was: ${misread.slice(0, 5).join("; ")}.`);
  if (misread.length > 5) parts.push(`And ${misread.length - 5} more.`);
  if (left) parts.push(`${left} rows did not fit.`);
  frame.rows.say(parts.join(" "));
}

document.querySelectorAll("[data-rows][data-rows-paste]").forEach((frame) => frame.addEventListener("paste", onPaste));
