// What the hub needs to know of a printer, by its system (docs/configuration.md#printersjson).

import { el, Field, passwordField } from './dom.js';
import { bind } from './words.js';

const SYSTEMS = { octoprint: 'OctoPrint', prusalink: 'PrusaLink', moonraker: 'Moonraker (Klipper)', bambu: 'Bambu Lab' };

/** Keys of each system, in the order in which they are asked for. */
const KEYS = {
  octoprint: ['url', 'api_key'],
  prusalink: ['url', 'api_key', 'user', 'password'],
  moonraker: ['url', 'api_key'],
  bambu: ['host', 'serial', 'access_code'],
};
const API_KEY_HELP = { octoprint: 'printers.apiKeyOcto', prusalink: 'printers.apiKeyPrusa', moonraker: 'printers.apiKeyMoonraker' };
const REQUIRED = ['url', 'host', 'serial'];
const SECRETS = ['api_key', 'access_code', 'password'];

/** Keys that say where a printer is. Stored secrets stay with the old address. */
const ADDRESS = ['type', 'url', 'host', 'serial', 'mqtt_port', 'ftps_port'];
const HIDDEN = ['mqtt_port', 'ftps_port', 'model'];
const MASKED = '***';

/** The word for a system. */
export function systemName(type) {
  return SYSTEMS[type] ?? type;
}

/** Where a printer is, for people. */
export function placeOf({ url, host, address }) {
  return url ?? host ?? address ?? '';
}

/** True when both are at the same place. */
export function isSamePlace(one, other) {
  return one.type === other.type && placeOf(one) === placeOf(other) && (one.serial ?? '') === (other.serial ?? '');
}

/** The inputs for one printer. */
export class PrinterFields {
  #stored;
  #hidden = {};
  #type = el('select', { onchange: () => this.#draw() });
  #fields = {
    name: new Field({ label: 'printers.name', help: 'printers.nameHelp', name: 'printer-name', maxLength: 64, autocapitalize: 'words' }),
    url: new Field({ label: 'printers.url', help: 'printers.urlHelp', name: 'printer-url', type: 'url', inputMode: 'url' }),
    host: new Field({ label: 'printers.host', name: 'printer-host', inputMode: 'url' }),
    serial: new Field({ label: 'printers.serial', name: 'printer-serial', autocapitalize: 'characters' }),
    access_code: passwordField({ label: 'printers.accessCode', help: 'printers.accessCodeHelp', name: 'printer-access-code', show: 'printers.show' }),
    api_key: passwordField({ label: 'printers.apiKey', name: 'printer-api-key', show: 'printers.show' }),
    user: new Field({ label: 'printers.user', name: 'printer-user' }),
    password: passwordField({ label: 'printers.password', name: 'printer-password', show: 'printers.show' }),
  };

  /**
   * @param {object} known what is known of the printer: found, or configured
   * @param {boolean} isStored true for a configured one
   */
  constructor(known, isStored) {
    this.#stored = isStored ? known : null;
    this.#type.id = `${this.#fields.name.input.id}-type`;
    this.#type.append(...Object.entries(SYSTEMS).map(([value, textContent]) => el('option', { value, textContent })));
    this.#type.value = known.type ?? 'octoprint';
    for (const [key, field] of Object.entries(this.#fields)) {
      field.value = SECRETS.includes(key) ? '' : (known[key] ?? '');
    }

    for (const key of HIDDEN) {
      if (known[key] !== undefined) {
        this.#hidden[key] = known[key];
      }
    }

    const choice = el('div', { className: 'field' }, el('label', { for: this.#type.id, text: 'printers.type' }), this.#type);
    const { name, ...others } = this.#fields;
    this.elements = [choice, ...Object.values(others).map((field) => field.element), name.element];
    this.#draw();
  }

  /** Where the cursor belongs: the first input that is still empty and likely to be needed. */
  get first() {
    const empty = this.#keys.find((key) => !this.#fields[key].value && !(this.#stored && SECRETS.includes(key)));
    return empty ? this.#fields[empty].input : this.#type;
  }

  /** Shows what is missing. True when nothing is. */
  check() {
    const missing = this.#keys.find((key) => REQUIRED.includes(key) && !this.#fields[key].value.trim());
    if (missing) {
      this.#fields[missing].fail('printers.required', { field: [LABELS[missing]] });
      return false;
    }

    const lost = this.#stored && this.#isElsewhere && this.#keys.find((key) => this.#stored[key] === MASKED && !this.#fields[key].value);
    if (lost) {
      this.#fields[lost].fail('printers.again');
      return false;
    }

    return true;
  }

  /** Puts an error at the input that it is about. False when there is none. */
  failAt(code) {
    const secret = this.#keys.find((key) => SECRETS.includes(key));
    const key = ['auth_rejected', 'auth_missing'].includes(code) ? secret : ['dns_failed', 'connect_failed'].includes(code) ? this.#keys[0] : null;
    if (key) {
      this.#fields[key].fail(`error.${code}`);
    }

    return Boolean(key);
  }

  /** The keys of a new printer. */
  get entry() {
    const entry = { type: this.#type.value };
    for (const key of [...this.#keys, 'name']) {
      const value = this.#valueOf(key);
      if (value) {
        entry[key] = value;
      }
    }

    if (entry.type === 'bambu') {
      Object.assign(entry, this.#hidden);
    }

    return entry;
  }

  /** What differs from the configured printer; null removes a key. */
  get changes() {
    const changes = {};
    if (this.#type.value !== this.#stored.type) {
      changes.type = this.#type.value;
    }

    for (const key of [...this.#keys, 'name']) {
      const value = this.#valueOf(key);
      if (SECRETS.includes(key) ? value : value !== (this.#stored[key] ?? '')) {
        changes[key] = value || null;
      }
    }

    return changes;
  }

  /** The hub has these changes: what comes next is compared with them. */
  saved(changes) {
    for (const [key, value] of Object.entries(changes)) {
      this.#stored[key] = value === null ? undefined : SECRETS.includes(key) ? MASKED : value;
    }
  }

  get #keys() {
    return KEYS[this.#type.value];
  }

  get #isElsewhere() {
    return ADDRESS.some((key) => key in this.changes);
  }

  #valueOf(key) {
    const { value } = this.#fields[key];
    return SECRETS.includes(key) ? value : value.trim();
  }

  #draw() {
    for (const [key, field] of Object.entries(this.#fields)) {
      field.isShown = key === 'name' || this.#keys.includes(key);
    }

    const help = this.#stored?.api_key === MASKED ? 'printers.stored' : API_KEY_HELP[this.#type.value];
    this.#fields.api_key.help = help ?? null;
    this.#fields.access_code.help = this.#stored?.access_code === MASKED ? 'printers.stored' : 'printers.accessCodeHelp';
    this.#fields.password.help = this.#stored?.password === MASKED ? 'printers.stored' : null;
    bind(this.#fields.api_key.label, this.#type.value === 'octoprint' ? 'printers.apiKey' : 'printers.apiKeyOptional');
  }
}

const LABELS = { url: 'printers.url', host: 'printers.host', serial: 'printers.serial' };
