"use strict";
{
  const results = Array.from(document.querySelectorAll(".result"), (element) => ({
    element,
    text: Array.from(element.querySelectorAll("[data-searched]"), (part) => part.textContent).join(" ").toLowerCase(),
  }));
  const sections = Array.from(document.querySelectorAll("main > section:not(.notes)"));
  const controls = document.getElementById("controls");
  const query = document.getElementById("query");
  const buttons = Array.from(controls.querySelectorAll("[data-filter]"));

  const isPressed = (button) => button.getAttribute("aria-pressed") === "true";
  const press = (button, pressed) => button.setAttribute("aria-pressed", String(pressed));

  // chosen are the values of a filter whose buttons are pressed. None pressed
  // means no filter.
  const chosen = (filter) => buttons
    .filter((button) => button.dataset.filter === filter && isPressed(button))
    .map((button) => button.dataset.value);

  const admits = (values, value) => values.length === 0 || values.includes(value);

  function filter() {
    const statuses = chosen("status");
    const groups = chosen("group");
    const words = query.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const { element, text } of results) {
      const visible = admits(statuses, element.dataset.status) && admits(groups, element.dataset.group) &&
        words.every((word) => text.includes(word));
      element.hidden = !visible;
      shown += visible ? 1 : 0;
    }
    for (const section of sections) {
      section.hidden = !section.querySelector(".result:not([hidden])");
    }
    document.getElementById("shown").value = `${shown} of ${results.length} shown`;
    document.getElementById("none").hidden = shown > 0 || results.length === 0;
  }

  // linked is the result that the address names: by its own anchor or by the id
  // of its check, which finds the first of several subjects.
  function linked() {
    let name;
    try {
      name = decodeURIComponent(location.hash.slice(1));
    } catch {
      return undefined; // not an address of ours
    }
    const elements = results.map((result) => result.element);
    return elements.find((element) => element.id === name) ?? elements.find((element) => element.dataset.id === name);
  }

  function openLinked() {
    const result = linked();
    if (!result) return;
    if (result.hidden) controls.reset();
    result.open = true;
    result.scrollIntoView();
    result.querySelector("summary").focus({ preventScroll: true });
  }

  // copy puts a text into the clipboard. Where a page may not do so, it selects
  // the text, so that the next key can.
  async function copy(button) {
    const source = button.closest(".command").querySelector("pre");
    let said = "Copied";
    try {
      await navigator.clipboard.writeText(source.textContent);
    } catch {
      getSelection().selectAllChildren(source);
      said = "Selected";
    }
    button.textContent = said;
    document.getElementById("said").textContent = said;
    setTimeout(() => {
      button.textContent = "Copy";
      document.getElementById("said").textContent = "";
    }, 1500);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.matches(".copy")) copy(button);
    if (button?.dataset.filter) {
      press(button, !isPressed(button));
      filter();
    }
  });
  query.addEventListener("input", filter);
  controls.addEventListener("submit", (event) => event.preventDefault());
  controls.addEventListener("reset", () => {
    query.value = "";
    buttons.forEach((button) => press(button, false));
    filter();
  });
  window.addEventListener("hashchange", openLinked);
  openLinked();
}
