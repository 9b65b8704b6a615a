// The camera at the door, where the browser can read codes. Typing and hand scanners need none of this.
(() => {
  "use strict";
  const form = document.querySelector("[data-door]");
  const button = form && form.querySelector("[data-camera]");
  if (!button) return;
  const view = form.querySelector("[data-view]");
  const code = form.querySelector("[name=code]");
  const words = form.querySelector("[data-camera-words]");

  const say = (why) => {
    sessionStorage.removeItem("door-camera");
    button.disabled = true;
    words.textContent = words.dataset[why];
    words.hidden = false;
    code.focus();
  };

  const look = async (detector, stream) => {
    const found = view.readyState >= 2 ? await detector.detect(view).catch(() => []) : [];
    if (found.length && !code.value) {
      stream.getTracks().forEach((track) => track.stop());
      view.hidden = true;
      code.value = found[0].rawValue;
      form.requestSubmit();
      return;
    }
    setTimeout(() => look(detector, stream), 150);
  };

  const start = async () => {
    if (!("BarcodeDetector" in window)) return say("unread");
    try {
      const detector = new window.BarcodeDetector({ formats: ["qr_code"] });
      const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      view.srcObject = stream;
      view.hidden = false;
      await view.play();
      sessionStorage.setItem("door-camera", "on");
      look(detector, stream);
    } catch {
      say("none");
    }
  };
  button.hidden = false;
  button.addEventListener("click", start);
  // After each verdict the page is new; the camera stays on for the next person.
  if (sessionStorage.getItem("door-camera") === "on") start();
})();
