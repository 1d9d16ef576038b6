// Let a page open cold without network. What stands above this line, put there by the server, names the page, its files
// and their version. Pages come from the network first and from here when it fails; files come from here at once, since
// their version is part of this very script. What a page may be kept for, it says itself.
/* global ANY_SEARCH, FILES, NAME, PAGE, VERSION */

const CACHE = `${NAME}-${VERSION}`;
const PATIENCE = 3000;
const SECONDS = "X-Keep-Seconds";
const UNTIL = "X-Kept-Until";

addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES)).then(() => skipWaiting()));
});

addEventListener("activate", (event) => {
  event.waitUntil(moveIn());
});

async function moveIn() {
  const old = (await caches.keys()).filter((name) => name.startsWith(`${NAME}-`) && name !== CACHE);
  const page = await caches.match(PAGE);
  if (page) await (await caches.open(CACHE)).put(PAGE, page);
  await Promise.all(old.map((name) => caches.delete(name)));
  await clients.claim();
  await keepPage();
}

// The page that installed this was loaded before it; fetch it once more, so that the next load may be without network.
async function keepPage() {
  try {
    await kept(await fetch(PAGE, { credentials: "same-origin" }), PAGE);
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
  const isPage = url.pathname === PAGE && (ANY_SEARCH || !url.search);
  if (request.mode === "navigate" && isPage) event.respondWith(page(request, url.pathname + url.search));
  else if (FILES.includes(url.pathname + url.search)) event.respondWith(file(request));
});

async function file(request) {
  return (await caches.match(request, { cacheName: CACHE })) ?? fetch(request);
}

async function page(request, address) {
  const asked = fetch(request).then((response) => kept(response, address));
  asked.catch(() => null);
  try {
    return await Promise.race([asked, failAfter(PATIENCE)]);
  } catch {
    return (await held(address)) ?? (await held(PAGE)) ?? asked;
  }
}

// What may be kept no longer is thrown away instead of shown.
async function held(address) {
  const cache = await caches.open(CACHE);
  const found = await cache.match(address);
  if (!found || Date.now() < Number(found.headers.get(UNTIL) ?? Infinity)) return found;
  await cache.delete(address);
  return undefined;
}

// Only the page itself is kept: neither a way to the log-in nor a page that says what is wrong.
async function kept(response, address) {
  const isHtml = /html/.test(response.headers.get("Content-Type") ?? "");
  if (response.ok && !response.redirected && response.type !== "opaqueredirect" && isHtml) {
    const cache = await caches.open(CACHE);
    await cache.put(address, await dated(response.clone()));
  }
  return response;
}

async function dated(response) {
  const seconds = response.headers.get(SECONDS);
  if (!seconds) return response;
  const headers = new Headers(response.headers);
  headers.set(UNTIL, String(Date.now() + Number(seconds) * 1000));
  return new Response(await response.blob(), { status: response.status, headers });
}

function failAfter(milliseconds) {
  return new Promise((_, reject) => { setTimeout(() => reject(new Error("late")), milliseconds); });
}
