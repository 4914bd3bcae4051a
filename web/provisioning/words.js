// Texts in the user's language, which may change at any time: what was typed stays, only the words are exchanged.

import de from './texts/de.js';
import en from './texts/en.js';
import es from './texts/es.js';

const TEXTS = { en, de, es };
const bound = new Map();

let language = preferred();

/** Names of the languages, each in its own. */
export const LANGUAGES = { en: 'English', de: 'Deutsch', es: 'Español' };

export function currentLanguage() {
  return language;
}

/** The text of a key. Values that are texts of a key themselves are given as [key, params]. */
export function t(key, params = {}) {
  const pattern = TEXTS[language][key] ?? en[key] ?? key;
  return pattern.replace(/\{(\w+)\}/g, (whole, name) => (name in params ? say(params[name]) : whole));
}

/** True when there are words for this key. */
export function has(key) {
  return key in en;
}

/** Sets a node's text, or an attribute, to that of a key, also after a change of the language. */
export function bind(node, key, params = {}, attribute = null) {
  const entries = bound.get(node) ?? new Map();
  bound.set(node, entries);
  if (key === null) {
    entries.delete(attribute);
  } else {
    entries.set(attribute, { key, params });
  }

  write(node, attribute, key === null ? '' : t(key, params));
}

/** Exchanges all words. */
export function setLanguage(next) {
  language = next;
  document.documentElement.lang = next;
  for (const [node, entries] of bound) {
    if (!node.isConnected && !node.dataset?.keep) {
      bound.delete(node);
      continue;
    }

    entries.forEach(({ key, params }, attribute) => write(node, attribute, t(key, params)));
  }
}

function say(value) {
  return Array.isArray(value) ? t(...value) : typeof value === 'number' ? value.toLocaleString(language) : String(value);
}

function write(node, attribute, text) {
  if (attribute) {
    node.setAttribute(attribute, text);
  } else {
    node.textContent = text;
  }
}

function preferred() {
  const wanted = (navigator.languages ?? [navigator.language]).map((name) => name.slice(0, 2).toLowerCase());
  return wanted.find((name) => name in TEXTS) ?? 'en';
}
