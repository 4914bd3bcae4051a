import { el, button, confirm, Notice } from './dom.js';
import { bind, has } from './words.js';

const RESET_MS = 90000;
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const KIB = 1024;

/** Step 6: how the hub fares, restart, and the end. */
export class HubView {
  #app;
  #notice = new Notice();
  #values = el('dl', { className: 'facts' });

  constructor(app) {
    this.#app = app;
    this.element = el(
      'div',
      {},
      el('p', { text: 'hub.intro' }),
      el('h3', { text: 'hub.health' }),
      this.#values,
      el('div', { className: 'actions' }, button('hub.refresh', () => this.#refresh())),
      this.#notice.element,
      el('h3', { text: 'hub.restart' }),
      el('p', { text: 'hub.restartText' }),
      el('div', { className: 'actions' }, button('hub.restartButton', () => this.#restart())),
      el('h3', { text: 'hub.forget' }),
      el('p', { text: 'hub.forgetText' }),
      el('div', { className: 'actions' }, button('hub.forgetButton', () => this.#forget(), { className: 'danger' })),
    );
  }

  show() {
    this.#refresh();
  }

  async #refresh() {
    try {
      this.#draw(await this.#app.link.request('health'));
    } catch (error) {
      this.#notice.fail(error);
    }
  }

  #draw(health) {
    const { memory, sockets, printers, cloud, log } = health;
    const phase = cloud?.phase;
    const isCloudSet = Boolean(cloud?.url);
    this.#values.replaceChildren(
      ...fact('hub.device', this.#app.link.deviceId),
      ...fact('hub.firmware', health.firmware_version),
      ...fact('hub.uptime', duration(health.uptime_seconds)),
      ...fact('hub.clock', [health.clock_set ? 'hub.clockSet' : 'hub.clockNot']),
      ...fact('hub.memory', memory?.free_bytes === undefined ? undefined : `${Math.round(memory.free_bytes / KIB)} KiB`),
      ...fact('hub.sockets', sockets && ['hub.socketsOf', { open: sockets.open, limit: sockets.limit }]),
      ...fact('hub.printers', printers && ['hub.printersOf', { total: printers.total, silent: printers.not_answering }]),
      ...fact('hub.cloud', !isCloudSet ? ['cloud.none'] : phase && (has(`cloud.phase.${phase}`) ? [`cloud.phase.${phase}`] : ['cloud.phase.other', { phase }])),
      ...fact('hub.faults', log?.faults),
    );
  }

  async #restart() {
    if (!(await confirm('hub.restartTitle', {}, 'hub.restartText', 'hub.restartButton'))) {
      return;
    }

    try {
      await this.#app.link.request('restart', {}, { repeat: false });
      this.#notice.show('busy', 'hub.restarting');
    } catch (error) {
      this.#notice.fail(error);
    }
  }

  async #forget() {
    if (!(await confirm('hub.forgetTitle', {}, 'hub.forgetText', 'hub.forgetButton'))) {
      return;
    }

    this.#notice.show('busy', 'app.working');
    try {
      await this.#app.link.request('factory_reset', { confirm: true }, { timeoutMs: RESET_MS });
      this.#notice.show('good', 'hub.forgotten');
    } catch (error) {
      this.#notice.fail(error);
    }
  }
}

/** A term and its value: a text, a number or [key, params]; nothing for undefined. */
function fact(term, value) {
  if (value === undefined || value === null) {
    return [];
  }

  const shown = el('dd');
  if (Array.isArray(value)) {
    bind(shown, ...value);
  } else {
    shown.textContent = value;
  }

  return [el('dt', { text: term }), shown];
}

function duration(seconds) {
  if (seconds === undefined) {
    return undefined;
  }

  const [unit, key] = seconds >= DAY ? [DAY, 'hub.days'] : seconds >= HOUR ? [HOUR, 'hub.hours'] : [MINUTE, 'hub.minutes'];
  return [key, { count: Math.floor(seconds / unit) }];
}
