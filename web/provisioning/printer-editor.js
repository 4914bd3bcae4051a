import { el, button, form, Notice, wordsOf } from './dom.js';
import { isSamePlace, PrinterFields } from './printer-fields.js';
import { bind, has } from './words.js';

const TEST_MS = 90000;

/** Errors after which nobody knows whether the hub did it. */
const UNCERTAIN = ['no_answer', 'hub_gone', 'connection_lost'];

/** The form for one printer: a new one is tested, then added; a configured one is changed, then tested. What was typed stays until it was saved. */
export class PrinterEditor {
  #link;
  #stored;
  #onDone;
  #fields;
  #notice = new Notice();
  #steps = el('ol', { className: 'steps-done', 'aria-live': 'polite' });
  #anyway = button('printers.anyway', () => this.#run(() => this.#add()), { hidden: true });
  #heading;
  #isUncertain = false;

  /**
   * @param {Link} link to the hub
   * @param {object} known what is known of the printer; with an id it is a configured one
   * @param {{done: function(string, string, boolean): void, cancel: function(): void}} events done(id, name, isNew) after it was saved
   */
  constructor(link, known, { done, cancel }) {
    this.#link = link;
    this.#stored = known.id ? known : null;
    this.#onDone = done;
    this.#fields = new PrinterFields(known, Boolean(known.id));
    this.#heading = el('h3', { tabIndex: -1, text: this.#stored ? ['printers.editTitle', { name: known.name ?? known.id }] : 'printers.addTitle' });
    const submit = el('button', { text: this.#stored ? 'printers.testSave' : 'printers.test', className: 'primary' });
    this.element = el(
      'div',
      { className: 'editor' },
      this.#heading,
      form(() => this.#submit(), submit, ...this.#fields.elements, el('div', { className: 'actions' }, submit, button('printers.cancel', cancel))),
      this.#steps,
      this.#notice.element,
      el('div', { className: 'actions' }, this.#anyway),
    );
  }

  /** Where the focus belongs. */
  get first() {
    return this.#fields.first;
  }

  async #submit() {
    if (this.#fields.check()) {
      await this.#run(() => (this.#stored ? this.#save() : this.#testAndAdd()));
    }
  }

  async #run(work) {
    this.#anyway.hidden = true;
    this.#notice.show('busy', 'app.working');
    try {
      await work();
    } catch (error) {
      this.#isUncertain ||= UNCERTAIN.includes(error.code);
      this.#notice.fail(error, { not_supported: 'error.not_supported' });
    }
  }

  async #testAndAdd() {
    const { ok, steps } = await this.#test(this.#fields.entry);
    if (ok) {
      await this.#add();
    } else {
      this.#fail(steps, 'printers.failed');
      this.#anyway.hidden = false;
    }
  }

  async #add() {
    const { entry } = this.#fields;
    const existing = this.#isUncertain ? (await listPrinters(this.#link)).find((other) => isSamePlace(entry, other)) : null;
    const { printer } = existing ? { printer: existing.id } : await this.#link.request('printers.add', entry);
    this.#notice.clear();
    this.#onDone(printer, entry.name ?? printer, true);
  }

  async #save() {
    const { id } = this.#stored;
    const { changes } = this.#fields;
    const name = changes.name ?? this.#stored.name ?? id;
    if (Object.keys(changes).length) {
      await this.#link.request('printers.edit', { id, ...changes });
      this.#fields.saved(changes);
    }

    const { ok, steps } = await this.#test({ id });
    if (ok) {
      this.#notice.clear();
      this.#onDone(id, name, false);
    } else {
      this.#fail(steps, 'printers.savedFailed');
    }
  }

  #test(params) {
    this.#notice.show('busy', 'printers.testing');
    return runTest(this.#link, params, this.#steps);
  }

  #fail(steps, key) {
    const failed = steps.find((step) => !step.ok);
    const { key: words } = wordsOf({ code: failed?.error_code, message: '' });
    this.#notice.show('bad', key, { message: [words] });
    this.#fields.failAt(failed?.error_code);
  }
}

/** Tests a printer, and shows each step as it ends. */
export async function runTest(link, params, list) {
  list.replaceChildren();
  return link.request('printers.test', params, { timeoutMs: TEST_MS, onStep: (step) => list.append(stepItem(step)) });
}

/** All printers of the hub, with their states. */
export async function listPrinters(link) {
  const all = [];
  let after;
  do {
    const { printers, next } = await link.request('printers.list', { status: true, ...(after ? { after } : {}) });
    all.push(...printers);
    after = next;
  } while (after);
  return all;
}

function stepItem({ step, ok, message }) {
  const name = el('strong');
  if (has(`step.${step}`)) {
    bind(name, `step.${step}`);
  } else {
    name.textContent = step;
  }

  return el(
    'li',
    { className: ok ? 'good' : 'bad' },
    el('span', { className: 'sign', 'aria-hidden': 'true', textContent: ok ? '✓' : '✗' }),
    name,
    ' ',
    el('span', { text: ok ? 'step.ok' : 'step.failed' }),
    message ? el('span', { className: 'detail', textContent: ` ${message}` }) : null,
  );
}
