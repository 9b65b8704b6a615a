// A file over the limit is refused before it is sent. Without scripts the server says the same.
(() => {
  "use strict";
  const told = (field) => {
    let place = document.getElementById(`${field.id}_error`);
    if (!place) {
      place = document.createElement("p");
      place.id = `${field.id}_error`;
      place.className = "invalid-feedback";
      field.closest(".ga-drop").before(place);
      field.setAttribute("aria-describedby", `${place.id} ${field.getAttribute("aria-describedby") || ""}`);
    }
    place.setAttribute("role", "alert");
    return place;
  };
  document.addEventListener("change", (event) => {
    const field = event.target;
    if (field.type !== "file" || !field.dataset.mostBytes || !field.files.length) return;
    const tooLarge = field.files[0].size > Number(field.dataset.mostBytes);
    field.classList.toggle("is-invalid", tooLarge);
    field.toggleAttribute("aria-invalid", tooLarge);
    if (tooLarge) {
      told(field).textContent = field.dataset.tooLarge;
      field.value = "";
    } else if (document.getElementById(`${field.id}_error`)) {
      document.getElementById(`${field.id}_error`).textContent = "";
    }
  });
})();
