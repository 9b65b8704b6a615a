// What the pages gain where scripts run. Nothing here carries the page: without it everything still works.
(() => {
  "use strict";
  const root = document.documentElement;
  const started = performance.now();
  const served = Date.parse(root.dataset.now);
  // The server's moment, carried on by a clock that does not follow the computer's time.
  const now = () => served + performance.now() - started;
  const language = root.lang || "en";

  // The reader's time zone, for the next page; a zone chosen on the page of preferences stays.
  if (!document.cookie.split("; ").some((part) => part.startsWith("tz="))) {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (zone) document.cookie = `tz=${zone}; path=/; max-age=31536000; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
  }

  // Countdown, each minute, in the words of the page.
  const amount = (count, unit) => new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(count);
  const left = (milliseconds) => {
    const minutes = Math.floor(milliseconds / 60000);
    if (minutes < 1) return null;
    if (minutes < 120) return amount(minutes, "minute");
    return minutes < 2880 ? amount(Math.floor(minutes / 60), "hour") : amount(Math.floor(minutes / 1440), "day");
  };
  const countDown = () => document.querySelectorAll("[data-until]").forEach((place) => {
    const words = left(Date.parse(place.dataset.until) - now());
    if (words) place.textContent = place.dataset.phrase.replace("{}", words);
  });
  if (document.querySelector("[data-until]")) setInterval(countDown, 60000);

  // Characters as the server counts them: code points, a line break as one.
  const count = (text) => [...text.replace(/\r\n?/g, "\n")].length;
  const showCount = (place) => {
    const field = document.getElementById(place.dataset.counts);
    if (!field) return;
    const limit = Number(place.dataset.limit);
    const rest = limit - count(field.value);
    const words = rest < 0 ? place.dataset.overBy : place.dataset.left;
    place.querySelector("output").textContent = words.replace("{}", new Intl.NumberFormat(language).format(Math.abs(rest)));
    place.toggleAttribute("data-near", rest >= 0 && rest <= limit * 0.15);
    place.toggleAttribute("data-over", rest < 0);
  };
  const showCounts = (within) => within.querySelectorAll("[data-counts]").forEach(showCount);

  // What was typed comes back after the language changed in the middle of a form.
  const kept = `typed:${location.pathname}`;
  const typed = () => [...document.querySelectorAll("main form[method='post'] :is(textarea, select, input)")]
    .filter((field) => field.id && !["hidden", "password", "file", "submit"].includes(field.type));
  const keepTyping = () => {
    const values = typed().map((field) => [field.id, "checked" in field && ["checkbox", "radio"].includes(field.type) ? field.checked : field.value]);
    try { if (values.length) sessionStorage.setItem(kept, JSON.stringify(values)); } catch { /* storage is full or off */ }
  };
  const bringBack = () => {
    let values = [];
    try { values = JSON.parse(sessionStorage.getItem(kept)) || []; sessionStorage.removeItem(kept); } catch { return; }
    values.forEach(([id, value]) => {
      const field = document.getElementById(id);
      if (field && typeof value === "boolean") field.checked = value;
      else if (field && "value" in field) field.value = value;
    });
  };
  bringBack();
  showCounts(document);

  document.addEventListener("input", (event) => {
    if (!event.target.id) return;
    const place = document.querySelector(`[data-counts="${CSS.escape(event.target.id)}"]`);
    if (place) showCount(place);
  });

  // One press, one request: the second press of the same form waits for the first.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.hasAttribute("data-keeps-typing")) keepTyping();
    if (form.method !== "post" || form.hasAttribute("hx-post") || event.defaultPrevented) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    if (event.submitter) event.submitter.setAttribute("aria-busy", "true");
    setTimeout(() => release(form), 8000);
  });
  const release = (form) => {
    delete form.dataset.sent;
    form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
  };
  addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));

  // Copy, print.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copies], [data-prints]");
    if (!button) return;
    if (button.hasAttribute("data-prints")) { print(); return; }
    const source = document.getElementById(button.dataset.copies);
    const text = "value" in source ? source.value : source.textContent.trim();
    navigator.clipboard.writeText(text).then(() => {
      if (button.dataset.copied) button.textContent = button.dataset.copied;
    });
  });
  document.querySelectorAll("[data-copies][hidden], [data-prints][hidden]").forEach((button) => { button.hidden = false; });

  // One menu at a time, closed by Escape.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    document.querySelectorAll(".ga-menu[open]").forEach((menu) => { menu.open = false; menu.querySelector("summary").focus(); });
  });

  // A table shown as cards stays a table for a screen reader: some browsers forget it with its display.
  const roles = { TABLE: "table", THEAD: "rowgroup", TBODY: "rowgroup", TR: "row", TD: "cell" };
  const nameCells = (within) => within.querySelectorAll(".ga-table--cards, .ga-table--cards :is(thead, tbody, tr, th, td)").forEach((part) => {
    part.setAttribute("role", roles[part.tagName] || (part.scope === "row" ? "rowheader" : "columnheader"));
  });
  nameCells(document);

  const errors = document.querySelector("[data-takes-focus]");
  if (errors) errors.focus();
  document.addEventListener("htmx:afterSwap", (event) => { showCounts(event.target); nameCells(event.target); });
})();
