// Fetches htmx when the person begins to answer: a first visit to a step stays light. Without it “Save” does the same.
(() => {
  "use strict";
  const address = document.currentScript.dataset.htmx;
  const fetchIt = (event) => {
    if (!event.target.closest("form")?.querySelector("#saved")) return;
    document.removeEventListener("focusin", fetchIt);
    const script = document.createElement("script");
    script.src = address;
    document.head.append(script);
  };
  document.addEventListener("focusin", fetchIt);
})();
