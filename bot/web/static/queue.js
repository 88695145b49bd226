// Keeps the queue and an open case live: after each nudge the page asks for itself and replaces its live part.
"use strict";
const live = document.getElementById("live");
if (live) {
  const stream = new EventSource(live.dataset.events);
  let first = true;
  stream.onmessage = async () => {
    if (first) { first = false; return; }
    const answer = await fetch(location.href);
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("live");
    if (fresh) live.innerHTML = fresh.innerHTML;
  };
}
