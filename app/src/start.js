((scripts, files) => {
  const parsed = new Promise((then) => (document.readyState === "loading" ? addEventListener("DOMContentLoaded", then) : then()));
  const fetched = (rel, as) => (href) =>
    document.head.append(Object.assign(document.createElement("link"), { rel, as, crossOrigin: "", href }));
  const start = async () => {
    scripts.forEach(fetched("modulepreload", "script"));
    files.forEach(fetched("preload", "fetch"));
    const app = await import(scripts[0]);
    await app.default({ module_or_path: files[0] });
    await parsed;
    setTimeout(app.hydrate);
    // Once nothing else is to be done: it fetches the whole product.
    const keep = async () => {
      const workers = navigator.serviceWorker;
      await workers?.register("/worker.js");
      const kept = await workers?.ready;
      // A page that was on its way while the worker began is not its own yet.
      if (kept && !workers.controller) kept.active.postMessage("mine");
    };
    (window.requestIdleCallback ?? setTimeout)(() => setTimeout(() => keep().catch(() => {})));
  };
  document.hidden ? start() : requestAnimationFrame(() => setTimeout(start));
})
