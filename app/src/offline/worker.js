// Keeps this release of the product in the browser, so that it starts without a network. Pages come from the server
// while that answers; where it does not, a page without content comes from here and finds its map on this device.
((release, shell, files) => {
  const NAMES = "touchloop-";
  const NAME = NAMES + release;
  // A line that carries nothing is as good as none.
  const PATIENCE = 6000;
  const kept = new Set(files);

  addEventListener("install", (event) => {
    const take = async () => {
      const cache = await caches.open(NAME);
      // Whatever is not answered with 200 fails the whole: half a product starts no page.
      await cache.addAll([new Request(shell, { cache: "reload" }), ...files]);
      // A page of the release before goes on with the files that it began with; a lone page is of this one already.
      if ((await clients.matchAll({ type: "window", includeUncontrolled: true })).length < 2) await skipWaiting();
    };
    event.waitUntil(take());
  });

  addEventListener("activate", (event) => {
    const settle = async () => {
      const names = await caches.keys();
      await Promise.all(names.filter((name) => name.startsWith(NAMES) && name !== NAME).map((name) => caches.delete(name)));
      await registration.navigationPreload?.enable();
      await clients.claim();
    };
    event.waitUntil(settle());
  });

  // A page asks for it.
  addEventListener("message", (event) => event.waitUntil(clients.claim()));

  const file = async (request) => (await caches.match(request, { cacheName: NAME, ignoreVary: true })) ?? fetch(request);

  // What a proxy says of a server that is away is no page.
  const isAway = (answer) => [502, 503, 504].includes(answer.status) && !answer.headers.has("x-request-id");

  const page = async (event) => {
    const away = new Promise((then) => setTimeout(then, PATIENCE, null));
    const asked = (async () => (await event.preloadResponse) ?? fetch(event.request))();
    const answer = await Promise.race([asked, away]).catch(() => null);
    if (answer && !isAway(answer)) return answer;
    return (await caches.match(shell, { cacheName: NAME })) ?? answer ?? asked;
  };

  addEventListener("fetch", (event) => {
    const { request } = event;
    const { origin, pathname } = new URL(request.url);
    if (request.method !== "GET" || origin !== location.origin) return;
    if (kept.has(pathname)) event.respondWith(file(request));
    else if (request.mode === "navigate" && /^\/(map\/.*|improvements)?$/.test(pathname)) event.respondWith(page(event));
  });
})
