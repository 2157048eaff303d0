// What a browser adds to a page that can be read and acted in without it.
(function () {
  "use strict";
  const $ = (s, from) => (from || document).querySelector(s);
  const box = $("#box"), offers = $("#offers");

  // Commands are offered while the first words of one are typed.
  let chosen = -1;
  const shown = () => [...offers.children].filter((o) => !o.hidden);
  function choose(i) {
    const all = shown();
    chosen = all.length ? (i + all.length) % all.length : -1;
    [...offers.children].forEach((o) => o.setAttribute("aria-selected", "false"));
    box.removeAttribute("aria-activedescendant");
    if (chosen >= 0) {
      all[chosen].setAttribute("aria-selected", "true");
      all[chosen].scrollIntoView({ block: "nearest" });
      box.setAttribute("aria-activedescendant", all[chosen].id);
    }
  }
  function offer() {
    const typed = box.value.toLowerCase();
    for (const o of offers.children) o.hidden = !(typed && o.dataset.line.startsWith(typed));
    offers.hidden = !typed.startsWith("/") || shown().length === 0;
    choose(offers.hidden ? -1 : 0);
  }
  function take(o) {
    box.value = o.dataset.line;
    offer();
    offers.hidden = true;
    box.focus();
  }
  function fill(line) {
    $("#tab-chat").checked = true;
    box.value = line;
    box.focus();
    document.querySelectorAll("details.pop").forEach((d) => { d.open = false; });
  }
  box.addEventListener("input", offer);
  box.addEventListener("blur", () => setTimeout(() => { offers.hidden = true; }, 150));
  offers.addEventListener("mousedown", (e) => {
    const o = e.target.closest("li");
    if (o) { e.preventDefault(); take(o); }
  });
  box.addEventListener("keydown", (e) => {
    const open = !offers.hidden;
    if (open && (e.key === "ArrowDown" || e.key === "ArrowUp")) {
      e.preventDefault();
      choose(chosen + (e.key === "ArrowDown" ? 1 : -1));
    } else if (open && chosen >= 0 && (e.key === "Tab" || (e.key === "Enter" && shown()[chosen].dataset.line.trim() !== box.value.trim()))) {
      e.preventDefault();
      take(shown()[chosen]);
    } else if (open && e.key === "Escape") {
      e.stopPropagation();
      offers.hidden = true;
    } else {
      send(e);
    }
  });
  // Enter sends, Shift+Enter begins a line.
  function send(e) {
    if (e.key !== "Enter" || e.shiftKey || e.isComposing) return;
    e.preventDefault();
    if (e.target.value.trim()) e.target.form.requestSubmit();
  }
  const reply = $("#reply");
  if (reply) {
    reply.addEventListener("keydown", send);
    reply.focus();
  }

  document.addEventListener("keydown", (e) => {
    const typing = e.target.closest("input, textarea, select, dialog");
    if (e.key === "/" && !typing && !e.ctrlKey && !e.metaKey) {
      e.preventDefault();
      $("#tab-chat").checked = true;
      box.focus();
    } else if (e.key === "Escape") {
      document.querySelectorAll("details.pop[open]").forEach((d) => { d.open = false; $("summary", d).focus(); });
    }
  });
  document.addEventListener("click", (e) => {
    const line = e.target.closest("[data-fill]");
    if (line) fill(line.dataset.fill);
    document.querySelectorAll("details.pop[open]").forEach((d) => { if (!d.contains(e.target)) d.open = false; });
  });

  // What was sent leaves its box, and comes back when it was not taken.
  const sent = new Map();
  const fields = (form) => [...form.querySelectorAll("textarea, input:not([type=hidden])")];
  document.addEventListener("htmx:beforeRequest", (e) => {
    const form = e.target.closest("form[data-clear]");
    if (!form) return;
    sent.set(form, fields(form).map((f) => f.value));
    setTimeout(() => { for (const f of fields(form)) f.value = ""; offers.hidden = true; });
  });
  let fading;
  document.addEventListener("htmx:afterRequest", (e) => {
    const form = e.target.closest("form[data-clear]");
    const taken = e.detail.successful && !e.detail.xhr.responseText.trim();
    if (form && !taken) fields(form).forEach((f, i) => { if (!f.value) f.value = (sent.get(form) || [])[i] || ""; });
    clearTimeout(fading);
    if (!taken) fading = setTimeout(() => $("#notice").replaceChildren(), 10000);
  });
  document.addEventListener("htmx:sendError", () => {
    const p = document.createElement("p");
    p.className = "notice";
    p.textContent = "The sandbox does not answer. Does it still run?";
    $("#notice").replaceChildren(p);
  });

  // Conversations stay at their end, unless somebody reads further up.
  const pins = new Map(), opened = new Map();
  function atEnd(e) { return e.scrollHeight - e.scrollTop - e.clientHeight < 60; }
  function toEnd(from) { from.querySelectorAll("[data-pin]").forEach((e) => { e.scrollTop = e.scrollHeight; }); }
  document.addEventListener("htmx:sseBeforeMessage", (e) => {
    const old = $("dialog", e.target);
    // A form that is open is not drawn anew under somebody's hands.
    if (old && e.detail.data.includes('data-hash="' + old.dataset.hash + '"') && e.detail.data.includes('data-view="' + old.dataset.view + '"')) e.preventDefault();
    opened.set(e.target, [...e.target.querySelectorAll("details[open][id]")].map((d) => d.id));
    const list = $("[data-pin]", e.target);
    if (list) pins.set(e.target, atEnd(list) ? -1 : list.scrollTop);
  });
  document.addEventListener("htmx:sseMessage", (e) => {
    const list = $("[data-pin]", e.target), was = pins.get(e.target);
    if (list) list.scrollTop = was === undefined || was < 0 ? list.scrollHeight : was;
    for (const id of opened.get(e.target) || []) { const d = document.getElementById(id); if (d) d.open = true; }
    lift();
    if (e.target.closest(".guide")) reach();
  });

  // Where there is no room beside each other, the act that is on and the channel
  // that is open stand in sight.
  function reach() {
    for (const [row, on] of [[".acts-nav ol", ".turn[aria-current]"], [".rail", ".rail a[aria-current]"]]) {
      const r = $(row), e = $(on);
      if (r && e && r.scrollWidth > r.clientWidth) r.scrollLeft += e.getBoundingClientRect().left - r.getBoundingClientRect().left - (r.clientWidth - e.offsetWidth) / 2;
    }
  }
  reach();

  // A form becomes a true dialog: the rest waits, Esc closes it.
  function lift() {
    const d = $("dialog[open]:not(:modal)");
    if (!d) return;
    d.open = false;
    d.showModal();
    const first = $(".wrong input, .wrong textarea", d) || $(".asks input, .asks textarea, .asks select", d);
    if (first) first.focus();
    d.addEventListener("cancel", (e) => { e.preventDefault(); $("[data-close]", d).click(); });
  }
  lift();
  toEnd(document);
  const said = box.value !== "";
  if (said) {
    box.focus();
    box.setSelectionRange(box.value.length, box.value.length);
    $("#tab-chat").checked = true;
    history.replaceState(null, "", location.href.replace(/&say=[^&#]*/, ""));
  }
  if (location.hash) { const m = document.getElementById(location.hash.slice(1)); if (m) m.scrollIntoView(); }

  // The tab of a narrow screen stays when one goes elsewhere.
  document.querySelectorAll(".tabs input").forEach((t) => {
    if (!said && sessionStorage.getItem("tab") === t.id) t.checked = true;
    t.addEventListener("change", () => { sessionStorage.setItem("tab", t.id); reach(); });
  });
})();
