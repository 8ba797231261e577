/* Rows of a formset: add, duplicate, remove, move. Works on
     <div data-rows="PREFIX" data-rows-max="60"> … <tbody data-rows-body> rows <tr data-row> … <template data-rows-blank>
   Names follow Django's PREFIX-N-field; the blank row uses __prefix__. Removing keeps a stored row and ticks its DELETE box.
   Keys inside the table: Alt+N adds, Alt+D duplicates, Alt+Up / Alt+Down move. Without this file the spare rows remain. */

const NAMES = ["name", "id", "for", "aria-describedby", "aria-labelledby"];

class Rows {
  constructor(frame) {
    this.frame = frame;
    this.prefix = frame.dataset.rows;
    this.max = Number(frame.dataset.rowsMax || 60);
    this.body = frame.querySelector("[data-rows-body]");
    this.blank = frame.querySelector("template[data-rows-blank]");
    this.total = document.getElementById(`id_${this.prefix}-TOTAL_FORMS`);
    this.voice = frame.querySelector("[data-rows-voice]");
    frame.querySelectorAll("[data-script-only]").forEach((part) => (part.hidden = false));
    frame.querySelectorAll("[data-plain-only]").forEach((part) => (part.hidden = true));
    frame.addEventListener("click", (event) => this.onClick(event));
    frame.addEventListener("keydown", (event) => this.onKey(event));
    this.renumber();
  }

  all() { return [...this.body.querySelectorAll("tr[data-row]")]; }
  live() { return this.all().filter((row) => !row.hidden); }
  say(text) { if (this.voice) this.voice.textContent = text; }

  changed(text) {
    this.renumber();
    this.say(text);
    this.frame.dispatchEvent(new CustomEvent("rows:changed", { bubbles: true }));
  }

  onClick(event) {
    const button = event.target.closest("button[data-row], button[data-rows-add]");
    if (!button) return;
    event.preventDefault();
    if ("rowsAdd" in button.dataset) this.add();
    else this.act(button.dataset.row, button.closest("tr[data-row]"));
  }

  onKey(event) {
    if (!event.altKey || event.ctrlKey || event.metaKey) return;
    const action = { KeyN: "add", KeyD: "duplicate", ArrowUp: "up", ArrowDown: "down" }[event.code];
    const row = event.target.closest("tr[data-row]");
    if (!action || (action !== "add" && !row)) return;
    event.preventDefault();
    action === "add" ? this.add() : this.act(action, row);
  }

  act(action, row) {
    const step = { up: () => this.move(row, -1), down: () => this.move(row, 1) };
    const acts = { ...step, duplicate: () => this.duplicate(row), remove: () => this.remove(row) };
    acts[action]();
  }

  full() {
    if (this.live().length < this.max) return false;
    this.say(`${this.max} rows is the most a case can have.`);
    return true;
  }

  fresh() {
    const row = this.blank.content.firstElementChild.cloneNode(true);
    rename(row, this.prefix, "__prefix__", String(this.all().length));
    row.querySelectorAll("[data-script-only]").forEach((part) => (part.hidden = false));
    row.querySelectorAll("[data-plain-only]").forEach((part) => (part.hidden = true));
    return row;
  }

  add(focus = true) {
    if (this.full()) return null;
    const row = this.fresh();
    this.body.append(row);
    this.changed(`Row ${this.live().length} added.`);
    if (focus) firstField(row)?.focus();
    return row;
  }

  duplicate(source) {
    if (this.full()) return;
    const row = this.fresh();
    source.after(row);
    copyValues(source, row, this.prefix);
    this.changed(`Row ${source.dataset.number} duplicated.`);
    firstField(row)?.focus();
    firstField(row)?.select?.();
  }

  remove(row) {
    const number = row.dataset.number;
    const stored = row.querySelector(`input[name$="-id"]`)?.value;
    const tick = row.querySelector(`input[name$="-DELETE"]`);
    const next = row.nextElementSibling || row.previousElementSibling;
    if (stored && tick) { tick.checked = true; row.hidden = true; } else row.remove();
    this.changed(`Row ${number} removed.`);
    (next && !next.hidden ? firstField(next) : this.frame.querySelector("[data-rows-add]"))?.focus();
  }

  move(row, by) {
    const rows = this.live();
    const other = rows[rows.indexOf(row) + by];
    if (!other) return;
    const focused = document.activeElement;
    by < 0 ? other.before(row) : other.after(row);
    this.changed(`Row moved to place ${this.live().indexOf(row) + 1}.`);
    focused?.focus();
  }

  /* indexes follow the order on the page, so that the order is what is saved */
  renumber() {
    const rows = this.all();
    rows.forEach((row, index) => rename(row, this.prefix, "\\d+|__prefix__", `moving${index}`));
    rows.forEach((row, index) => rename(row, this.prefix, `moving${index}`, String(index)));
    this.live().forEach((row, index) => {
      row.dataset.number = index + 1;
      const cell = row.querySelector("[data-row-number]");
      if (cell) cell.textContent = index + 1;
      const order = row.querySelector('input[name$="-ORDER"], input[name$="-position"]');
      if (order) order.value = index + 1;
    });
    if (this.total) this.total.value = rows.length;
    this.frame.querySelectorAll("[data-rows-count]").forEach((place) => (place.textContent = this.live().length));
  }
}

function rename(row, prefix, from, to) {
  const pattern = new RegExp(`${prefix}-(?:${from})-`, "g");
  row.querySelectorAll(NAMES.map((name) => `[${name}]`).join(",")).forEach((part) => {
    NAMES.forEach((name) => {
      const value = part.getAttribute(name);
      if (value && value.includes(`${prefix}-`)) part.setAttribute(name, value.replace(pattern, `${prefix}-${to}-`));
    });
  });
}

export function firstField(row) {
  return row.querySelector("input:not([type=hidden]):not([type=checkbox]), select, textarea");
}

const tail = (name, prefix) => name.slice(prefix.length).replace(/^-[^-]+-/, "");

/* everything but identity: a duplicate is a new row */
function copyValues(source, target, prefix) {
  const values = new Map();
  source.querySelectorAll("[name]").forEach((field) => values.set(tail(field.name, prefix), field));
  target.querySelectorAll("[name]").forEach((field) => {
    const key = tail(field.name, prefix);
    const from = values.get(key);
    if (!from || ["id", "DELETE", "uuid", "key"].includes(key)) return;
    if (field.type === "checkbox" || field.type === "radio") field.checked = from.checked && field.value === from.value;
    else field.value = from.value;
  });
}

document.querySelectorAll("[data-rows]").forEach((frame) => (frame.rows = new Rows(frame)));
