// What a person can do in the pipeline view.

import { fetchOf } from './server.js';

export const lanesAtFirst = 50;
const moreLanes = 500;

export function makePipelineActs(store) {
  async function fetchFile(name) {
    const { value, missing, failed } = await fetchOf(name, 'file');
    if (store.get().file?.name !== name) return;
    const yaml = typeof value?.yaml === 'string' ? value.yaml : undefined;
    if (yaml !== undefined) store.set({ file: { name, phase: 'ready', yaml } });
    else store.set({ file: { name, phase: 'none', why: missing ? '' : failed } });
  }

  return {
    showMoreLanes: () => store.set({ lanesShown: store.get().lanesShown + moreLanes }),
    toggleTable(title) {
      const tables = new Set(store.get().tables);
      if (!tables.delete(title)) tables.add(title);
      store.set({ tables });
    },
    toggleFile(name) {
      if (store.get().file?.name === name) return store.set({ file: null });
      store.set({ file: { name, phase: 'loading' } });
      fetchFile(name);
    },
  };
}

/**
 * Writes `width`: of the room in a card, in pixels of a text of 16 pixels, as the style sheets make
 * it.
 */
export function startWidth(store) {
  const root = document.documentElement;
  const measure = () => {
    const unit = parseFloat(getComputedStyle(root).fontSize);
    const all = (root.clientWidth * 16) / unit;
    const around = all <= 480 ? 2 * (12.8 + 14.4) + 2 : 2 * (20 + 17.6) + 2;
    const width = Math.max(200, Math.floor(Math.min(all, 1280) - around));
    if (width !== store.get().width) store.set({ width });
  };
  new ResizeObserver(measure).observe(root);
  measure();
}
