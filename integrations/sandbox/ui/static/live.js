// What moves by itself on every page: the stream from the server, the town's
// clock, and the waits that are counted with it.
(function () {
  "use strict";
  const $ = (s, from) => (from || document).querySelector(s);
  const clock = $("#clock");
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let town = Number(clock.dataset.at), from = performance.now(), speed = Number(clock.dataset.speed);

  // A browser has six connections to a server: a page that is left gives its
  // stream back, and one that is come back to starts anew.
  let stream;
  htmx.createEventSource = (url) => {
    stream = new EventSource(url);
    stream.addEventListener("clock", (e) => { const now = JSON.parse(e.data); town = now.at; speed = now.speed; from = performance.now(); pace(); });
    stream.addEventListener("begin", (e) => { stream.close(); location.assign(e.data); });
    return stream;
  };
  addEventListener("pagehide", () => { if (stream) stream.close(); });
  addEventListener("pageshow", (e) => { if (e.persisted) location.reload(); });

  const now = () => town + (performance.now() - from) * speed;
  const two = (n) => String(n).padStart(2, "0");
  const long = (ms) => { const s = Math.max(0, Math.floor(ms / 1000)); return Math.floor(s / 3600) + ":" + two(Math.floor(s / 60) % 60) + ":" + two(s % 60); };
  const tell = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit", timeZone: clock.dataset.zone });
  const write = (e, text) => { if (e && e.textContent !== text) e.textContent = text; };

  function tick() {
    const at = now(), time = tell.format(new Date(at));
    if ("big" in clock.dataset) {
      write(clock.firstChild, time.slice(0, 5));
      write($("small", clock), time.slice(5));
    } else {
      write(clock, speed > 1 ? time.slice(0, 5) : time);
    }
    for (const lane of document.querySelectorAll("[data-lane]")) {
      const fixed = Number(lane.dataset.fixed), waited = at - Number(lane.dataset.began);
      const over = fixed > 0 && waited >= fixed, shown = over ? fixed : waited;
      write($(".figure", lane), long(shown));
      const bar = $("progress", lane);
      bar.value = Math.min(bar.max, Math.max(0, shown / 1000));
      lane.classList.toggle("over", over);
    }
    for (const e of document.querySelectorAll("[data-until]")) {
      const left = Number(e.dataset.until) - at;
      write($(".left", e), left > 0 ? ", in " + long(left).replace(/^0:0?/, "") : "");
    }
  }
  // A clock that runs ticks ten times a second, a still one once.
  let beat;
  const badge = $(".speed");
  function pace() {
    if (badge) {
      badge.hidden = speed <= 1;
      write(badge, "×" + speed);
    }
    clearInterval(beat);
    beat = setInterval(tick, speed > 1 && !still.matches ? 100 : 1000);
    tick();
  }
  pace();
  still.addEventListener("change", pace);
  document.addEventListener("htmx:sseMessage", tick);
})();
