// A headless Chromium whose pages watch for what must never happen: dialogs, errors, requests
// elsewhere, violations of the content security policy.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const axeSource = await readFile(
  createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  'utf8',
);

export const launch = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });

/**
 * A page in a context of its own. `page.assertUnharmed()` fails where something happened that must
 * not. A server that is away on purpose makes the browser log failed requests: those are not
 * counted. `manyPages`: the context may have other pages; `origin`: where requests may go, if the
 * page starts elsewhere.
 */
export async function openPage(browser, url, { manyPages = false, origin: from, ...options } = {}) {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    locale: 'en-GB',
    timezoneId: 'Europe/Kyiv',
    ...options,
  });
  const origin = from ?? new URL(url).origin;
  const harm = [];
  const page = await context.newPage();
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) =>
      console.error(`CSP: ${event.violatedDirective} ${event.blockedURI}`),
    );
  });
  page.on('dialog', (dialog) => {
    harm.push(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  page.on('pageerror', (error) => harm.push(`error: ${error.stack}`));
  page.on('console', (message) => {
    if (message.type() === 'error' && !/Failed to load resource/.test(message.text()))
      harm.push(`console: ${message.text()}`);
  });
  context.on('request', (request) => {
    if (!request.url().startsWith(origin)) harm.push(`request elsewhere: ${request.url()}`);
  });
  if (!manyPages)
    context.on(
      'page',
      (other) => other !== page && harm.push(`a window was opened: ${other.url()}`),
    );
  page.setDefaultTimeout(60_000); // a busy machine is slow, not wrong
  page.assertUnharmed = () => assert.deepEqual(harm, []);
  await page.goto(url);
  if (url !== 'about:blank') await page.waitForSelector('#id, main');
  return page;
}

/** Searches as a person does. */
export async function find(page, id) {
  await page.fill('#id', id);
  await page.press('#id', 'Enter');
}

/** The order's heading, once it is there. */
export const shownId = async (page, id) => {
  await page.waitForFunction(
    (wanted) => document.querySelector('.answer h1')?.textContent === wanted,
    id,
  );
};

/** After a change of size: what observes it has drawn. */
export const drawn = (page) =>
  page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
  );

/** Fails with axe's findings for WCAG 2.2 A and AA and its best practices. */
export async function assertAccessible(page, where) {
  await page.evaluate(axeSource);
  const found = await page.evaluate(async () => {
    const { violations } = await globalThis.axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    });
    return violations.map(
      ({ id, help, nodes }) =>
        `${id}: ${help}: ${nodes.map((node) => `${node.target.join(' ')} ${node.failureSummary}`).join(' | ')}`,
    );
  });
  assert.deepEqual(found, [], where);
}

/** The page's body never scrolls sideways. */
export async function assertNoSidewaysScrolling(page, where) {
  const [content, window] = await page.evaluate(() => [
    document.documentElement.scrollWidth,
    document.documentElement.clientWidth,
  ]);
  assert.ok(content <= window, `${where}: ${content} px of content in ${window} px`);
}
