import { el, button, Field, form, Notice } from './dom.js';
import { isCloudUrl, readLink } from './link-text.js';
import { QrScanner } from './qr.js';
import { poll } from './poll.js';
import { bind, currentLanguage } from './words.js';

const MASKED = '***';

/** Step 4: the cloud. */
export class CloudView {
  #app;
  #notice = new Notice();
  #state = el('p', { className: 'now', role: 'status' });
  #why = el('p', { className: 'detail', hidden: true });
  #paste = new Field({ label: 'cloud.paste', help: 'cloud.pasteHelp', name: 'link' });
  #url = new Field({ label: 'cloud.url', name: 'cloud-url', type: 'url', inputMode: 'url', placeholder: 'wss://' });
  #hub = new Field({ label: 'cloud.hub', help: 'cloud.hubHelp', name: 'hub-id', maxLength: 64 });
  #tenant = new Field({ label: 'cloud.tenant', name: 'tenant-id', maxLength: 64 });
  #ca = new Field({ label: 'cloud.ca', help: 'cloud.caHelp', name: 'cloud-ca', area: true, rows: 4 });
  #save = el('button', { text: 'cloud.save', className: 'primary' });
  #skip = button('cloud.skip', () => this.#app.go('printers'));
  #code = el('output', { className: 'claim' });
  #expires = el('p', { className: 'help' });
  #copied = el('span', { className: 'help', role: 'status' });
  #claimed;
  #claim;
  #stored = {};
  #isRead = false;
  #polling = null;

  constructor(app) {
    this.#app = app;
    this.#paste.input.addEventListener('input', () => this.#take(this.#paste.value));
    this.#url.input.addEventListener('change', () => this.#url.value.includes('#') && this.#take(this.#url.value));
    this.#claimed = el('div', { hidden: true }, el('h3', { text: 'cloud.claimCode' }), el('div', { className: 'actions' }, this.#code, button('cloud.copy', () => this.#copy()), this.#copied), this.#expires);
    this.#claim = el('div', { hidden: true }, el('p', { text: 'cloud.claimIntro' }), el('div', { className: 'actions' }, button('cloud.claim', () => this.#beginClaim())), this.#claimed);
    this.element = el(
      'div',
      {},
      el('p', { text: 'cloud.intro' }),
      this.#state,
      this.#why,
      form(
        () => this.#saveNow(),
        this.#save,
        this.#paste.element,
        QrScanner.isAvailable ? new QrScanner((text) => this.#take(text, true)).element : null,
        this.#url.element,
        this.#hub.element,
        this.#tenant.element,
        el('details', {}, el('summary', { text: 'cloud.advanced' }), this.#ca.element),
        el('div', { className: 'actions' }, this.#save, this.#skip),
      ),
      this.#notice.element,
      this.#claim,
    );
    this.#fill(app.given);
  }

  show() {
    this.#polling = poll(() => this.#poll());
  }

  hide() {
    this.#polling?.stop();
    this.#polling = null;
  }

  #take(text, isScanned = false) {
    const found = readLink(text);
    if (isScanned) {
      this.#paste.value = text;
    }

    if (found.size) {
      this.#fill(found);
      this.#notice.show('good', 'cloud.pasted');
    }
  }

  #fill(values) {
    for (const [name, field] of [['cloud', this.#url], ['hub', this.#hub], ['tenant', this.#tenant]]) {
      if (values.get(name)) {
        field.value = values.get(name);
        field.clear();
      }
    }
  }

  async #poll() {
    if (this.#app.link.state !== 'ready') {
      return;
    }

    try {
      this.#onState(await this.#app.link.request('cloud.get'));
    } catch (error) {
      if (error.code === 'not_supported' || error.code === 'config_invalid') {
        bind(this.#state, 'cloud.none');
      }
    }
  }

  #onState({ cloud, connection }) {
    this.#stored = cloud ?? {};
    if (!this.#isRead) {
      // What was typed before the answer came stays.
      this.#isRead = true;
      this.#url.value ||= this.#stored.url ?? '';
      this.#hub.value ||= this.#stored.hub_id ?? '';
      this.#tenant.value ||= this.#stored.tenant_id ?? '';
      this.#ca.help = this.#stored.tls?.ca ? 'cloud.caStored' : 'cloud.caHelp';
    }

    const isSet = Boolean(this.#stored.url);
    const phase = connection?.phase;
    const isOnline = phase === 'online';
    const key = !isSet || !phase ? 'cloud.none' : `cloud.phase.${['connecting', 'greeting', 'online', 'offline', 'resting'].includes(phase) ? phase : 'other'}`;
    const shown = isOnline && this.#code.value ? 'cloud.claimed' : key;
    if (this.#state.dataset.key !== shown) {
      this.#state.dataset.key = shown;
      bind(this.#state, shown, { phase: phase ?? '' });
    }

    this.#why.hidden = !isSet || isOnline || !connection?.error;
    this.#why.textContent = connection?.error ?? '';
    this.#claim.hidden = !isSet || isOnline;
    bind(this.#skip, isSet ? 'cloud.next' : 'cloud.skip');
    if (isOnline) {
      this.#app.done('cloud');
    }
  }

  async #saveNow() {
    const url = this.#url.value.trim();
    if (!url) {
      this.#url.fail('cloud.noUrl');
      return;
    }

    if (!isCloudUrl(url)) {
      this.#url.fail('cloud.badUrl');
      return;
    }

    this.#notice.show('busy', 'app.working');
    try {
      await this.#app.link.request('cloud.set', this.#changes(url));
      this.#ca.help = this.#ca.value ? 'cloud.caStored' : 'cloud.caHelp';
      this.#notice.show('good', 'cloud.saved');
      this.#claimed.hidden = true;
      this.#code.value = '';
      this.#polling?.restart();
      this.#skip.focus();
    } catch (error) {
      this.#notice.fail(error);
    }
  }

  #changes(url) {
    const ca = this.#ca.value.trim();
    const changes = { url, hub_id: this.#hub.value.trim() || null, tenant_id: this.#tenant.value.trim() || null };
    if (ca) {
      changes.tls = { ca: `${ca}\n` };
    }

    // A secret belongs to the cloud that gave it.
    const isElsewhere = url !== this.#stored.url || ca || changes.hub_id !== (this.#stored.hub_id ?? null);
    if (this.#stored.secret === MASKED && isElsewhere) {
      changes.secret = null;
    }

    return changes;
  }

  async #beginClaim() {
    this.#notice.clear();
    try {
      const { code, expires_in_seconds: seconds } = await this.#app.link.request('cloud.claim');
      this.#code.value = code;
      this.#claimed.hidden = false;
      this.#polling?.restart();
      const until = new Date(Date.now() + seconds * 1000);
      bind(this.#expires, 'cloud.claimExpires', { time: until.toLocaleTimeString(currentLanguage(), { timeStyle: 'short' }) });
    } catch (error) {
      this.#notice.fail(error);
    }
  }

  async #copy() {
    await navigator.clipboard.writeText(this.#code.value);
    bind(this.#copied, 'cloud.copied');
  }
}
