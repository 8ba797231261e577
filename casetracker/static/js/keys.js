/* Keys on lists of rows marked data-item (the checklist): j / k or arrows move, x ticks, o opens, d adds a document, e presses
   the first action, ? shows the keys. j behind the last row unfolds the next step that owes something. Never while typing
   in a field. Everything is also reachable with Tab. */

/* a row in a closed fold has a box, so only checkVisibility tells that it cannot be seen */
const visible = (row) => (row.checkVisibility ? row.checkVisibility() : row.offsetParent !== null);
const rows = () => [...document.querySelectorAll("[data-item]")].filter(visible);
const typing = (target) =>
  target.closest("input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]");
const closedSteps = () =>
  [...document.querySelectorAll("details.step:not([open])")].filter((step) => step.querySelector(":scope > .step > .items"));
let current = null;

function go(step) {
  const list = rows();
  const place = list.indexOf(current);
  if (step > 0 && place === list.length - 1 && unfoldBehind(current)) return go(step);
  if (!list.length) return;
  select(list[Math.min(Math.max(place + step, 0), list.length - 1)]);
}

function unfoldBehind(row) {
  const behind = (step) => !row || row.compareDocumentPosition(step) & Node.DOCUMENT_POSITION_FOLLOWING;
  const next = closedSteps().find(behind);
  if (next) next.open = true;
  return Boolean(next);
}

function select(row) {
  current?.classList.remove("is-current");
  current = row;
  row.classList.add("is-current");
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

/* the page of an item opens at its first answer, which the address names so that the focus starts there */
function open() {
  const link = current?.querySelector(".item-title a");
  if (link && !link.hash) location.assign(`${link.href}#answer`);
  else press(".item-title a, .why > summary");
}

const press = (selector) => current?.querySelector(selector)?.click();
const help = () => document.querySelector("[data-keys-help]")?.toggleAttribute("open");

const KEYS = {
  j: () => go(1), ArrowDown: () => go(1),
  k: () => go(-1), ArrowUp: () => go(-1),
  x: () => press("input[type=checkbox]"),
  o: open,
  e: () => press(".item-actions a, .item-actions button"),
  d: () => press("[data-key=document]"),
  "?": help,
};

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || typing(event.target)) return;
  const arrow = event.key.startsWith("Arrow");
  if (!KEYS[event.key] || (arrow && !event.target.matches("[data-item]"))) return;
  event.preventDefault();
  KEYS[event.key]();
});

document.addEventListener("focusin", (event) => {
  const row = event.target.closest("[data-item]");
  if (row && row !== current) { current?.classList.remove("is-current"); current = row; }
});
