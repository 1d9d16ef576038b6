// Play the voice messages of a ticket: no browser knows the format that WeChat records in.
const RATE = 8000;
const AMR = "#!AMR";
let playing = null;

function decoded(bytes) {
  const worker = new Worker(new URL("decode.js", import.meta.url));
  return new Promise((resolve, reject) => {
    worker.onmessage = (event) => (event.data.amr ? resolve(event.data.amr) : reject(new Error("no sound")));
    worker.onerror = () => reject(new Error("no decoder"));
    worker.postMessage({ command: "decode", buffer: bytes });
  }).finally(() => worker.terminate());
}

async function sound(address) {
  const answer = await fetch(address, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(String(answer.status));
  const bytes = new Uint8Array(await answer.arrayBuffer());
  if (new TextDecoder().decode(bytes.slice(0, AMR.length)) !== AMR) throw new Error("another format");
  return decoded(bytes);
}

function stop() {
  playing?.source.stop();
}

async function play(button) {
  const status = button.parentElement.querySelector("[role=status]");
  status.textContent = button.dataset.loading;
  const samples = await sound(button.dataset.voice);
  const context = new AudioContext();
  const buffer = context.createBuffer(1, samples.length, RATE);
  buffer.copyToChannel(samples, 0);
  const source = new AudioBufferSourceNode(context, { buffer });
  source.connect(context.destination);
  playing = { source, button };
  button.textContent = button.dataset.stop;
  status.textContent = button.dataset.seconds.replace("{count}", String(Math.max(1, Math.round(buffer.duration))));
  source.onended = () => {
    button.textContent = button.dataset.play;
    playing = null;
    context.close();
  };
  source.start();
}

for (const button of document.querySelectorAll("[data-voice]")) {
  button.disabled = false;
  button.addEventListener("click", async () => {
    const again = playing?.button !== button;
    stop();
    if (!again) return;
    button.disabled = true;
    try {
      await play(button);
    } catch {
      button.parentElement.querySelector("[role=status]").textContent = button.dataset.failed;
    }
    button.disabled = false;
  });
}
