// Three sounds for three verdicts, made by oscillators: no files, nothing to load.

const TUNES = {
  ok: { notes: [[880, 0, 0.08]], shake: 80 },
  warn: { notes: [[440, 0, 0.12], [440, 0.2, 0.12]], shake: [80, 60, 80] },
  bad: { notes: [[180, 0, 0.4]], shake: 400 },
};

let context = null;

// Browsers allow sound only after the first touch or key, so the context is made then; but behind it, for making one
// can hold the page up for half a second, and that first key may be the first of a scanner gun's code.
export function unlockSound(page) {
  const unlock = () => setTimeout(() => {
    context ??= "AudioContext" in window ? new AudioContext() : null;
    context?.resume();
  });
  page.addEventListener("pointerdown", unlock, { once: true });
  page.addEventListener("keydown", unlock, { once: true });
}

export function play(verdict) {
  const tune = TUNES[verdict];
  if (!tune) return;
  if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(tune.shake);
  if (context?.state !== "running") return;
  for (const [pitch, after, length] of tune.notes) note(pitch, context.currentTime + after, length);
}

function note(pitch, at, length) {
  const source = context.createOscillator();
  const volume = context.createGain();
  source.frequency.value = pitch;
  volume.gain.setValueAtTime(0.4, at);
  volume.gain.exponentialRampToValueAtTime(0.001, at + length);
  source.connect(volume).connect(context.destination);
  source.start(at);
  source.stop(at + length);
}
