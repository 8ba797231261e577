/* The suggestion beside a form: after a pause in typing the form is sent to data-panel-url and the answer replaces the
   panel. The server writes nothing then. Nothing typed is stored in the browser.
     <form id="facts-form" data-panel-for="suggestion"> … <section id="suggestion" data-panel data-panel-url="…">
   Without this file the panel shows what was saved last. */

const PAUSE = 600;

class Panel {
  constructor(form, panel) {
    this.form = form;
    this.panel = panel;
    this.asked = 0;
    ["input", "change", "rows:changed"].forEach((kind) => form.addEventListener(kind, () => this.later()));
    if ("dirty" in form.dataset) this.later();
  }

  state(text, stale) {
    this.panel.dataset.stale = String(stale);
    const place = this.panel.querySelector("[data-panel-state]");
    if (place) place.textContent = text;
  }

  later() {
    clearTimeout(this.timer);
    this.state("updating …", true);
    this.timer = setTimeout(() => this.ask(), PAUSE);
  }

  async ask() {
    const mine = ++this.asked;
    this.control?.abort();
    this.control = new AbortController();
    try {
      const answer = await fetch(this.panel.dataset.panelUrl, this.question());
      if (mine !== this.asked) return;
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      this.show(await answer.text());
    } catch (problem) {
      if (problem.name !== "AbortError" && mine === this.asked) this.state("not up to date: it will be after saving", true);
    }
  }

  question() {
    const body = new FormData(this.form);
    [...body.keys()].filter((name) => body.get(name) instanceof File).forEach((name) => body.delete(name));
    const token = body.get("csrfmiddlewaretoken");
    const headers = { "X-CSRFToken": token, "X-Requested-With": "fetch", Accept: "text/html" };
    return { method: "POST", body, headers, credentials: "same-origin", cache: "no-store", signal: this.control.signal };
  }

  show(html) {
    const open = [...this.panel.querySelectorAll("details[open][id]")].map((fold) => fold.id);
    this.panel.innerHTML = html;
    open.forEach((id) => this.panel.querySelector(`#${CSS.escape(id)}`)?.setAttribute("open", ""));
    this.state("as typed, not saved", false);
  }
}

document.querySelectorAll("form[data-panel-for]").forEach((form) => {
  const panel = document.getElementById(form.dataset.panelFor);
  if (panel?.dataset.panelUrl) form.panel = new Panel(form, panel);
});
