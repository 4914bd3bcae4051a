// The few elements that the views are made of.

import { bind, has } from './words.js';

let lastId = 0;

/**
 * Makes an element. "text" and "label" (aria-label) are keys of the texts, or [key, params]; "on…" are listeners; everything else is a property, or an attribute
 * where its name has a dash.
 */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null) {
      continue;
    } else if (name === 'text') {
      bind(node, ...[].concat(value));
    } else if (name === 'label') {
      const [key, params] = [].concat(value);
      bind(node, key, params, 'aria-label');
    } else if (name.startsWith('on')) {
      node.addEventListener(name.slice(2), value);
    } else if (name.includes('-') || name === 'role' || name === 'for') {
      node.setAttribute(name, value);
    } else {
      node[name] = value;
    }
  }

  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/** A button that is out of use while its work runs, and keeps the focus. */
export function button(text, work, props = {}) {
  const node = el('button', { type: 'button', text, ...props });
  node.addEventListener('click', () => busy(node, work));
  return node;
}

/** A form whose submit button runs the work, once at a time. */
export function form(work, submit, ...children) {
  const node = el('form', { noValidate: true }, ...children);
  node.addEventListener('submit', (event) => {
    event.preventDefault();
    busy(submit, work);
  });
  return node;
}

async function busy(node, work) {
  if (node.getAttribute('aria-disabled') === 'true') {
    return;
  }

  node.setAttribute('aria-disabled', 'true');
  try {
    await work();
  } finally {
    node.removeAttribute('aria-disabled');
  }
}

/** A labelled input with help and an error of its own. */
export class Field {
  #error;
  #help;

  /** @param {{label: string | any[], help?: string, type?: string, name: string, area?: boolean}} options further ones are properties of the input */
  constructor({ label, help, area = false, ...props }) {
    const id = `field-${++lastId}`;
    this.input = el(area ? 'textarea' : 'input', { id, autocapitalize: 'none', spellcheck: false, autocomplete: 'off', ...props });
    this.label = el('label', { for: id, text: label });
    this.#help = el('p', { id: `${id}-help`, className: 'help', hidden: !help, text: help });
    this.#error = el('p', { id: `${id}-error`, className: 'error', hidden: true });
    this.input.setAttribute('aria-describedby', `${id}-help ${id}-error`);
    this.input.addEventListener('input', () => this.clear());
    this.element = el('div', { className: 'field' }, this.label, this.input, this.#help, this.#error);
  }

  get value() {
    return this.input.value;
  }

  set value(value) {
    this.input.value = value;
  }

  set help(key) {
    bind(this.#help, key);
    this.#help.hidden = !key;
  }

  get isShown() {
    return !this.element.hidden;
  }

  set isShown(isShown) {
    this.element.hidden = !isShown;
  }

  /** Shows what is wrong, and puts the cursor there. The value stays. */
  fail(key, params = {}) {
    bind(this.#error, key, params);
    this.#error.hidden = false;
    this.input.setAttribute('aria-invalid', 'true');
    this.input.focus();
  }

  clear() {
    this.#error.hidden = true;
    this.input.removeAttribute('aria-invalid');
  }
}

/** A password with "show". */
export function passwordField({ show: text = 'wifi.show', ...options }) {
  const field = new Field({ type: 'password', ...options });
  const id = `${field.input.id}-show`;
  const show = el('input', { type: 'checkbox', id, onchange: () => (field.input.type = show.checked ? 'text' : 'password') });
  field.element.append(el('div', { className: 'check' }, show, el('label', { for: id, text })));
  return field;
}

/** A place for what happened. Screen readers announce it. */
export class Notice {
  #text = el('p');
  #detail = el('p', { className: 'detail' });

  constructor() {
    this.element = el('div', { className: 'notice', role: 'status' });
  }

  show(kind, key, params = {}, detail = '') {
    this.element.className = `notice ${kind}`;
    bind(this.#text, key, params);
    this.#detail.textContent = detail;
    this.element.replaceChildren(this.#text, ...(detail ? [this.#detail] : []));
  }

  /** Shows an error in words a person can act on; the hub's own words are added. */
  fail(error, words = {}) {
    const { key, detail } = wordsOf(error, words);
    this.show('bad', key, {}, detail);
  }

  clear() {
    this.element.className = 'notice';
    this.element.replaceChildren();
  }
}

/** The words for an error: those of the caller for this code, else the general ones. */
export function wordsOf(error, words = {}) {
  const code = error.code && typeof error.code === 'string' ? error.code : error.name === 'NetworkError' ? 'connect_failed_ble' : 'generic';
  const key = words[code] ?? (has(`error.${code}`) ? `error.${code}` : 'error.generic');
  const detail = error.message && error.message !== code ? error.message : '';
  return { key, detail };
}

/** Asks before something is lost. */
export function confirm(title, params, text, action) {
  return new Promise((resolve) => {
    const id = `dialog-${++lastId}`;
    const dialog = el(
      'dialog',
      { className: 'hub-dialog', 'aria-labelledby': id },
      el('h2', { id, text: [title, params] }),
      el('p', { text }),
      el('div', { className: 'actions' }, el('button', { type: 'button', text: 'hub.cancel', onclick: () => dialog.close('') }),
        el('button', { type: 'button', className: 'danger', text: action, onclick: () => dialog.close('yes') })),
    );
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'yes');
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
