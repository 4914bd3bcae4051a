import { el, button, Field, form, Notice, wordsOf } from './dom.js';

/** Step 1: choose the hub. */
export class ConnectView {
  #app;
  #notice = new Notice();

  constructor(app) {
    this.#app = app;
    this.element = el('div', {}, ...(app.bluetooth ? this.#canConnect() : this.#cannot()), this.#notice.element);
  }

  #canConnect() {
    return [el('p', { text: 'connect.intro' }), el('div', { className: 'actions' }, button('connect.button', () => this.#connect(), { className: 'primary', id: 'connect' }))];
  }

  #cannot() {
    if (!window.isSecureContext) {
      return [el('h3', { text: 'connect.insecure' }), el('p', { text: 'connect.insecureHelp' })];
    }

    const agent = navigator.userAgent;
    const isIos = /iPhone|iPad|iPod/.test(agent) || (/Macintosh/.test(agent) && navigator.maxTouchPoints > 1);
    const help = isIos ? 'connect.noBluetoothIos' : /Firefox/.test(agent) ? 'connect.noBluetoothFirefox' : 'connect.noBluetoothOther';
    return [
      el('h3', { text: 'connect.noBluetooth' }),
      el('p', { text: help }),
      el('p', {}, el('span', { text: 'connect.address' }), ': ', el('code', { textContent: location.href.split('#')[0] })),
    ];
  }

  async #connect() {
    this.#notice.show('busy', 'app.working');
    try {
      if (this.#app.bluetooth.getAvailability && !(await this.#app.bluetooth.getAvailability())) {
        this.#notice.show('bad', 'connect.off');
        return;
      }

      await this.#app.link.choose();
      this.#notice.clear();
      this.#app.go('code');
    } catch (error) {
      if (error.name === 'NotFoundError') {
        this.#notice.show('bad', 'connect.none');
      } else {
        this.#notice.fail(error);
      }
    }
  }
}

/** Step 2: the pairing code. */
export class CodeView {
  #app;
  #notice = new Notice();
  #code = new Field({ label: 'code.label', name: 'code', autocapitalize: 'characters', maxLength: 24, className: 'code' });

  constructor(app) {
    this.#app = app;
    this.#code.value = app.code;
    const submit = el('button', { text: 'code.button', className: 'primary' });
    this.element = el('div', {}, el('p', { text: 'code.intro' }), form(() => this.#logIn(), submit, this.#code.element, el('div', { className: 'actions' }, submit)), this.#notice.element);
  }

  show() {
    this.#notice.clear();
    if (this.#app.link.hello?.locked) {
      this.#notice.show('bad', 'code.locked');
    }

    return this.#code.input;
  }

  async #logIn() {
    const { link } = this.#app;
    this.#notice.show('busy', 'app.working');
    try {
      await link.login(this.#code.value);
      this.#notice.clear();
      await this.#app.loggedIn();
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error) {
    this.#notice.clear();
    if (error.code === 'code_format') {
      this.#code.fail('code.format');
    } else if (error.code === 'wrong_code') {
      this.#code.fail('code.wrong', { name: this.#app.link.name, tries: error.triesLeft ?? '?' });
    } else {
      const { key, detail } = wordsOf(error);
      this.#notice.show('bad', key, {}, detail);
    }
  }
}

