// Keeps the page of runtimes fresh. Without it the page still tells and does everything once.
"use strict";
(() => {
  const place = document.getElementById("runtimes");
  const EVERY_MILLISECONDS = 5000;

  function size(bytes) {
    const units = ["bytes", "KB", "MB", "GB", "TB"];
    let unit = 0;
    for (; bytes >= 1024 && unit < units.length - 1; unit++) bytes /= 1024;
    return `${bytes.toFixed(unit < 2 || bytes >= 100 ? 0 : 1)} ${units[unit]}`;
  }

  function span(seconds) {
    seconds = Math.max(0, Math.ceil(seconds));
    if (seconds < 90) return `${seconds} s`;
    const minutes = Math.floor(seconds / 60);
    if (minutes < 90) return `${minutes} min`;
    const hours = Math.floor(minutes / 60);
    return hours < 48 ? `${hours} h ${String(minutes % 60).padStart(2, "0")} min` : `${Math.floor(hours / 24)} days`;
  }

  function left(moment, now, otherwise) {
    return moment ? `in ${span((Date.parse(moment) - now) / 1000)}` : otherwise;
  }

  function show(runtime, now) {
    const card = place.querySelector(`[data-id="${CSS.escape(runtime.id)}"]`);
    const put = (field, text) => {
      const target = card.querySelector(`[data-field="${field}"]`);
      if (target && target.textContent !== text) target.textContent = text;
    };
    put("state", runtime.state);
    put("memory", `${size(runtime.memory_bytes)} of ${size(runtime.memory_limit_bytes)}`);
    put("cpu", `${(runtime.cpu_share ?? 0).toFixed(1)} cores now, ${span(runtime.cpu_seconds)} in all`);
    put("uptime", span(runtime.uptime_seconds));
    put("idle", left(runtime.idle_ends_at, now, "not while it computes"));
    put("lifetime", left(runtime.lifetime_ends_at, now, "–"));
    card.querySelector("meter").value = runtime.memory_bytes;
  }

  async function refresh() {
    const response = await fetch(place.dataset.source, { headers: { Accept: "application/json" } });
    if (!response.ok) return location.reload();
    const told = await response.json();
    const now = Date.parse(response.headers.get("Date") ?? "") || Date.now();
    const living = told.runtimes.filter(one => one.state !== "stopped" && one.state !== "lost");
    const known = `${living.map(one => one.id).join(" ")}|${told.tickets.map(one => one.id).join(" ")}`;
    if (known !== place.dataset.known) return location.reload();
    for (const runtime of living) show(runtime, now);
    // The page itself says why a runtime is being stopped.
    const said = runtime => place.querySelector(`[data-id="${CSS.escape(runtime.id)}"] [role="alert"]`);
    if (living.some(runtime => runtime.stop && !said(runtime))) location.reload();
  }

  setInterval(() => {
    if (!document.hidden) refresh().catch(() => {});
  }, EVERY_MILLISECONDS);
})();
