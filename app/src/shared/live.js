// Keeps the client's page up to date: the server says which sections have changed, and they are put in the place of
// those that were. What is read keeps its place; what has the focus keeps it.
(() => {
  const main = document.getElementById("main");
  const address = main?.dataset.events;
  if (!address || !window.EventSource) return;
  const again = () => location.reload();

  const put = ({ title, order, sections }) => {
    const held = document.activeElement?.closest("[href], [tabindex]");
    const path = held && main.contains(held) && held !== main ? (held.getAttribute("href") ?? `#${held.parentElement.id}`) : null;
    // The first section that is still in sight is where somebody reads; the tabs always are.
    const read = [...main.children].find((section) => section.id !== "views" && section.getBoundingClientRect().bottom > 0);
    const top = read?.getBoundingClientRect().top;
    const fresh = new Map(sections.map(({ id, html }) => [id, document.createRange().createContextualFragment(html).firstElementChild]));
    const known = new Map([...main.children].map((section) => [section.id, section]));
    let before = main.firstElementChild;
    for (const id of order) {
      const old = known.get(id);
      const section = fresh.get(id) ?? old;
      if (!section) return again();
      if (old && section !== old) {
        if (old === before) before = section;
        old.replaceWith(section);
      }
      if (section === before) before = section.nextElementSibling;
      else main.insertBefore(section, before);
      known.delete(id);
    }
    for (const gone of known.values()) gone.remove();
    document.title = title;
    const now = read && document.getElementById(read.id);
    if (now && scrollY > 0) scrollBy({ top: now.getBoundingClientRect().top - top, behavior: "instant" });
    if (path && document.activeElement === document.body) {
      const same = [...main.querySelectorAll("[href]")].find((link) => link.getAttribute("href") === path);
      same?.focus({ preventScroll: true });
    }
  };

  let wait = 2000;
  const listen = () => {
    const source = new EventSource(`${address}&tag=${main.dataset.tag}`);
    source.addEventListener("page", (event) => {
      wait = 2000;
      put(JSON.parse(event.data));
      main.dataset.tag = event.lastEventId;
    });
    source.addEventListener("again", () => {
      source.close();
      // Not all who look on at once.
      setTimeout(again, Math.random() * 2000);
    });
    source.addEventListener("error", () => {
      // It comes back by itself unless the server has said something else than a stream.
      if (source.readyState !== EventSource.CLOSED) return;
      setTimeout(async () => {
        const answer = await fetch(location.href, { method: "HEAD", cache: "no-store" }).catch(() => null);
        if (answer?.status === 404) again();
        else listen();
      }, wait);
      wait = Math.min(wait * 2, 60000);
    });
    // A page that is put away holds no connection; one that is taken out again may be old.
    addEventListener("pagehide", () => source.close(), { once: true });
  };
  listen();
  addEventListener("pageshow", ({ persisted }) => persisted && again());
})();
