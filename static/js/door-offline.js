// The door without a connection: for this tab a list of salted, short marks that give no code away, and the entries that
// wait to be sent. A typed code is hashed once, by the salt of the list, however long the list is.
(() => {
  "use strict";
  const form = document.querySelector("[data-door]");
  const panel = document.querySelector("[data-offline]");
  if (!form || !panel || !window.crypto || !crypto.subtle) return;
  const EVERY = 120000;
  const { session, entrance } = panel.dataset;
  const listKey = `door-marks-${session}`;
  const queueKey = "door-entries";
  const stored = (store, key, otherwise) => JSON.parse(store.getItem(key) || "null") || otherwise;
  const part = (name) => panel.querySelector(`[data-${name}]`);
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const clockOf = (iso) =>
    new Intl.DateTimeFormat("en-GB", { timeStyle: "short", timeZone: panel.dataset.clock }).format(new Date(iso));
  const minutes = (iso) => Math.max(0, Math.floor((Date.now() - new Date(iso)) / 60000));
  const list = () => stored(sessionStorage, listKey, null);
  const queue = () => stored(localStorage, queueKey, []);

  const send = async (address, values) => {
    const body = new FormData();
    body.set("csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]").value);
    Object.entries(values).forEach(([name, value]) => body.set(name, value));
    const answer = await fetch(address, { method: "POST", body, signal: AbortSignal.timeout(8000) });
    if (!answer.ok) throw new Error(answer.status);
    return answer.json();
  };

  const show = () => {
    const kept = list();
    panel.hidden = !kept;
    if (!kept) return;
    const age = part("age");
    age.textContent = fill(age.dataset.words, {
      time: clockOf(kept.made_at), minutes: minutes(kept.made_at), count: kept.count,
    });
    const waits = part("waiting");
    waits.hidden = !queue().length;
    waits.textContent = fill(waits.dataset.words, { count: queue().length });
  };

  const refresh = async () => {
    const kept = list();
    if (kept && Date.now() - new Date(kept.made_at) < EVERY) return;
    const fresh = await send(panel.dataset.offline, {}).catch(() => null);
    if (fresh) sessionStorage.setItem(listKey, JSON.stringify(fresh));
    show();
  };

  const deliver = async () => {
    const entries = queue();
    if (!entries.length) return;
    const values = { entries: JSON.stringify(entries), entrance, session };
    const result = await send(panel.dataset.send, values).catch(() => null);
    if (!result) return;
    localStorage.setItem(queueKey, JSON.stringify(queue().slice(entries.length)));
    const said = part("sent");
    said.textContent = fill(said.dataset.words, result);
    if (result.flagged) said.textContent += ` ${fill(said.dataset.flagged, result)}`;
    if (result.unknown) said.textContent += ` ${fill(said.dataset.unknown, result)}`;
    said.hidden = false;
    show();
  };

  const markOf = async (code, { salt, rounds, bits }) => {
    const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(code), "PBKDF2", false, ["deriveBits"]);
    const way = { name: "PBKDF2", hash: "SHA-256", salt: Uint8Array.from(salt.match(/../g), (pair) => parseInt(pair, 16)) };
    const derived = await crypto.subtle.deriveBits({ ...way, iterations: rounds }, key, 32);
    return new DataView(derived).getUint32(0) >>> (32 - bits);
  };

  const codeIn = (typed) => {
    const text = typed.trim().toUpperCase();
    const found = text.match(/S-[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}-[A-Z]/);
    return found ? found[0] : text.slice(0, 40);
  };

  const decide = async (typed) => {
    const kept = list();
    const code = codeIn(typed);
    const sharing = kept.people[await markOf(code, kept)] || [];
    const person = sharing.find((row) => !row[2]) || sharing[0];
    const state = !person ? "stop" : person[2] ? "again" : person[1];
    if (person && state !== "again") {
      person[2] = true;
      sessionStorage.setItem(listKey, JSON.stringify(kept));
      const entry = { code, at: new Date().toISOString(), list_made_at: kept.made_at };
      localStorage.setItem(queueKey, JSON.stringify([...queue(), entry]));
    }
    const verdict = panel.querySelector(`template[data-state="${state}"]`).content.cloneNode(true);
    verdict.querySelector("[data-initials]").textContent = sharing.map((row) => row[0]).join(" / ") || "–";
    verdict.querySelector("[data-code]").textContent = code;
    verdict.querySelector("[data-list]").textContent = `${clockOf(kept.made_at)} (${minutes(kept.made_at)} min)`;
    part("verdict").replaceChildren(verdict);
    show();
  };

  form.addEventListener("submit", async (event) => {
    if (!list()) return;
    event.preventDefault();
    const alive = navigator.onLine
      && (await fetch(panel.dataset.alive, { cache: "no-store", signal: AbortSignal.timeout(2500) }).catch(() => null));
    if (alive && alive.ok) {
      form.submit();
      return;
    }
    const field = form.querySelector("[name=code]");
    if (field.value.trim()) await decide(field.value);
    field.value = "";
    field.focus();
    form.dispatchEvent(new Event("decided"));
  });

  const round = async () => {
    await deliver();
    await refresh();
  };
  window.addEventListener("online", round);
  setInterval(round, 20000);
  setInterval(show, 10000);
  show();
  round();
})();
