// Know whether a page would open on this device without network from now on. A worker that merely keeps the page is
// not enough: until it is activated no page is asked of it. So the worker must be activated, and itself say that the
// page and every file are kept. The day pack is the asker's part.

const PATIENCE = 15_000;

export function register(workerUrl, scope = "/counter") {
  return navigator.serviceWorker.register(workerUrl, { scope });
}

// Resolves when a worker is activated, with what it says; a newer one that takes over is asked instead.
export async function isKept() {
  const registration = await navigator.serviceWorker.ready;
  let worker = registration.active;
  while (worker && !(await isActivated(worker))) worker = registration.active;
  return worker ? ask(worker) : false;
}

function isActivated(worker) {
  return new Promise((resolve) => {
    const look = () => {
      if (worker.state === "activated") resolve(true);
      if (worker.state === "redundant") resolve(false);
    };
    worker.addEventListener("statechange", look);
    look();
  });
}

// A worker of an older version does not answer; it is being replaced.
function ask(worker) {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), PATIENCE);
    port1.onmessage = ({ data }) => { clearTimeout(timer); resolve(data === true); };
    worker.postMessage("is kept", [port2]);
  });
}
