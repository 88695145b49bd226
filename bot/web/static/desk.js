// Keeps the staff pages live: after each nudge the page asks for itself and replaces its live parts, never one that is being written in.
"use strict";
const main = document.querySelector("main[data-events]");
let asking = false;
let again = false;
let leaving = false; // a form was sent: its page is on its way and must not be overtaken
let last = 0;

function local(root) {
  const form = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
  for (const time of root.querySelectorAll("time[data-local]")) time.textContent = form.format(new Date(time.dateTime));
}

// Many nudges at once (a busy hour, a reconnection) are one look at the page. All pages of the queue hear of a change at the same
// moment: each looks a little later than its neighbour, and not again within three seconds. A conversation is shown at once.
function nudged() {
  if (document.hidden && !main.dataset.events.startsWith("/staff/texts/")) look(); // a hidden page waits for its timers up to a minute; somebody in danger does not
  if (asking) { again = true; return; }
  asking = true;
  const queue = !main.dataset.events.includes("case=");
  const rest = last + (queue ? 3000 : 300) - Date.now();
  setTimeout(refresh, queue ? Math.max(1000, rest) + Math.random() * 1000 : Math.max(0, rest)); // a second: the server's look may be as old
}

async function refresh() {
  try {
    const place = new URL(location.href);
    if (main.dataset.here) place.pathname = main.dataset.here; // a reply that was refused stands at another address
    place.searchParams.delete("problem");
    place.hash = "";
    if (leaving) return;
    const answer = await fetch(place);
    if (leaving) return;
    if (answer.status === 404) location.reload(); // signed out, or forgotten: what is shown is no longer for these eyes
    if (answer.ok && !answer.redirected) replace(new DOMParser().parseFromString(await answer.text(), "text/html"));
    else if (answer.redirected) location.reload();
  } catch { /* away; the stream comes back and nudges again */ } finally {
    last = Date.now();
    asking = false;
  }
  if (again) { again = false; nudged(); }
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
  const news = fresh.getElementById("news");
  if (news) ring(news.dataset.alarms.split(" "));
  document.dispatchEvent(new Event("refreshed"));
}

// Of a conversation only what is new or has changed is touched, so that nothing is read out twice and nothing that plays is stopped.
function update(old, now) {
  old.dataset.live = now.dataset.live;
  if (!old.querySelector("article")) {
    if (old.innerHTML !== now.innerHTML) old.innerHTML = now.innerHTML;
    if (old.id === "action") compose();
    return;
  }
  const shown = [...now.querySelectorAll("article")];
  for (const article of shown) {
    const known = document.getElementById(article.id);
    if (!known) old.append(article);
    else if (bare(known) !== bare(article)) refill(known, article);
  }
  shown.forEach((article, place) => { // the messenger's time decides, and can be known late
    const here = old.querySelectorAll("article")[place];
    if (here && here.id !== article.id) old.insertBefore(document.getElementById(article.id), here);
  });
}

// What is attached stays as it is on the page: a picture that is open stays open, and is not fetched again.
const attached = (article) => article.querySelector(".media");
const bare = (article) => article.outerHTML.replace(attached(article)?.outerHTML ?? "", "");

function refill(known, fresh) {
  if (attached(known)) known.querySelector(".meta").replaceWith(fresh.querySelector(".meta"));
  else known.replaceWith(fresh);
}

function listen() {
  const stream = new EventSource(main.dataset.events);
  stream.onmessage = nudged;
  stream.addEventListener("queue", look);
  stream.onerror = () => {
    if (stream.readyState !== EventSource.CLOSED) return;
    nudged();
    setTimeout(listen, 5000);
  };
}

// Alerts: a sound and a notice of the browser that say nothing but that somebody waits. Each case rings once in this browser.
const button = document.getElementById("ring");
let sound = null;
let looked = 0;

function rung() { return new Set((sessionStorage.getItem("rung") || "").split(" ")); }

function ring(alarms) {
  const known = rung();
  const fresh = alarms.filter((name) => name && !known.has(name));
  sessionStorage.setItem("rung", alarms.join(" "));
  if (!fresh.length || localStorage.getItem("alerts") !== "on") return;
  beep();
  if (window.Notification && Notification.permission === "granted") {
    const words = button ? button.dataset : { title: "Homeward", body: "" };
    new Notification(words.title, { body: words.body, tag: "homeward", icon: "/static/icon.svg" }).onclick = () => window.focus();
  }
}

function beep() {
  document.documentElement.dataset.rang = String(Number(document.documentElement.dataset.rang || 0) + 1);
  try {
    sound = sound || new AudioContext();
    sound.resume();
    for (const start of [0, 0.25]) {
      const tone = sound.createOscillator();
      const volume = sound.createGain();
      tone.frequency.value = 660;
      volume.gain.setValueAtTime(0.15, sound.currentTime + start);
      volume.gain.exponentialRampToValueAtTime(0.001, sound.currentTime + start + 0.2);
      tone.connect(volume).connect(sound.destination);
      tone.start(sound.currentTime + start);
      tone.stop(sound.currentTime + start + 0.2);
    }
  } catch { /* no sound here */ }
}

async function look() {
  if (Date.now() - looked < (document.hidden ? 1000 : 5000)) return;
  looked = Date.now();
  try {
    const answer = await fetch("/staff/alarms");
    if (answer.ok) ring(await answer.json());
  } catch { /* the next nudge asks again */ }
}

if (button) {
  const on = () => { button.textContent = button.dataset.on; button.disabled = true; };
  button.hidden = false;
  if (localStorage.getItem("alerts") === "on") on();
  button.addEventListener("click", async () => {
    localStorage.setItem("alerts", "on");
    on();
    beep();
    if (window.Notification && Notification.permission === "default") await Notification.requestPermission();
  });
}

// What is written is kept while one writes; Ctrl or Cmd with Enter sends.
function compose() {
  const form = document.querySelector("form[data-draft]");
  if (!form || form.dataset.kept !== undefined) return;
  const box = form.elements.text;
  let timer = 0;
  form.dataset.kept = box.value;
  const keep = () => {
    clearTimeout(timer);
    if (leaving || box.value === form.dataset.kept) return;
    form.dataset.kept = box.value;
    fetch(form.dataset.draft, { method: "POST", keepalive: true, headers: { accept: "application/json" }, body: new URLSearchParams({ text: box.value }) }).catch(() => { form.dataset.kept = ""; });
  };
  box.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(keep, 500); });
  box.addEventListener("keydown", (event) => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit(); });
  addEventListener("pagehide", keep);
}

addEventListener("submit", (event) => { if (!event.defaultPrevented) leaving = true; });
addEventListener("pageshow", () => { leaving = asking = false; });
local(document);
compose();
if (main) {
  listen();
  setInterval(nudged, 60000); // how long somebody has waited
  const news = document.getElementById("news");
  if (news) ring(news.dataset.alarms.split(" "));
}
