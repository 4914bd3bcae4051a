// The provisioning page as a module: start() renders it into an element.

import { App } from './provisioning/app.js';

/**
 * Renders the whole flow, from the connection to the printers.
 * @param {HTMLElement} root an empty element; provisioning.css styles what is in it
 * @param {{lang?: string, code?: string}} options lang: "en", "de" or "es", for a page that has a title and a choice of language of its own; without it both are rendered.
 * code: the pairing code when it is known already; it is kept in memory only
 * @returns {Promise<App>} its setLanguage(lang) exchanges the words
 */
export async function start(root, { lang, code } = {}) {
  const app = new App(root, { lang, code });
  await app.start();
  return app;
}
