// Fetches the library that draws charts, once, when the first chart is wanted.

let wanted;

function add(name, members) {
  const element = Object.assign(document.createElement(name), members);
  document.head.append(element);
  return new Promise((resolve, reject) => {
    element.addEventListener('load', resolve);
    element.addEventListener('error', reject);
  });
}

/** A promise of the class uPlot. */
export function uPlot() {
  wanted ??= Promise.all([
    add('script', { src: '/vendor/uplot/uPlot.js' }),
    add('link', { rel: 'stylesheet', href: '/vendor/uplot/uPlot.css' }),
  ]).then(() => globalThis.uPlot);
  wanted.catch(() => (wanted = undefined)); // the next chart asks again
  return wanted;
}
