// Hands the one-time link's secret in by POST, without a click, and takes it out of the address
// bar and the history first.
"use strict";
const form = document.querySelector("form[data-submit]");
if (form) {
  history.replaceState(null, "", location.pathname);
  form.requestSubmit();
}
