// Helps whoever writes a text: the look as on a phone follows what is typed, what is written is kept, Ctrl+S saves.
"use strict";
(() => {
  const form = document.getElementById("writing");
  const said = document.getElementById("kept");
  let dirty = form ? form.dataset.dirty !== undefined : false;
  let typed = 0; // rises with each change: a look that comes late is not shown
  let timer = 0;
  let keeping = null; // what is on its way
  let amiss = ""; // what the last answer was amiss
  let pressed = false;
  const waiting = form ? `typed ${form.action}` : "";
  let resting = false; // a colleague has saved too: only the editor's own save puts both together
  let box = null; // where the cursor was last

  async function look() {
    const number = typed;
    const body = new FormData(form);
    body.set("do", "preview");
    try {
      const answer = await fetch("/staff/texts/preview", { method: "POST", body: new URLSearchParams(body) });
      heard(answer);
      if (!answer.ok || number !== typed) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const part of fresh.querySelectorAll("body > [id]")) {
        const old = document.getElementById(part.id);
        if (old && old.innerHTML !== part.innerHTML) { old.className = part.className; old.innerHTML = part.innerHTML; }
      }
    } catch { heard(null); }
  }

  function changed(event) {
    if (!form.contains(event.target) && event.target.getAttribute("form") !== "writing") return;
    if (form.contains(event.target) && event.target.name !== "add") dirty = true;
    typed += 1;
    clearTimeout(timer);
    timer = setTimeout(look, 350);
  }

  function heard(answer) { // nobody's page is found for who is not signed in
    const before = amiss;
    amiss = answer?.ok ? "" : answer?.status === 404 ? said.dataset.out : said.dataset.trouble;
    if (amiss || before) said.textContent = amiss;
  }

  // A draft is kept while one writes; what waits for approval is not touched without a click.
  function keep() {
    keeping ??= kept().finally(() => { keeping = null; });
    return keeping;
  }

  async function kept() {
    if (!dirty || resting || form.dataset.auto === undefined) return;
    const number = typed;
    const body = new FormData(form);
    body.set("alone", "yes");
    try {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(body) });
      heard(answer);
      const done = answer.ok ? await answer.json() : {};
      if (done.said === "saved") form.elements.revision.value = done.revision;
      if (done.said === "saved" || done.said === "same") dirty = number !== typed;
      resting = done.said === "other";
      said.textContent = { saved: said.dataset.saved, other: said.dataset.other }[done.said] ?? amiss;
    } catch { heard(null); }
  }

  // Where nobody answers, or the editor is signed out, the next page would be an error. Where that is known the page stays; else what
  // was typed waits in this window until the writing page is there again, which then shows it as it was.
  async function send(event) {
    if (!amiss && !keeping && navigator.onLine) {
      dirty = false;
      sessionStorage.setItem(waiting, JSON.stringify([...new FormData(form)]));
      return;
    }
    event.preventDefault();
    if (pressed) return;
    pressed = true;
    await keeping; // or the editor's own save would look like a colleague's
    await look();
    pressed = false;
    if (!amiss) form.requestSubmit(event.submitter);
  }

  function again() {
    const typed = JSON.parse(sessionStorage.getItem(waiting) ?? "[]");
    const place = new URLSearchParams(location.search);
    if (dirty || place.has("said") || place.has("problem")) sessionStorage.removeItem(waiting); // it has arrived
    else if (typed.length) {
      const back = form.cloneNode();
      back.append(...[...typed.filter(([name]) => name !== "do"), ["do", "preview"]].map(([name, value]) => {
        const field = document.createElement("textarea");
        [field.name, field.value] = [name, value];
        return field;
      }));
      back.hidden = true;
      document.body.append(back);
      back.submit();
    }
  }

  function since() {
    const standing = document.querySelector("#standing [data-revision]");
    const note = document.getElementById("since");
    const newer = Number(standing.dataset.revision) > Number(form.elements.revision.value);
    note.hidden = !newer || keeping;
  }

  function insert(text) {
    const at = box && form.contains(box) ? box : document.getElementById("part-text");
    const chosen = at.value.slice(at.selectionStart, at.selectionEnd);
    at.focus();
    at.setRangeText(text.endsWith("|]]") ? `${text.slice(0, -2)}${chosen}]]` : text, at.selectionStart, at.selectionEnd, "end");
    if (text.endsWith("|]]")) at.setSelectionRange(at.selectionEnd - 2, at.selectionEnd - 2);
    at.dispatchEvent(new Event("input", { bubbles: true }));
  }

  if (form) {
    document.addEventListener("input", changed);
    document.addEventListener("change", changed);
    form.addEventListener("focusin", (event) => { if (event.target.matches("textarea[lang], input[lang]")) box = event.target; });
    document.addEventListener("keydown", (event) => {
      if (event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
      event.preventDefault();
      form.requestSubmit();
    });
    form.addEventListener("submit", send);
    again();
    addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
    document.addEventListener("refreshed", since);
    for (const button of form.querySelectorAll("[data-insert]")) {
      button.hidden = false;
      button.addEventListener("click", () => insert(button.dataset.insert));
    }
    document.getElementById("look").hidden = true; // it looks by itself
    setInterval(keep, 20000);
  }

  // The reader's own time zone, where a time is asked for.
  const zone = document.getElementById("zone");
  if (zone) {
    const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (here && ![...zone.options].some((option) => option.value === here)) zone.add(new Option(here.replaceAll("_", " "), here), 0);
    if (here) zone.value = here;
  }
})();
