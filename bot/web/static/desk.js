// Keeps the staff pages live: after each nudge the page asks for itself and replaces its live parts, never one that is being written in.
"use strict";
const main = document.querySelector("main[data-events]");
let asking = false;
let again = false;
let leaving = false; // a form was sent: its page is on its way and must not be overtaken

function local(root) {
  const form = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
  for (const time of root.querySelectorAll("time[data-local]")) time.textContent = form.format(new Date(time.dateTime));
}

async function refresh() {
  if (leaving) return;
  if (asking) { again = true; return; }
  asking = true;
  try {
    const answer = await fetch(location.pathname);
    if (leaving) return;
    if (answer.status === 404) location.reload(); // signed out, or the case is closed: what is shown is no longer for these eyes
    if (answer.ok) replace(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch { /* away; the stream comes back and nudges again */ }
  asking = false;
  if (again) { again = false; refresh(); }
}

function replace(fresh) {
  local(fresh);
  const held = document.activeElement?.id;
  document.title = fresh.title;
  for (const old of document.querySelectorAll("[data-live]")) {
    const now = fresh.getElementById(old.id);
    if (now && !(old.dataset.live && old.dataset.live === now.dataset.live)) update(old, now);
  }
  if (held && document.activeElement?.id !== held) document.getElementById(held)?.focus();
}

// Of a conversation only what is new or has changed is touched, so that nothing is read out twice.
function update(old, now) {
  old.dataset.live = now.dataset.live;
  if (!old.querySelector("article")) {
    if (old.innerHTML !== now.innerHTML) old.innerHTML = now.innerHTML;
    return;
  }
  for (const article of now.querySelectorAll("article")) {
    const known = document.getElementById(article.id);
    if (!known) old.append(article);
    else if (bare(known) !== bare(article)) {
      if (attached(known)) attached(article)?.replaceWith(attached(known));
      known.replaceWith(article);
    }
  }
}

// What is attached stays as it is on the page: a picture that is open stays open, and is not fetched again.
const attached = (article) => article.querySelector(".media");
const bare = (article) => article.outerHTML.replace(attached(article)?.outerHTML ?? "", "");

function listen() {
  const stream = new EventSource(main.dataset.events);
  stream.onmessage = refresh;
  stream.onerror = () => {
    if (stream.readyState !== EventSource.CLOSED) return;
    refresh();
    setTimeout(listen, 5000);
  };
}

addEventListener("submit", () => { leaving = true; });
addEventListener("pageshow", () => { leaving = asking = false; });
local(document);
if (main) {
  listen();
  setInterval(refresh, 60000); // how long somebody has waited
}
