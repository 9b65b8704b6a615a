// One letter for what an officer does all day. Optional: every key only presses what stands on the page, and all of
// them can be turned off, which this browser remembers. They sleep while somebody types.
(() => {
  "use strict";
  const root = document.documentElement;
  const remembered = "desk-keys";
  const read = () => { try { return localStorage.getItem(remembered) !== "off"; } catch { return true; } };
  const keep = (on) => { try { localStorage.setItem(remembered, on ? "on" : "off"); } catch { /* storage is off: for this page */ } };
  const help = document.getElementById("keys");
  let on = read();

  const marked = () => document.querySelectorAll("[data-key]");
  const show = () => {
    root.dataset.keys = on ? "on" : "off";
    marked().forEach((place) => {
      if (on) place.setAttribute("aria-keyshortcuts", place.dataset.key);
      else place.removeAttribute("aria-keyshortcuts");
    });
    document.querySelectorAll("[data-keys-switch]").forEach((button) => {
      button.hidden = false;
      button.textContent = on ? button.dataset.off : button.dataset.on;
    });
    document.querySelectorAll("[data-keys-state]").forEach((place) => { place.textContent = on ? place.dataset.on : place.dataset.off; });
  };

  // The rows of the queue: one of them is the current one, and its link has the focus.
  const rows = () => [...document.querySelectorAll(".wb-work tbody tr:not([data-group])")];
  const current = () => document.querySelector(".wb-work tbody tr[data-cursor]");
  const within = (selector) => (current() || document).querySelector(selector);
  const move = (step) => {
    const all = rows();
    if (!all.length) return false;
    const at = all.indexOf(current());
    const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1)];
    all.forEach((row) => row.toggleAttribute("data-cursor", row === next));
    next.querySelector("th a").focus();
    next.scrollIntoView({ block: "nearest" });
    return true;
  };
  document.addEventListener("focusin", (event) => {
    const row = event.target.closest(".wb-work tbody tr:not([data-group])");
    if (row) rows().forEach((one) => one.toggleAttribute("data-cursor", one === row));
  });

  const press = (place) => {
    if (!place || place.getAttribute("aria-disabled") === "true") return false;
    if (place.matches("input, textarea")) { place.scrollIntoView({ block: "center" }); place.focus(); }
    else place.click();
    return true;
  };
  const tick = (box) => { if (box) box.click(); return Boolean(box); };
  const pressMarked = (key) => press(document.querySelector(`[data-key="${CSS.escape(key)}"]`));
  const openHelp = () => {
    if (!help) return pressMarked("?");
    help.showModal();
    return true;
  };
  const acts = {
    j: () => move(1) || pressMarked("j"),
    k: () => move(-1) || pressMarked("k"),
    x: () => current() && tick(within("input[name='pick']")),
    o: () => (current() ? press(within("th a")) : pressMarked("o")),
    m: () => (current() ? press(within("button[formaction]")) : pressMarked("m")),
    "?": openHelp,
  };

  const types = (place) => place.isContentEditable
    || place.matches("textarea, select, input:not([type='checkbox'], [type='radio'], [type='button'], [type='submit'])");
  document.addEventListener("keydown", (event) => {
    if (!on || event.defaultPrevented || event.isComposing || event.repeat) return;
    if (event.ctrlKey || event.altKey || event.metaKey || types(event.target) || document.querySelector("dialog[open]")) return;
    const key = event.key.toLowerCase();
    if (key.length !== 1) return;
    const act = acts[key] || (() => pressMarked(key));
    if (act()) event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-keys-switch], [data-keys-help], [data-keys-close]");
    if (!button) return;
    if (button.hasAttribute("data-keys-switch")) { on = !on; keep(on); show(); return; }
    if (button.hasAttribute("data-keys-close")) { help.close(); return; }
    if (help) { event.preventDefault(); help.showModal(); }
  });
  show();
})();
