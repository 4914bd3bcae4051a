import { el, button, Field, form, Notice, passwordField } from './dom.js';
import { bind } from './words.js';

const SCAN_MS = 60000;
const JOIN_MS = 120000;
const MAX_SSID_BYTES = 32;

/** Weakest signal for each word, in dBm. */
const SIGNALS = [[-60, 'wifi.strong', 4], [-70, 'wifi.good', 3], [-80, 'wifi.fair', 2], [-Infinity, 'wifi.weak', 1]];

/** Step 3: the network. */
export class WifiView {
  #app;
  #notice = new Notice();
  #now = el('p', { className: 'now' });
  #list = el('div', { className: 'choices' });
  #searched = el('p', { className: 'help', role: 'status' });
  #ssid = new Field({ label: 'wifi.ssid', name: 'ssid', maxLength: 32 });
  #password = passwordField({ label: 'wifi.passwordPlain', name: 'wifi-password', maxLength: 64 });
  #join = el('button', { text: 'wifi.join', className: 'primary' });
  #next = button('wifi.next', () => this.#app.go('cloud'), { className: 'primary', hidden: true });
  #form;
  #networks = [];
  #chosen = null;
  #isChosen = false;
  #isScanned = false;
  #isSystem = false;

  constructor(app) {
    this.#app = app;
    this.#form = form(
      () => this.#joinNow(),
      this.#join,
      el('fieldset', {}, el('legend', { text: 'wifi.list' }), this.#list),
      el('div', { className: 'actions' }, button('wifi.again', () => this.#scan())),
      this.#searched,
      this.#ssid.element,
      this.#password.element,
      el('div', { className: 'actions' }, this.#join),
    );
    this.element = el('div', {}, el('p', { text: 'wifi.intro' }), this.#now, this.#form, this.#notice.element, el('div', { className: 'actions' }, this.#next));
    this.#list.addEventListener('change', (event) => this.#choose(event.target.value));
    this.#list.addEventListener('pointerup', () => setTimeout(() => this.#focusEmpty()));
    app.link.addEventListener('wifi', ({ detail }) => this.#onState(detail));
    this.#draw();
  }

  show() {
    this.#get();
    if (!this.#isScanned) {
      this.#isScanned = true;
      this.#scan();
    }
  }

  /** Asks for the state; true when the hub is connected, or needs no Wi-Fi of its own. */
  async #get() {
    try {
      this.#onState(await this.state());
    } catch (error) {
      this.#notice.fail(error);
    }
  }

  async state() {
    const { wifi, state, signal_dbm: signal } = await this.#app.link.request('wifi.get');
    return { ssid: wifi?.ssid, state, signal_dbm: signal };
  }

  #onState({ state, ssid, signal_dbm: signal }) {
    const isConnected = state === 'connected';
    this.#next.hidden = !isConnected && !this.#isSystem;
    if (isConnected && signal) {
      bind(this.#now, 'wifi.nowSignal', { ssid: ssid ?? '', signal: [signalOf(signal).words] });
    } else if (isConnected) {
      bind(this.#now, 'wifi.now', { ssid: ssid ?? '' });
    } else if (state !== 'connecting') {
      bind(this.#now, ssid ? 'wifi.saved' : 'wifi.not', { ssid });
    }
  }

  async #scan() {
    bind(this.#searched, 'wifi.searching');
    try {
      const { networks } = await this.#app.link.request('wifi.scan', {}, { timeoutMs: SCAN_MS });
      this.#networks = networks;
      bind(this.#searched, networks.length ? 'wifi.found' : 'wifi.none', { count: networks.length });
      this.#draw();
    } catch (error) {
      bind(this.#searched, null);
      if (error.code === 'not_supported') {
        this.#setSystem();
      } else {
        this.#notice.fail(error, { timeout: 'wifi.busy', wrong_state: 'wifi.busy' });
      }
    }
  }

  #setSystem() {
    this.#isSystem = true;
    this.#form.hidden = true;
    this.#now.hidden = true;
    this.#next.hidden = false;
    this.#notice.show('good', 'wifi.system');
  }

  #draw() {
    const focused = this.#list.contains(document.activeElement) ? document.activeElement.value : null;
    const known = this.#networks.map((network) => this.#choice(network));
    const other = radio('', el('span', { text: 'wifi.hidden' }));
    this.#list.replaceChildren(...known, other);
    if (known.length && !this.#isChosen && !this.#ssid.value) {
      // "Other" was chosen by the page, for want of a list.
      this.#chosen = null;
    }

    const wanted = this.#chosen;
    const inputs = [...this.#list.querySelectorAll('input')];
    const chosen = inputs.find((input) => input.value === wanted && !input.disabled);
    if (chosen) {
      chosen.checked = true;
    } else if (wanted) {
      // The network left the list, but not the form.
      this.#ssid.value = wanted;
      inputs.at(-1).checked = true;
      this.#chosen = '';
    } else if (!known.length) {
      inputs.at(-1).checked = true;
      this.#chosen = '';
    }

    if (focused !== null) {
      inputs.find((input) => input.value === focused)?.focus();
    }

    this.#drawFields();
  }

  #choice({ ssid, signal_dbm: signal, security }) {
    const { words, bars } = signalOf(signal);
    const lock = { open: 'wifi.open', password: 'wifi.locked', enterprise: 'wifi.enterprise' }[security];
    const node = radio(
      ssid,
      el('span', { className: 'ssid', textContent: ssid }),
      el('span', { className: 'help' }, el('span', { text: words }), ` (${signal} dBm)`, ...(lock ? [', ', el('span', { text: lock })] : [])),
      el('span', { className: `bars bars-${bars}`, 'aria-hidden': 'true' }, ...[1, 2, 3, 4].map(() => el('i'))),
    );
    node.querySelector('input').disabled = security === 'enterprise';
    return node;
  }

  #choose(ssid) {
    this.#chosen = ssid;
    this.#isChosen = true;
    this.#notice.clear();
    this.#password.clear();
    this.#drawFields();
  }

  #drawFields() {
    const network = this.#networks.find(({ ssid }) => ssid === this.#chosen);
    this.#ssid.isShown = this.#chosen === '';
    this.#password.isShown = this.#chosen !== null && network?.security !== 'open';
    this.#join.hidden = this.#chosen === null;
    const isSure = network?.security === 'password';
    bind(this.#password.label, isSure ? 'wifi.password' : 'wifi.passwordOptional', { ssid: this.#chosen });
  }

  #focusEmpty() {
    const field = [this.#ssid, this.#password].find((other) => other.isShown && !other.value);
    field?.input.focus();
  }

  async #joinNow() {
    const isOther = this.#chosen === '';
    const ssid = isOther ? this.#ssid.value : this.#chosen;
    const password = this.#password.isShown ? this.#password.value : '';
    if (!this.#check(ssid, password)) {
      return;
    }

    this.#next.hidden = true;
    this.#notice.show('busy', 'wifi.joining', { ssid });
    try {
      await this.#app.link.request('wifi.join', { ssid, ...(password ? { password } : {}), ...(isOther ? { hidden: true } : {}) }, { timeoutMs: JOIN_MS });
      this.#notice.show('good', 'wifi.joined', { ssid });
      this.#next.hidden = false;
      this.#next.focus();
      this.#app.done('wifi');
    } catch (error) {
      this.#fail(error, ssid);
    }

    this.#get();
  }

  #check(ssid, password) {
    const network = this.#networks.find((other) => other.ssid === ssid);
    if (!ssid) {
      this.#ssid.fail('wifi.noName');
    } else if (new TextEncoder().encode(ssid).length > MAX_SSID_BYTES) {
      this.#ssid.fail('wifi.longName');
    } else if ((password && password.length < 8) || (!password && network?.security === 'password')) {
      this.#password.fail('wifi.shortPassword');
    } else {
      return true;
    }

    return false;
  }

  #fail(error, ssid) {
    this.#notice.clear();
    if (error.code === 'auth_rejected' && this.#password.isShown) {
      this.#password.fail('wifi.refused');
      this.#password.input.select();
    } else if (error.code === 'not_found') {
      this.#notice.show('bad', 'wifi.gone', { ssid });
    } else if (error.code === 'timeout') {
      this.#notice.show('bad', 'wifi.noAddress', { ssid });
    } else {
      this.#notice.fail(error);
    }
  }
}

function radio(value, ...children) {
  return el('label', { className: 'choice' }, el('input', { type: 'radio', name: 'network', value }), ...children);
}

function signalOf(dbm) {
  const [, words, bars] = SIGNALS.find(([least]) => dbm >= least);
  return { words, bars };
}
