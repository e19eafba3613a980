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
  };
  document.hidden ? start() : requestAnimationFrame(() => setTimeout(start));
})
