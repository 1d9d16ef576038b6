// Let the counter open cold without network. What stands above this line, put there by the server, names the files and
// their version. Pages come from the network first and from here when it fails; files come from here at once, since
// their version is part of this very script.
/* global FILES, PAGE, VERSION */

const CACHE = `counter-${VERSION}`;
const PATIENCE = 3000;

addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES)).then(() => skipWaiting()));
});

addEventListener("activate", (event) => {
  event.waitUntil(moveIn());
});

async function moveIn() {
  const old = (await caches.keys()).filter((name) => name.startsWith("counter-") && name !== CACHE);
  const page = await caches.match(PAGE);
  if (page) await (await caches.open(CACHE)).put(PAGE, page);
  await Promise.all(old.map((name) => caches.delete(name)));
  await clients.claim();
  await keepPage();
}

// The page that installed this was loaded before it; fetch it once more, so that the next load may be without network.
async function keepPage() {
  try {
    await kept(await fetch(PAGE, { credentials: "same-origin" }));
  } catch {
    // It is kept with the next load that has a network.
  }
}

// A page asks whether it may promise to open without network.
addEventListener("message", (event) => {
  event.waitUntil(isWhole().then((whole) => event.ports[0]?.postMessage(whole)));
});

async function isWhole() {
  const cache = await caches.open(CACHE);
  if (!(await cache.match(PAGE))) await keepPage();
  return (await Promise.all([PAGE, ...FILES].map((address) => cache.match(address)))).every(Boolean);
}

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate" && url.pathname === PAGE && !url.search) event.respondWith(page(request));
  else if (FILES.includes(url.pathname + url.search)) event.respondWith(file(request));
});

async function file(request) {
  return (await caches.match(request, { cacheName: CACHE })) ?? fetch(request);
}

async function page(request) {
  const asked = fetch(request).then(kept);
  asked.catch(() => null);
  try {
    return await Promise.race([asked, failAfter(PATIENCE)]);
  } catch {
    return (await caches.match(PAGE, { cacheName: CACHE })) ?? asked;
  }
}

// Only the counter itself is kept: neither a way to the log-in nor a page that says what is wrong.
async function kept(response) {
  const isHtml = /html/.test(response.headers.get("Content-Type") ?? "");
  if (response.ok && !response.redirected && response.type !== "opaqueredirect" && isHtml) {
    const cache = await caches.open(CACHE);
    await cache.put(PAGE, response.clone());
  }
  return response;
}

function failAfter(milliseconds) {
  return new Promise((_, reject) => { setTimeout(() => reject(new Error("late")), milliseconds); });
}
