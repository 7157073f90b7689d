/**
 * A real browser for the tests of pages: Chromium, without a window. A page that asks for anything but itself, or whose
 * programme throws, fails its test.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import type { Report } from '../../src/report/data.ts';
import { pageHtml } from '../../src/report/page.ts';
import { encodeReport } from '../../src/report/payload/encode.ts';

export interface OpenPage extends AsyncDisposable {
  readonly page: Page;
  /** The file that is shown. */
  readonly url: string;
  /** Everything that went wrong in the page, and every request but the first. Must be empty in the end. */
  readonly complaints: readonly string[];
}

export interface OpenOptions {
  /** Behind `#`. */
  readonly hash?: string;
  readonly dark?: boolean;
  readonly width?: number;
  readonly height?: number;
}

/** To be called at the top of a test file. Opens pages in one browser, which ends with the file. */
export function useBrowser(): {
  /** Writes the page, opens it, and waits until it is drawn. */
  readonly openHtml: (html: string, options?: OpenOptions) => Promise<OpenPage>;
  readonly openReport: (report: Report, options?: OpenOptions) => Promise<OpenPage>;
} {
  let browser: Browser;
  let directory: string;
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'ordeal-page-'));
    browser = await chromium.launch({
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--force-color-profile=srgb'],
    });
  });
  afterAll(async () => {
    await browser.close();
    rmSync(directory, { recursive: true, force: true });
  });
  let count = 0;
  const openHtml = async (html: string, options: OpenOptions = {}): Promise<OpenPage> => {
    const path = join(directory, `${++count}.html`);
    writeFileSync(path, html);
    return await open(browser, pathToFileURL(path).href, options);
  };
  return {
    openHtml,
    openReport: (report, options) =>
      openHtml(
        pageHtml({
          ...triedViewer(),
          viewer: 'run',
          title: report.data.title,
          payload: encodeReport(report),
          text: report.data.markdown,
        }),
        options,
      ),
  };
}

/** A viewer that was bundled to be tried, in place of the built one. */
export function triedViewer(): { readonly assets?: string } {
  const assets = process.env['ORDEAL_VIEWER'];
  return assets === undefined ? {} : { assets };
}

async function open(browser: Browser, url: string, options: OpenOptions): Promise<OpenPage> {
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1280, height: options.height ?? 900 },
    colorScheme: options.dark ? 'dark' : 'light',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('request', request => {
    if (request.url().split('#')[0] !== url && !request.url().startsWith('data:'))
      complaints.push(`asked for ${request.url()}`);
  });
  page.on('pageerror', error => complaints.push(String(error)));
  page.on('console', message => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('dialog', dialog => {
    complaints.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(options.hash === undefined ? url : `${url}#${options.hash}`);
  await page.waitForSelector('html[data-ready]', { state: 'attached', timeout: 60_000 });
  return {
    page,
    url,
    complaints,
    async [Symbol.asyncDispose]() {
      await context.close();
      expect(complaints).toEqual([]);
    },
  };
}

/** Two frames later everything that was asked for is drawn; and the address says what is looked at. */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(() => new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  await page.waitForSelector('html:not([data-address-is-late])', { state: 'attached' });
}
