// The page's line to a hub: connects, logs in, asks, and does it all again when the connection breaks.

import { HUB_SERVICE, REQUESTS } from './uuids.js';
import { ChunkReader, cut, MAX_TO_HUB_BYTES, PLAIN, SEALED } from './frames.js';
import { normalizedCode, pairingKey, Session } from './session.js';
import { HubError } from './hub-error.js';

/** Web Bluetooth does not show the MTU. Large chunks first; a radio that refuses them gets the least that any carries. */
const LARGE_CHUNK_BYTES = 180;
const SMALL_CHUNK_BYTES = 20;

const CONNECT_MS = 12000;
const LOGIN_MS = 8000;
const MAX_OPEN = 4;

/** How long a broken connection is tried again. Less than the hub remembers requests. */
const RECONNECT_MS = 60000;
/** The same after a click. */
const RETRY_MS = 15000;
const RECONNECT_PAUSES_MS = [200, 500, 1000, 2000, 3000];

const utf8 = new TextEncoder();
const text = new TextDecoder();

/**
 * Events: "state" (see state), "wifi" (detail: the hub's message).
 * state: "idle", "connecting", "connected" (no login yet), "ready", "reconnecting", "lost".
 */
export class Link extends EventTarget {
  state = 'idle';
  hello = null;

  #bluetooth;
  #device = null;
  #characteristic = null;
  #session = null;
  #reader = new ChunkReader();
  #number = 0;
  #chunkBytes = LARGE_CHUNK_BYTES;
  #writing = Promise.resolve();
  #reading = Promise.resolve();
  #plainWaiter = null;
  #code = null;
  #keys = new Map();
  #open = new Map();
  #queue = [];
  #idPrefix = [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  #lastId = 0;
  #restoring = null;
  #isLeaving = false;

  /** Grows when the user does something else: what a restore of before still does must have no effect. */
  #generation = 0;

  constructor(bluetooth) {
    super();
    this.#bluetooth = bluetooth;
  }

  get name() {
    return this.#device?.name ?? '';
  }

  /** Lets the user choose a hub, and greets it. Needs a click. */
  async choose() {
    const device = await this.#bluetooth.requestDevice({ filters: [{ services: [HUB_SERVICE] }], optionalServices: [HUB_SERVICE] });
    this.#abandon();
    if (device !== this.#device) {
      this.#drop();
      this.#device = device;
      device.addEventListener('gattserverdisconnected', () => this.#onDisconnected(device));
    }

    await this.connect();
  }

  /** Connects to the hub that was chosen, and greets it. */
  async connect() {
    this.#isLeaving = false;
    this.#show('connecting');
    try {
      await this.#greet();
      this.#show('connected');
    } catch (error) {
      // What is half begun must begin anew: the hub counts messages from the connection on.
      this.#device?.gatt.disconnect();
      this.#show('idle');
      throw error;
    }
  }

  /** Logs in with the pairing code. Errors: code_format, wrong_code (with triesLeft), pairing_locked, hub_unknown. */
  async login(typed) {
    const code = normalizedCode(typed);
    if (!code) {
      throw new HubError('code_format');
    }

    this.#abandon();
    if (!this.#device.gatt.connected) {
      await this.connect();
    }

    // A hello ends the login of before.
    this.#show('connected');
    await this.#logIn(code);
    this.#code = code;
    this.#resume();
  }

  /** Connects again to a hub that was lost, and logs in with the code that was right. */
  async retry() {
    if (!this.#code) {
      await this.connect();
      return;
    }

    await this.#restore(RETRY_MS);
    if (this.state !== 'ready') {
      throw new HubError('hub_gone');
    }
  }

  /** Ends the connection, and forgets the code. */
  leave() {
    this.#drop();
    this.#show('idle');
  }

  /**
   * Asks the hub. A broken connection does not end a request: it is repeated with its id.
   * @param {string} method see docs/requests.md
   * @param {object} params its parameters
   * @param {{onStep?: function(object): void, timeoutMs?: number, repeat?: boolean}} options repeat: false for what may end the hub, which is
   * then answered with null by the end of the connection
   */
  request(method, params = {}, { onStep = null, timeoutMs = 60000, repeat = true } = {}) {
    return new Promise((resolve, reject) => {
      const id = `${this.#idPrefix}-${++this.#lastId}`;
      const entry = { id, method, params, onStep, repeat, resolve, reject, isSent: false };
      entry.timer = setTimeout(() => this.#end(entry, () => reject(new HubError('no_answer'))), timeoutMs);
      this.#queue.push(entry);
      this.#pump();
    });
  }

  #show(state) {
    if (state !== this.state) {
      this.state = state;
      this.dispatchEvent(new Event('state'));
    }
  }

  #abandon() {
    this.#generation++;
    this.#restoring = null;
  }

  #drop() {
    this.#abandon();
    this.#isLeaving = true;
    this.#characteristic = null;
    this.#code = null;
    this.#session = null;
    this.#plainWaiter?.reject(new HubError('connection_lost'));
    this.#device?.gatt.disconnect();
    this.#failAll(new HubError('connection_lost'));
  }

  #failAll(error) {
    const entries = [...this.#open.values(), ...this.#queue];
    entries.forEach((entry) => this.#end(entry, () => entry.reject(error)));
  }

  async #greet() {
    const gatt = this.#device.gatt;
    this.#session = null;
    if (!gatt.connected || !this.#characteristic) {
      await within(CONNECT_MS, gatt.connect(), () => gatt.disconnect());
      this.#characteristic = await this.#find(gatt);
      this.#reader = new ChunkReader();
      this.#number = 0;
      this.#writing = Promise.resolve();
      await this.#characteristic.startNotifications();
    }

    await this.#sayHello();
  }

  async #find(gatt) {
    try {
      const service = await gatt.getPrimaryService(HUB_SERVICE);
      const characteristic = await service.getCharacteristic(REQUESTS);
      if (characteristic !== this.#characteristic) {
        characteristic.addEventListener('characteristicvaluechanged', (event) => this.#onChunk(event.target.value));
      }

      return characteristic;
    } catch (error) {
      if (error.name === 'NotFoundError') {
        gatt.disconnect();
        throw new HubError('old_firmware');
      }

      throw error;
    }
  }

  async #sayHello() {
    this.#session = new Session();
    this.hello = await this.#exchange(this.#session.hello(), 'hello');
  }

  async #logIn(code) {
    if (!this.hello) {
      await this.#sayHello();
    }

    // A hello is good for one login.
    const hello = this.hello;
    this.hello = null;
    const session = this.#session;
    const cacheKey = `${hello.device_id} ${code}`;
    const key = this.#keys.get(cacheKey) ?? (await pairingKey(code, hello.device_id));
    this.#keys.set(cacheKey, key);
    const answer = await this.#exchange(await session.login(hello, key), 'login');
    if (!answer.isGenuine) {
      this.#device.gatt.disconnect();
      throw new HubError('hub_unknown');
    }

    this.deviceId = hello.device_id;
    this.firmwareVersion = hello.firmware_version;
  }

  /** Sends a plain message and waits for the plain answer of that type. */
  async #exchange(message, type) {
    const answer = new Promise((resolve, reject) => {
      this.#plainWaiter = { resolve, reject };
    });
    // Handled below; the connection may break while the message still leaves.
    answer.catch(() => {});
    await this.#send(PLAIN, utf8.encode(JSON.stringify(message)));
    const { type: found, error, ...rest } = await within(LOGIN_MS, answer, () => this.#device.gatt.disconnect());
    if (found !== type) {
      throw new HubError(error?.code ?? 'bad_response', error?.message, error?.tries_left);
    }

    return rest;
  }

  /** Messages leave one after another: a GATT server works on one operation at a time, and the counter of the seal must grow. */
  #send(kind, message) {
    const session = this.#session;
    const characteristic = this.#characteristic;
    const sent = this.#writing.then(async () => {
      const bytes = kind === SEALED ? await session.seal(message) : message;
      const number = this.#number++ & 0xff;
      try {
        await write(characteristic, cut(bytes, number, kind, this.#chunkBytes));
      } catch (error) {
        if (this.#chunkBytes === SMALL_CHUNK_BYTES || !this.#device.gatt.connected) {
          throw error;
        }

        await write(characteristic, cut(bytes, number, kind, SMALL_CHUNK_BYTES));
        this.#chunkBytes = SMALL_CHUNK_BYTES;
      }
    });
    this.#writing = sent.catch(() => {});
    return sent;
  }

  #onChunk(value) {
    const message = this.#reader.add(value);
    if (message) {
      const session = this.#session;
      this.#reading = this.#reading.then(() => this.#onMessage(session, message)).catch((error) => console.error(error));
    }
  }

  async #onMessage(session, { kind, message }) {
    if (kind === PLAIN) {
      await this.#onPlain(session, JSON.parse(text.decode(message)));
      return;
    }

    const opened = session?.isOpen ? await session.open(message) : null;
    if (opened) {
      this.#onSealed(JSON.parse(text.decode(opened)));
    }
  }

  async #onPlain(session, message) {
    const waiter = this.#plainWaiter;
    this.#plainWaiter = null;
    if (waiter && message.type === 'login') {
      // Here, not in #logIn: the hub's next message is sealed already.
      message.isGenuine = await session.accept(message);
      if (!this.#device.gatt.connected) {
        waiter.reject(new HubError('connection_lost'));
        return;
      }
    }

    if (waiter) {
      waiter.resolve(message);
    } else if (message.error?.code === 'login_needed' && this.state === 'ready') {
      this.#restore(RECONNECT_MS);
    }
  }

  #onSealed(message) {
    const entry = this.#open.get(message.request_id);
    if (message.type === 'wifi') {
      this.dispatchEvent(new CustomEvent('wifi', { detail: message }));
    } else if (message.type === 'step') {
      entry?.onStep?.(message);
    } else if (entry && message.error) {
      this.#end(entry, () => entry.reject(new HubError(message.error.code, message.error.message)));
    } else if (entry) {
      this.#end(entry, () => entry.resolve(message.result));
    }
  }

  #end(entry, settle) {
    clearTimeout(entry.timer);
    this.#open.delete(entry.id);
    this.#queue = this.#queue.filter((other) => other !== entry);
    settle();
    this.#pump();
  }

  #pump() {
    while (this.state === 'ready' && !this.#restoring && this.#queue.length && this.#open.size < MAX_OPEN) {
      const entry = this.#queue.shift();
      this.#open.set(entry.id, entry);
      this.#ask(entry);
    }
  }

  async #ask(entry) {
    const message = utf8.encode(JSON.stringify({ type: 'request', request_id: entry.id, method: entry.method, params: entry.params }));
    if (message.length > MAX_TO_HUB_BYTES) {
      this.#end(entry, () => entry.reject(new HubError('too_large')));
      return;
    }

    entry.isSent = true;
    try {
      await this.#send(SEALED, message);
    } catch (error) {
      if (this.#device.gatt.connected) {
        this.#end(entry, () => entry.reject(error));
      }
    }
  }

  #onDisconnected(device) {
    if (device !== this.#device) {
      return;
    }

    this.hello = null;
    this.#plainWaiter?.reject(new HubError('connection_lost'));
    this.#plainWaiter = null;
    for (const entry of [...this.#open.values()]) {
      if (!entry.repeat && entry.isSent) {
        this.#end(entry, () => entry.resolve(null));
      }
    }

    if (this.#isLeaving) {
      return;
    }

    if (this.state === 'ready') {
      this.#restore(RECONNECT_MS);
    } else if (this.state === 'connected') {
      this.#show('idle');
    }
  }

  /** Connects and logs in again, and repeats what was not answered. */
  #restore(forMs) {
    if (!this.#restoring) {
      const restoring = this.#tryToRestore(forMs).finally(() => {
        if (this.#restoring === restoring) {
          this.#restoring = null;
          this.#pump();
        }
      });
      this.#restoring = restoring;
    }

    return this.#restoring;
  }

  async #tryToRestore(forMs) {
    const generation = this.#generation;
    const code = this.#code;
    this.#show('reconnecting');
    const until = Date.now() + forMs;
    for (let round = 0; ; round++) {
      try {
        if (this.#device.gatt.connected) {
          await this.#sayHello();
        } else {
          await this.#greet();
        }

        if (generation !== this.#generation) {
          return;
        }

        await this.#logIn(code);
        if (generation !== this.#generation) {
          return;
        }

        break;
      } catch (error) {
        if (generation !== this.#generation) {
          return;
        }

        const isFinal = ['wrong_code', 'pairing_locked', 'hub_unknown', 'old_firmware'].includes(error.code);
        if (isFinal || Date.now() >= until) {
          this.#show('lost');
          this.#failAll(isFinal ? error : new HubError('hub_gone'));
          return;
        }
      }

      await new Promise((resolve) => setTimeout(resolve, RECONNECT_PAUSES_MS[Math.min(round, RECONNECT_PAUSES_MS.length - 1)]));
      if (generation !== this.#generation) {
        return;
      }
    }

    this.#resume();
  }

  /** A login holds: what was asked before and not answered is asked again, then what waits. */
  #resume() {
    this.#show('ready');
    [...this.#open.values()].forEach((entry) => this.#ask(entry));
    this.#pump();
  }
}

async function write(characteristic, chunks) {
  for (const chunk of chunks) {
    await characteristic.writeValueWithResponse(chunk);
  }
}

/** A promise that fails when it lasts too long. */
function within(limitMs, promise, onLate = () => {}) {
  let timer;
  const late = new Promise((resolve, reject) => {
    timer = setTimeout(() => {
      onLate();
      reject(new HubError('no_answer'));
    }, limitMs);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
