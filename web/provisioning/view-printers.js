import { el, button, confirm, Notice } from './dom.js';
import { placeOf, systemName } from './printer-fields.js';
import { listPrinters, PrinterEditor, runTest } from './printer-editor.js';
import { poll } from './poll.js';
import { bind, has } from './words.js';

const SEARCH_MS = 120000;

/** Step 5: the printers. */
export class PrintersView {
  #app;
  #notice = new Notice();
  #cards = new Map();
  #mine = el('ul', { className: 'cards' });
  #none = el('p', { className: 'help', text: 'printers.noneYet', hidden: true });
  #found = el('ul', { className: 'cards' });
  #searched = el('p', { className: 'help', role: 'status' });
  #list;
  #editorPlace = el('div');
  #editors = new Map();
  #printers = [];
  #discovered = null;
  #awaited = null;
  #polling = null;
  #isPolling = false;
  #pollError = null;
  #next = button('printers.next', () => this.#app.go('hub'));

  constructor(app) {
    this.#app = app;
    this.#list = el(
      'div',
      {},
      el('p', { text: 'printers.intro' }),
      el('h3', { text: 'printers.mine', tabIndex: -1 }),
      this.#none,
      this.#mine,
      this.#notice.element,
      el('h3', { text: 'printers.found' }),
      el('div', { className: 'actions' }, button('printers.search', () => this.#search()), button('printers.byHand', () => this.#edit('', {}))),
      this.#searched,
      this.#found,
      el('div', { className: 'actions' }, this.#next),
    );
    this.element = el('div', {}, this.#list, this.#editorPlace);
  }

  show() {
    this.#polling = poll(() => this.#poll());
    if (!this.#discovered) {
      this.#search();
    }
  }

  hide() {
    this.#polling?.stop();
    this.#polling = null;
  }

  async #poll() {
    if (this.#app.link.state !== 'ready' || this.#isPolling) {
      return;
    }

    this.#isPolling = true;
    try {
      this.#printers = await listPrinters(this.#app.link);
      this.#draw();
      this.#pollError = null;
    } catch (error) {
      if (error.code !== this.#pollError) {
        this.#pollError = error.code;
        this.#notice.fail(error);
      }
    } finally {
      this.#isPolling = false;
    }
  }

  async #search() {
    bind(this.#searched, 'printers.searching');
    this.#discovered ??= [];
    try {
      const { printers } = await this.#app.link.request('discover', {}, { timeoutMs: SEARCH_MS });
      this.#discovered = printers;
      this.#drawFound();
    } catch (error) {
      bind(this.#searched, null);
      this.#notice.fail(error);
    }
  }

  #draw() {
    this.#none.hidden = this.#printers.length > 0;
    for (const [id, card] of this.#cards) {
      if (!this.#printers.some((printer) => printer.id === id)) {
        card.element.remove();
        this.#cards.delete(id);
      }
    }

    for (const printer of this.#printers) {
      let card = this.#cards.get(printer.id);
      if (!card) {
        card = new Card(printer.id, (action, shown) => this[action](shown));
        this.#cards.set(printer.id, card);
        this.#mine.append(card.element);
      }

      card.draw(printer);
      if (printer.id === this.#awaited && printer.status?.online) {
        this.#awaited = null;
        this.#notice.show('good', 'printers.online', { name: nameOf(printer) });
        this.#app.done('printers');
      }
    }
  }

  #drawFound() {
    const isNew = (found) => !found.configured_id && !this.#printers.some((mine) => placeOf(mine) === placeOf(found) && (mine.serial ?? '') === (found.serial ?? mine.serial ?? ''));
    const fresh = this.#discovered.filter(isNew);
    bind(this.#searched, fresh.length ? 'printers.foundCount' : 'printers.foundNone', { count: fresh.length });
    this.#found.replaceChildren(...fresh.map((found) => this.#foundItem(found)));
  }

  #foundItem(found) {
    const name = found.name ?? found.model ?? placeOf(found);
    return el(
      'li',
      { className: 'card' },
      el('strong', { textContent: name }),
      el('p', { className: 'help' }, [systemName(found.type), found.model, placeOf(found)].filter(Boolean).join(' · '), ...(found.answers === false ? [' · ', el('span', { text: 'printers.silent' })] : [])),
      el('div', { className: 'actions' }, button('printers.add', () => this.#edit(`${found.type} ${placeOf(found)} ${found.serial ?? ''}`, found), { label: ['printers.addName', { name }] })),
    );
  }

  /** Opens the form: the same one again after a cancel, with what was typed. */
  #edit(key, known) {
    let editor = this.#editors.get(key);
    if (!editor) {
      editor = new PrinterEditor(this.#app.link, known, {
        done: (id, name, isAdded) => this.#edited(key, id, name, isAdded),
        cancel: () => this.#close(),
      });
      this.#editors.set(key, editor);
      this.#editorPlace.append(editor.element);
    }

    this.#list.hidden = true;
    this.#editors.forEach((other) => (other.element.hidden = other !== editor));
    editor.first.focus();
  }

  #close() {
    this.#editors.forEach((editor) => (editor.element.hidden = true));
    this.#list.hidden = false;
    this.#mine.parentElement.querySelector('h3').focus();
  }

  #edited(key, id, name, isAdded) {
    this.#editors.get(key).element.remove();
    this.#editors.delete(key);
    this.#close();
    this.#awaited = id;
    this.#notice.show('good', isAdded ? 'printers.added' : 'printers.changed', { name });
    this.#discovered = this.#discovered?.filter((found) => `${found.type} ${placeOf(found)} ${found.serial ?? ''}` !== key) ?? null;
    if (this.#discovered) {
      this.#drawFound();
    }

    this.#next.focus();
    this.#polling?.restart();
  }

  edit(printer) {
    this.#edit(`id ${printer.id}`, printer);
  }

  async test(printer) {
    const { steps } = this.#cards.get(printer.id);
    this.#notice.show('busy', 'printers.testing');
    try {
      const { ok } = await runTest(this.#app.link, { id: printer.id }, steps);
      this.#notice.show(ok ? 'good' : 'bad', ok ? 'printers.passed' : 'printers.testFailed', { name: nameOf(printer) });
    } catch (error) {
      this.#notice.fail(error);
    }
  }

  async remove(printer) {
    const name = nameOf(printer);
    if (!(await confirm('printers.removeTitle', { name }, 'printers.removeText', 'printers.remove'))) {
      return;
    }

    try {
      await this.#app.link.request('printers.remove', { id: printer.id });
      this.#notice.show('good', 'printers.removed', { name });
    } catch (error) {
      this.#notice.fail(error);
    }

    this.#editors.get(`id ${printer.id}`)?.element.remove();
    this.#editors.delete(`id ${printer.id}`);
    await this.#poll();
    this.#mine.parentElement.querySelector('h3').focus();
  }
}

/** One printer in the list. Its elements stay while it does, and so does the focus. */
class Card {
  steps = el('ol', { className: 'steps-done', 'aria-live': 'polite' });

  #printer;
  #name = el('strong');
  #place = el('p', { className: 'help' });
  #state = el('p', { className: 'state' });
  #error = el('p', { className: 'error', hidden: true });
  #buttons;

  constructor(id, act) {
    this.#buttons = ['test', 'edit', 'remove'].map((action) =>
      button(action === 'test' ? 'printers.retest' : `printers.${action}`, () => act(action, this.#printer), { 'data-action': action }),
    );
    this.element = el('li', { className: 'card', 'data-printer': id }, this.#name, this.#state, this.#place, this.#error, el('div', { className: 'actions' }, ...this.#buttons), this.steps);
  }

  draw(printer) {
    this.#printer = printer;
    const name = nameOf(printer);
    this.#name.textContent = name;
    this.#place.textContent = [systemName(printer.type), placeOf(printer)].join(' · ');
    for (const node of this.#buttons) {
      const { action } = node.dataset;
      bind(node, action === 'test' ? 'printers.retestName' : `printers.${action}Name`, { name }, 'aria-label');
    }

    const { state, online, error } = printer.status ?? {};
    const key = printer.enabled === false ? 'link.state.disabled' : has(`state.${state}`) ? `state.${state}` : 'link.state.connecting';
    this.#state.className = `state ${online ? 'good' : 'dim'}`;
    bind(this.#state, online ? 'printers.stateOnline' : 'printers.stateOffline', { state: [key] });
    this.#error.hidden = !error;
    this.#error.textContent = error ?? '';
  }
}

function nameOf({ name, id }) {
  return name || id;
}
