// Shows a machine translation under the message it is of, without leaving the page.
"use strict";
document.addEventListener("submit", async (event) => {
  const form = event.target;
  const article = form.matches("form.translate") && form.closest("article");
  if (!article) return;
  event.preventDefault();
  event.stopPropagation(); // the page is not left
  const id = `translation-${article.id}`;
  document.getElementById(id)?.remove();
  const shown = document.createElement("div"); // beside the article: when the page refreshes that, this stays
  shown.id = id;
  shown.className = "translation";
  shown.setAttribute("role", "status");
  article.after(shown);
  try {
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams({ message: form.elements.message.value, part: 1 }) });
    if (!answer.ok) throw new Error("no");
    shown.innerHTML = await answer.text();
  } catch {
    shown.textContent = form.dataset.trouble;
  }
});
