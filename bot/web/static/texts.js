// Help with language on the page of a case: finds texts as one types, puts them where the counsellor writes, and leads from blank to blank.
"use strict";
(() => {
  const BLANK = /\{[^{}\n]{1,60}\}/g; // as bot/cases/saved.py has it
  const one = (name) => document.getElementById(name);
  const box = () => { const found = one("text"); return found && !found.disabled ? found : null; };
  let waiting = 0;
  let asked = null; // the request on its way; a newer one ends it

  async function find(address, { add = false } = {}) {
    asked?.abort();
    asked = new AbortController();
    try {
      const answer = await fetch(address, { signal: asked.signal });
      if (!answer.ok) throw new Error("no");
      const html = await answer.text();
      if (add) one("texts-found").insertAdjacentHTML("beforeend", html);
      else one("texts-found").innerHTML = html;
      trouble(false);
    } catch (error) {
      if (error.name !== "AbortError") trouble(true);
    }
  }

  function trouble(there) { one("texts-trouble").hidden = !there; }

  function search() {
    const form = one("texts-q").form;
    find(`${form.action}?${new URLSearchParams({ q: one("texts-q").value, part: 1 })}`);
  }

  async function use(form, key) {
    try {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams({ key, part: 1 }) });
      if (!answer.ok) throw new Error("no");
      insert(await answer.text());
      trouble(false);
    } catch { trouble(true); }
  }

  // Under what is written before the cursor, and before what is written after it; nothing is replaced, not even what is selected.
  function insert(text) {
    const written = box();
    if (!written) return;
    const at = written.selectionEnd;
    const before = written.value.slice(0, at);
    const after = written.value.slice(at);
    const lead = !before.trim() || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
    const tail = !after.trim() || after.startsWith("\n\n") ? "" : after.startsWith("\n") ? "\n" : "\n\n";
    written.setRangeText(lead + text + tail, at, at, "end");
    written.focus();
    const first = text.match(BLANK);
    if (first) {
      const from = at + lead.length + text.indexOf(first[0]);
      written.setSelectionRange(from, from + first[0].length);
    } else {
      written.setSelectionRange(at + lead.length + text.length, at + lead.length + text.length);
    }
    written.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // Selects the first blank from a place on; whether there was one.
  function blank(written, from) {
    for (const found of written.value.matchAll(BLANK)) {
      if (found.index < from) continue;
      written.focus();
      written.setSelectionRange(found.index, found.index + found[0].length);
      return true;
    }
    return false;
  }

  function count() {
    const shown = one("blanks");
    if (shown) shown.hidden = !box()?.value.match(BLANK);
  }

  document.addEventListener("input", (event) => {
    if (event.target.id === "text") count();
    if (event.target.id !== "texts-q" || !one("texts-found")) return;
    clearTimeout(waiting);
    waiting = setTimeout(search, 250);
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("#texts .find")) search();
    else if (form.matches("#texts .insert") && box()) use(form, event.submitter.value);
    else return;
    event.preventDefault();
    event.stopPropagation(); // the page is not left
  });

  document.addEventListener("click", (event) => {
    const more = event.target.closest("#texts .more");
    if (more) {
      event.preventDefault();
      more.parentElement.remove();
      find(`${more.href}&part=1`, { add: true });
    } else if (event.target.id === "next-blank" && box()) {
      const written = box();
      if (!blank(written, written.selectionEnd)) blank(written, 0);
    }
  });

  // Tab goes on to the next blank; behind the last one it leaves the box as everywhere else.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Tab" || event.shiftKey || event.ctrlKey || event.altKey || event.metaKey || event.target.id !== "text") return;
    if (blank(event.target, event.target.selectionEnd)) event.preventDefault();
  });

  // What fits the case is there when the panel is opened. This event does not rise, so it is caught on its way down.
  document.addEventListener("toggle", (event) => {
    if (event.target.parentElement?.id === "texts" && event.target.open && !one("texts-found").innerHTML.trim()) search();
  }, true);

  count();
})();
