// What looks like a picture may be a film, which the messenger tells nobody before it is fetched; and what cannot be loaded says so.
"use strict";
document.addEventListener("error", ({ target }) => {
  const media = target instanceof Element && target.closest(".media");
  if (!media) return;
  if (target.localName === "img") {
    const film = document.createElement("video");
    film.controls = true;
    film.src = target.src;
    film.setAttribute("aria-label", target.alt);
    target.replaceWith(film);
  } else media.querySelector(".problem").hidden = false;
}, true); // such errors do not bubble
