/* Runs before the first paint, so that a dark page never begins as a white one. */
(function () {
  var mode = null;
  try {
    mode = localStorage.getItem('retinue.mode');
  } catch {
    /* A browser that stores nothing follows the system. */
  }
  var dark =
    mode === 'dark' || (mode !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-scheme', dark ? 'dark' : 'light');
})();
