// Keeps the chat page live: sends without reloading, shows replies as they come. Everything works without it too.
"use strict";
const page = document.documentElement;
const messages = document.getElementById("messages");
const thread = document.getElementById("thread");
const form = document.getElementById("write");
const text = document.getElementById("text");
const trouble = document.getElementById("trouble");
const NOTHING = "0-0";

// ---- what we hear -------------------------------------------------------------------------------------------------
let mark = thread.dataset.mark; // which messages this page has; the server knows how to read it
let stream = null;
let silence = null;
let lost = false; // nothing was heard for a while
let away = false; // something could not be sent

function tell() {
  const what = away ? trouble.dataset.offline : lost ? trouble.dataset.connecting : "";
  trouble.hidden = !what;
  trouble.textContent = what;
}

const atEnd = () => Math.abs(messages.scrollTop) < 48; // the list is laid out from its end, where scrollTop is 0
const reveal = (article) => article?.scrollIntoView({ block: article.offsetHeight > Math.min(messages.clientHeight, innerHeight) ? "start" : "nearest" });

// Replies that come together are read from the first: the last one, a question, must not push an answer out of sight.
let first, firstAt = 0, moved = false;
for (const how of ["wheel", "touchmove", "keydown"]) messages.addEventListener(how, () => { moved = true; }, { passive: true });
function follows(article) {
  if (!first?.isConnected || Date.now() - firstAt > 10000) { first = article; firstAt = Date.now(); }
  const height = article.getBoundingClientRect().bottom - first.getBoundingClientRect().top;
  if (height > Math.min(messages.clientHeight, innerHeight)) first.scrollIntoView({ block: "start" });
  else reveal(article);
}

function show(html, id, key) {
  document.getElementById("k" + key)?.remove();
  if (document.getElementById("m" + id)) return;
  const follow = atEnd() || (first?.isConnected && Date.now() - firstAt < 10000 && !moved);
  document.getElementById("empty")?.remove();
  const later = [...thread.children].find((other) => other.classList.contains("sending") || Number(other.id.slice(1)) > id);
  if (later) later.insertAdjacentHTML("beforebegin", html);
  else thread.insertAdjacentHTML("beforeend", html);
  const article = document.getElementById("m" + id);
  if (follow && article.classList.contains("theirs")) follows(article);
  else if (follow) reveal(article);
}

function heard() {
  clearTimeout(silence);
  [silence, lost] = [null, false];
  tell();
}

function listen() {
  stream?.close();
  stream = new EventSource("/chat/events?after=" + mark);
  stream.onopen = heard;
  stream.onmessage = (event) => {
    mark = event.lastEventId;
    const data = JSON.parse(event.data);
    show(data.html, data.id, data.key);
    if (data.language !== page.lang) translate();
  };
  stream.onerror = () => {
    silence ??= setTimeout(() => { lost = true; tell(); }, 3000);
    if (stream.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
    stream = null;
    if (mark === NOTHING) heard(); // there is nothing to hear yet
    else setTimeout(listen, 2000);
  };
  stream.addEventListener("gone", () => {
    thread.querySelectorAll("article:not(.sending)").forEach((article) => article.remove());
    mark = NOTHING;
    listen();
  });
}

// The page's own words follow the language of the conversation, without a reload that could lose what is being written.
async function translate() {
  const answer = await fetch("/chat");
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  [page.lang, page.dir, document.title] = [fresh.documentElement.lang, fresh.documentElement.dir, fresh.title];
  for (const id of ["skip", "top", "label", "send"]) document.getElementById(id).innerHTML = fresh.getElementById(id).innerHTML;
  for (const id of ["thread", "trouble"]) Object.assign(document.getElementById(id).dataset, { ...fresh.getElementById(id).dataset, mark: thread.dataset.mark });
  text.placeholder = fresh.getElementById("text").placeholder;
  form.setAttribute("aria-label", fresh.getElementById("write").getAttribute("aria-label"));
}

// ---- what we say: kept until the server has it, sent in order, each under a key that makes a second arrival harmless ----
let outbox = [];
let sending = false;

function keep() {
  try {
    if (outbox.length) sessionStorage.setItem("unsent", JSON.stringify(outbox));
    else sessionStorage.removeItem("unsent");
  } catch { /* this browser stores nothing: then only the open page remembers */ }
}

async function post(one) {
  try {
    const body = new URLSearchParams(one.choice ? { choice: one.choice, key: one.key } : { text: one.words, key: one.key });
    const answer = await fetch("/chat", { method: "POST", body, headers: { Accept: "application/json" }, signal: AbortSignal.timeout?.(15000) });
    return answer.ok ? "kept" : answer.status >= 500 || answer.status === 429 ? "away" : "refused";
  } catch { return "away"; }
}

const rest = (milliseconds) => new Promise((done) => {
  setTimeout(done, milliseconds);
  addEventListener("online", done, { once: true });
});

async function flush() {
  if (sending) return;
  sending = true;
  for (let wait = 500; outbox.length; ) {
    const one = outbox[0];
    const outcome = await post(one);
    away = outcome === "away";
    tell();
    if (away) {
      await rest(wait);
      wait = Math.min(wait * 2, 15000);
      continue;
    }
    wait = 500;
    outbox.shift();
    keep();
    settle(one, outcome);
  }
  sending = false;
}

function settle(one, outcome) {
  const bubble = document.getElementById("k" + one.key);
  if (outcome === "kept") {
    bubble?.classList.remove("sending");
    bubble?.querySelector(".meta").replaceChildren("✓");
    if (!stream) listen();
    else setTimeout(() => { if (bubble?.isConnected) listen(); }, 2500); // the stream would have shown it by now: it is dead, or of a conversation that was forgotten
    tabs.postMessage("kept");
    return;
  }
  const again = document.createElement("button");
  again.className = "again quiet";
  again.textContent = thread.dataset.again;
  again.onclick = () => { bubble.remove(); send(one); };
  bubble?.querySelector(".meta").replaceChildren(again);
}

function send(one) {
  outbox.push(one);
  keep();
  own(one);
  flush();
}

function own(one) {
  const bubble = document.createElement("article");
  bubble.className = "mine sending";
  bubble.id = "k" + one.key;
  bubble.innerHTML = '<p class="speaker hidden"></p><div class="bubble"><p dir="auto"></p></div><p class="meta"></p>';
  bubble.querySelector(".speaker").textContent = thread.dataset.you;
  bubble.querySelector(".bubble p").textContent = one.words;
  bubble.querySelector(".meta").textContent = thread.dataset.sending;
  document.getElementById("empty")?.remove();
  thread.append(bubble);
  bubble.scrollIntoView({ block: "end" });
  first = undefined;
  moved = false;
}

const fresh = () => crypto.randomUUID ? crypto.randomUUID().replaceAll("-", "") : String(Date.now()) + String(Math.random()).slice(2);

document.addEventListener("submit", (event) => {
  if (event.target.getAttribute("action") !== "/chat") return;
  event.preventDefault();
  const button = event.submitter;
  if (button?.name === "choice") {
    send({ key: fresh(), choice: button.value, words: button.textContent.trim() });
  } else if (text.value.trim()) {
    send({ key: fresh(), words: text.value });
    text.value = "";
    text.style.height = "";
    text.focus();
  }
});
document.addEventListener("click", (event) => {
  const leave = event.target.closest(".leave");
  if (leave) { // gone at once, even before the other page comes, and not behind "back"
    event.preventDefault();
    document.body.replaceChildren();
    document.title = "…";
    location.replace(leave.href);
  } else if (event.detail > 1 && event.target.closest("[name=choice]")) {
    event.preventDefault(); // a double click is one choice
  }
});
text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); form.requestSubmit(); }
});
text.addEventListener("input", () => { text.style.height = ""; text.style.height = text.scrollHeight + 2 + "px"; });

// ---- begin --------------------------------------------------------------------------------------------------------
const tabs = "BroadcastChannel" in self ? new BroadcastChannel("homeward") : { postMessage() {} };
tabs.onmessage = () => { if (!stream) listen(); };
try { for (const one of JSON.parse(sessionStorage.getItem("unsent") || "[]")) send(one); } catch { /* nothing was left */ }
reveal(thread.lastElementChild);
if (mark !== NOTHING) listen();
