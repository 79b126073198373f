// Hands the one-time link's secret in by POST, without a click, and takes it out of the address
// bar and the history first. Once only: a second hand-in would cancel the first, whose answer signs
// the person in, and be told that the link is spent.
"use strict";
const form = document.querySelector("form");
form.addEventListener("submit", () => {
  form.querySelector("button").disabled = true;
});
if ("submit" in form.dataset) {
  history.replaceState(null, "", location.pathname);
  form.requestSubmit();
}
