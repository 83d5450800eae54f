// Runs before the first paint, and so is no module: the theme that was chosen here, without a flash
// of the other one.
try {
  document.documentElement.dataset.theme =
    JSON.parse(localStorage.getItem('weir.theme')) || 'system';
} catch {
  document.documentElement.dataset.theme = 'system';
}
