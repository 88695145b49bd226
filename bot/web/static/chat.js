// Keeps the chat page live: sends without reloading, shows replies as they come. Everything works without it too.
"use strict";
const messages = document.getElementById("messages");
const form = document.getElementById("write");
const text = document.getElementById("text");
const trouble = document.getElementById("trouble");
let last = Number(messages.dataset.last);
let stream = null;

const fresh = () => crypto.randomUUID ? crypto.randomUUID().replaceAll("-", "") : String(Date.now()) + String(Math.random()).slice(2);
const atEnd = () => { messages.scrollTop = messages.scrollHeight; };
const say = (what) => { trouble.hidden = !what; trouble.textContent = what || ""; };

function show(html, id) {
  if (document.getElementById("m" + id)) return;
  document.getElementById("empty")?.remove();
  messages.querySelectorAll(".sending").forEach((bubble) => { if (html.includes('class="mine"')) bubble.remove(); });
  messages.insertAdjacentHTML("beforeend", html);
  atEnd();
}

function listen() {
  stream?.close();
  stream = new EventSource("/chat/events?after=" + last);
  stream.onmessage = (event) => {
    last = Number(event.lastEventId);
    const data = JSON.parse(event.data);
    show(data.html, last);
    if (!data.mine && data.language !== document.documentElement.lang) location.reload();
  };
  stream.onopen = () => say("");
  stream.onerror = () => { if (stream.readyState === EventSource.CLOSED) setTimeout(listen, 2000); };
  stream.addEventListener("gone", () => location.replace("/chat"));
}

async function send(fields, waiting) {
  const body = new URLSearchParams(fields);
  for (let wait = 500; ; wait = Math.min(wait * 2, 15000)) {
    try {
      const answer = await fetch("/chat", { method: "POST", body, headers: { Accept: "application/json" } });
      if (answer.ok) { say(""); if (!stream || last === 0) listen(); return; }
      if (answer.status < 500) { say(trouble.dataset.failed); waiting?.remove(); return; }
    } catch { /* offline: tried again below; the key makes a second arrival harmless */ }
    say(trouble.dataset.offline);
    await new Promise((done) => setTimeout(done, wait));
  }
}

function own(words) {
  const bubble = document.createElement("article");
  bubble.className = "mine sending";
  bubble.dir = "auto";
  const inner = document.createElement("div");
  inner.className = "bubble";
  const line = document.createElement("p");
  line.textContent = words;
  inner.append(line);
  bubble.append(inner);
  document.getElementById("empty")?.remove();
  messages.append(bubble);
  atEnd();
  return bubble;
}

document.addEventListener("submit", (event) => {
  const target = event.target;
  if (target.getAttribute("action") !== "/chat") return;
  event.preventDefault();
  if (event.submitter?.name === "choice") {
    send({ choice: event.submitter.value, key: fresh() }, own(event.submitter.textContent.trim()));
  } else if (text.value.trim()) {
    const words = text.value;
    text.value = "";
    text.style.height = "";
    send({ text: words, key: fresh() }, own(words));
  }
  text.focus();
});
text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); form.requestSubmit(); }
});
text.addEventListener("input", () => { text.style.height = ""; text.style.height = text.scrollHeight + "px"; });
document.querySelector(".leave").addEventListener("click", (event) => { event.preventDefault(); location.replace(event.target.href); });
atEnd();
listen();
