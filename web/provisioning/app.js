// The flow: its steps, the bar with the state of the connection, and what all views share.

import { BridgeBluetooth } from './bridge.js';
import { el, button, Notice } from './dom.js';
import { HubError } from './hub-error.js';
import { Link } from './link.js';
import { readLink } from './link-text.js';
import { CloudView } from './view-cloud.js';
import { CodeView, ConnectView } from './view-connect.js';
import { HubView } from './view-hub.js';
import { PrintersView } from './view-printers.js';
import { WifiView } from './view-wifi.js';
import { bind, currentLanguage, LANGUAGES, setLanguage } from './words.js';

const STEPS = ['connect', 'code', 'wifi', 'cloud', 'printers', 'hub'];

/** Steps that need a login. */
const INNER_STEPS = { wifi: WifiView, cloud: CloudView, printers: PrintersView, hub: HubView };

export class App {
  /** Stands for navigator.bluetooth; null where there is none. */
  bluetooth = null;
  link = null;
  /** What the address of the page said: a Map of cloud, hub and tenant. */
  given = new Map();
  /** The pairing code that the page around knows. */
  code;

  #root;
  #isEmbedded;
  #isSimulated = false;
  #views = {};
  #panels = {};
  #tabs = {};
  #bar;
  #barText = el('p');
  #barNotice = new Notice();
  #again = button('link.again', () => this.#retry(), { className: 'primary', hidden: true });
  #leave = button('link.leave', () => this.#disconnect());
  #current = null;
  #deviceId = null;

  constructor(root, { lang, code }) {
    this.#root = root;
    this.#isEmbedded = Boolean(lang);
    this.code = code ?? '';
    setLanguage(lang ?? currentLanguage());
  }

  async start() {
    await this.#findBluetooth();
    this.link = new Link(this.bluetooth);
    this.link.addEventListener('state', () => this.#onState());
    if (!this.#isEmbedded) {
      this.given = readLink(location.hash);
    }

    this.#render();
    this.go('connect', false);
  }

  setLanguage(lang) {
    setLanguage(lang);
  }

  /** Shows a step, and moves the focus there. */
  go(step, isFocused = true) {
    if (step in INNER_STEPS && !this.#isLoggedIn) {
      return;
    }

    this.#views[this.#current]?.hide?.();
    this.#current = step;
    for (const name of STEPS) {
      this.#panels[name].hidden = name !== step;
      this.#tabs[name].toggleAttribute('aria-current', name === step);
      if (name === step) {
        this.#tabs[name].setAttribute('aria-current', 'step');
      }
    }

    const target = this.#views[step].show?.() ?? this.#panels[step].querySelector('h2');
    if (isFocused) {
      target.focus();
    }
  }

  /** Marks a step as done. */
  done(step) {
    this.#tabs[step].classList.add('done');
    this.#tabs[step].querySelector('.mark').hidden = false;
  }

  /** After a login: goes on where this hub needs it. */
  async loggedIn() {
    if (this.#deviceId && this.#deviceId !== this.link.deviceId) {
      Object.keys(INNER_STEPS).forEach((step) => this.#build(step));
    }

    this.#deviceId = this.link.deviceId;
    this.done('connect');
    this.done('code');
    const { state } = await this.#views.wifi.state().catch(() => ({}));
    if (state === 'connected') {
      this.done('wifi');
    }

    this.go(state === 'connected' ? 'printers' : 'wifi');
  }

  get #isLoggedIn() {
    return ['ready', 'reconnecting', 'lost'].includes(this.link.state);
  }

  /** The simulator's bridge where it serves the page, which is only on this machine; else the browser's Bluetooth. */
  async #findBluetooth() {
    if (['localhost', '127.0.0.1', '[::1]'].includes(location.hostname)) {
      try {
        const response = await fetch(new URL('../bridge.json', import.meta.url));
        const { bridge } = response.ok ? await response.json() : {};
        if (bridge) {
          this.bluetooth = new BridgeBluetooth(bridge);
          this.#isSimulated = true;
          return;
        }
      } catch {
        // No simulator.
      }
    }

    this.bluetooth = navigator.bluetooth ?? null;
  }

  #render() {
    const tabs = STEPS.map((step) => {
      const mark = el('span', { className: 'mark', hidden: true }, el('span', { 'aria-hidden': 'true', textContent: '✓ ' }), el('span', { className: 'unseen', text: 'app.done' }));
      this.#tabs[step] = button(null, () => this.go(step), { disabled: step !== 'connect' });
      this.#tabs[step].append(mark, el('span', { text: `${step}.title` }));
      return el('li', {}, this.#tabs[step]);
    });
    this.#bar = el('div', { className: 'bar', hidden: true }, el('div', { role: 'status' }, this.#barText), this.#barNotice.element, el('div', { className: 'actions' }, this.#again, this.#leave));
    const panels = STEPS.map((step) => (this.#panels[step] = el('section', { hidden: true, 'data-step': step })));
    this.#root.classList.add('hub-setup');
    this.#root.replaceChildren(
      ...(this.#isEmbedded ? [] : [this.#header(), el('h1', { text: 'app.title' })]),
      ...(this.#isSimulated ? [el('p', { className: 'help', text: 'app.simulated' })] : []),
      el('nav', { label: 'app.steps' }, el('ol', { className: 'steps' }, ...tabs)),
      this.#bar,
      ...panels,
    );
    this.#views.connect = new ConnectView(this);
    this.#views.code = new CodeView(this);
    this.#fill('connect');
    this.#fill('code');
    Object.keys(INNER_STEPS).forEach((step) => this.#build(step));
  }

  #header() {
    const select = el('select', { id: 'language', onchange: () => setLanguage(select.value) });
    select.append(...Object.entries(LANGUAGES).map(([code, name]) => el('option', { value: code, textContent: name, lang: code, selected: code === currentLanguage() })));
    return el('div', { className: 'language' }, el('label', { for: 'language', text: 'app.language' }), select);
  }

  #build(step) {
    this.#views[step] = new INNER_STEPS[step](this);
    this.#fill(step);
    this.#tabs[step].querySelector('.mark').hidden = true;
    this.#tabs[step].classList.remove('done');
  }

  #fill(step) {
    const id = `step-${step}`;
    this.#panels[step].setAttribute('aria-labelledby', id);
    this.#panels[step].replaceChildren(el('h2', { id, tabIndex: -1, text: `${step}.title` }), this.#views[step].element);
  }

  #onState() {
    const { state, name } = this.link;
    const isUp = state === 'connected' || state === 'ready';
    this.#bar.hidden = state === 'idle' || state === 'connecting';
    this.#bar.className = `bar ${isUp ? 'good' : 'bad'}`;
    bind(this.#barText, isUp ? 'link.connected' : state === 'lost' ? 'link.lost' : 'link.reconnecting', { name });
    this.#again.hidden = state !== 'lost';
    this.#tabs.code.disabled = !(isUp || this.#isLoggedIn);
    Object.keys(INNER_STEPS).forEach((step) => (this.#tabs[step].disabled = !this.#isLoggedIn));
    if (state !== 'lost') {
      this.#barNotice.clear();
    }
  }

  async #retry() {
    try {
      await this.link.retry();
      this.go(this.#current);
    } catch (error) {
      this.#barNotice.fail(error instanceof HubError ? error : new HubError('hub_gone'));
    }
  }

  #disconnect() {
    this.link.leave();
    this.go('connect');
  }
}
