// The camera at the door. Where the browser cannot read codes itself, jsQR does, fetched when the camera is turned on.
// Typing and hand scanners need none of this.
(() => {
  "use strict";
  const form = document.querySelector("[data-door]");
  const button = form && form.querySelector("[data-camera]");
  if (!button) return;
  const WIDTH = 800;
  const GONE_AFTER = 1500; // milliseconds without a badge before the same one is read again
  const held = { code: sessionStorage.getItem("door-held") || "", seenAt: 0 };
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

  const ownReader = async () => {
    const formats = "BarcodeDetector" in window ? await window.BarcodeDetector.getSupportedFormats() : [];
    if (!formats.includes("qr_code")) return null;
    const detector = new window.BarcodeDetector({ formats: ["qr_code"] });
    return async () => (await detector.detect(view).catch(() => []))[0]?.rawValue;
  };

  const fetchedReader = async () => {
    await new Promise((loaded, failed) => {
      if (window.jsQR) return loaded();
      const script = Object.assign(document.createElement("script"), { src: button.dataset.reader });
      script.addEventListener("load", loaded);
      script.addEventListener("error", failed);
      document.head.append(script);
    });
    const canvas = document.createElement("canvas");
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    return async () => {
      const shrunk = Math.min(1, WIDTH / view.videoWidth);
      canvas.width = view.videoWidth * shrunk;
      canvas.height = view.videoHeight * shrunk;
      pen.drawImage(view, 0, 0, canvas.width, canvas.height);
      const { data, width, height } = pen.getImageData(0, 0, canvas.width, canvas.height);
      return window.jsQR(data, width, height, { inversionAttempts: "dontInvert" })?.data;
    };
  };

  // A badge that is still before the camera after its verdict is the same person, not a second one.
  const look = async (read, stream) => {
    const found = view.readyState >= 2 ? await read() : "";
    const now = performance.now();
    if (found === held.code || !held.seenAt) held.seenAt = now;
    if (now - held.seenAt > GONE_AFTER) held.code = "";
    if (found && found !== held.code && !code.value) {
      held.code = found;
      sessionStorage.setItem("door-held", found);
      stream.getTracks().forEach((track) => track.stop());
      view.hidden = true;
      code.value = found;
      form.requestSubmit();
      return;
    }
    setTimeout(() => look(read, stream), 150);
  };

  const start = async () => {
    const read = await ownReader().catch(() => null) || await fetchedReader().catch(() => null);
    if (!read) return say("unread");
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      view.srcObject = stream;
      view.hidden = false;
      await view.play();
      sessionStorage.setItem("door-camera", "on");
      look(read, stream);
    } catch {
      say("none");
    }
  };
  button.hidden = false;
  button.addEventListener("click", start);
  form.addEventListener("decided", () => sessionStorage.getItem("door-camera") === "on" && start());
  // After each verdict the page is new; the camera stays on for the next person.
  if (sessionStorage.getItem("door-camera") === "on") start();
})();
