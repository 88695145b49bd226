// Records a voice note into the file field of the reply: start, stop, listen, discard. Without a microphone the field alone remains.
"use strict";
(() => {
  const box = document.getElementById("recorder");
  const field = document.getElementById("file");
  if (!box || !field) return;
  const form = field.form;
  const words = form.querySelector("textarea");
  const part = (name) => box.querySelector(`[data-do=${name}]`);
  const [start, stop, discard] = ["start", "stop", "discard"].map(part);
  const audio = box.querySelector("audio");
  const clock = box.querySelector(".clock");
  const status = box.querySelector("[role=status]");
  const KINDS = ["audio/ogg;codecs=opus", "audio/webm;codecs=opus", "audio/mp4"];
  const LONGEST = 15 * 60; // seconds
  let recorder = null;
  let ticking = 0;
  let send = false; // the form was sent while recording: it goes once the recording is in it

  const wanted = words?.required;
  const needless = () => { if (words) words.required = wanted && !field.files.length; }; // a file needs no words beside it
  field.addEventListener("change", () => { shows(""); needless(); });

  if (!navigator.mediaDevices?.getUserMedia || typeof MediaRecorder === "undefined" || typeof DataTransfer === "undefined") return;
  const kind = KINDS.find((one) => MediaRecorder.isTypeSupported(one));
  if (!kind) return;
  box.hidden = false;

  function shows(state) {
    start.hidden = state === "recording" || state === "ready";
    stop.hidden = state !== "recording";
    audio.hidden = discard.hidden = state !== "ready";
    status.textContent = box.dataset[state] ?? "";
    if (state !== "recording") { clearInterval(ticking); clock.textContent = ""; }
    if (state !== "ready" && audio.src) { URL.revokeObjectURL(audio.src); audio.removeAttribute("src"); }
  }

  function put(files) {
    const carrier = new DataTransfer();
    for (const file of files) carrier.items.add(file);
    field.files = carrier.files;
    needless();
  }

  function ticks() {
    let seconds = 0;
    ticking = setInterval(() => {
      seconds += 1;
      clock.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
      if (seconds >= LONGEST) recorder?.stop();
    }, 1000);
  }

  function keeps(chunks, stream) {
    for (const track of stream.getTracks()) track.stop();
    const type = kind.split(";")[0];
    const file = new File(chunks, `voice.${type.split("/")[1]}`, { type });
    recorder = null;
    put([file]);
    shows("ready");
    audio.src = URL.createObjectURL(file);
    audio.focus();
    if (send) form.requestSubmit();
  }

  start.addEventListener("click", async () => {
    start.disabled = true;
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      const chunks = [];
      recorder = new MediaRecorder(stream, { mimeType: kind, audioBitsPerSecond: 32000 });
      recorder.ondataavailable = (event) => chunks.push(event.data);
      recorder.onstop = () => keeps(chunks, stream);
      recorder.start();
      shows("recording");
      ticks();
      stop.focus();
    } catch { shows("refused"); }
    start.disabled = false;
  });
  stop.addEventListener("click", () => recorder?.stop());
  discard.addEventListener("click", () => { put([]); shows("discarded"); start.focus(); });
  form.addEventListener("submit", (event) => {
    if (!recorder) return;
    event.preventDefault();
    send = true;
    recorder.stop();
  });
})();
