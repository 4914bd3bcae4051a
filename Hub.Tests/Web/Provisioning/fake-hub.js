// A hub for the tests of the page: navigator.bluetooth with a GATT server, written from docs/provisioning.md alone (chunks, login, seal, remembered requests).
// What it answers is in "answers"; "faults" break it.
(() => {
  const HUB = '4fafc201-1fb5-459e-8fcc-c5c9c331914b';
  const REQUESTS = 'beb54844-36e1-4688-b7f5-ea07361b26a8';
  const utf8 = new TextEncoder();

  class FakeHub {
    code = 'ABCDEFGHIJ27';
    deviceId = 'hub-0011aabbccdd';
    name = 'Hub-bbccdd';
    mtu = 256;
    triesLeft = 5;
    provisioned = false;
    log = [];
    faults = { dropAfterWrites: 0, isSilent: false, isGone: false, largestWrite: 512, badProof: false, shuffle: false, stepMs: 20 };
    wifi = { state: 'no_credentials', ssid: '', signal: -52 };
    networks = [
      { ssid: 'farm', signal_dbm: -52, security: 'password', password: 'correct-horse' },
      { ssid: 'guest', signal_dbm: -66, security: 'open' },
      { ssid: 'cellar', signal_dbm: -88, security: 'password', password: 'correct-horse' },
      { ssid: 'office', signal_dbm: -75, security: 'enterprise' },
    ];
    hidden = [{ ssid: 'secret', password: 'correct-horse' }];
    found = [
      { type: 'octoprint', address: '127.0.0.1', port: 5200, url: 'http://127.0.0.1:5200', name: 'OctoPrint on octopi', version: '1.11.2' },
      { type: 'bambu', address: '127.0.0.1', host: '127.0.0.1', name: 'Virtual Bambu 1', model: 'P1S', serial: '01P00A000000001', mqtt_port: 5203, ftps_port: 5204 },
    ];
    keys = { 'http://127.0.0.1:5200': 'right-key', '127.0.0.1': 'fake0001' };
    printers = [];
    cloud = {};
    phase = 'resting';
    remembered = new Map();
    restarts = 0;

    #device = null;
    #connection = null;

    constructor() {
      const hub = this;
      this.characteristic = null;
      this.#device = Object.assign(new EventTarget(), { id: 'fake', name: this.name });
      this.#device.gatt = {
        device: this.#device,
        connected: false,
        async connect() {
          await pause(5);
          if (hub.faults.isGone) {
            throw new DOMException('Connection attempt failed.', 'NetworkError');
          }

          this.connected = true;
          hub.#connection = { writes: 0, chunks: null, sent: 0, session: null };
          return this;
        },
        disconnect() {
          hub.drop();
        },
        async getPrimaryService(uuid) {
          if (uuid !== HUB) {
            throw new DOMException('No Services found.', 'NotFoundError');
          }

          return { getCharacteristic: async (wanted) => hub.#characteristic(wanted) };
        },
      };
    }

    get bluetooth() {
      return { getAvailability: async () => true, requestDevice: async () => this.#choose() };
    }

    #choose() {
      if (this.faults.isGone) {
        throw new DOMException('User cancelled the requestDevice() chooser.', 'NotFoundError');
      }

      return this.#device;
    }

    /** The connection breaks. */
    drop() {
      if (this.#device.gatt.connected) {
        this.#device.gatt.connected = false;
        this.#connection = null;
        this.characteristic = null;
        this.#device.dispatchEvent(new Event('gattserverdisconnected'));
      }
    }

    #characteristic(uuid) {
      if (uuid !== REQUESTS || this.faults.isOld) {
        throw new DOMException('No Characteristics found.', 'NotFoundError');
      }

      if (!this.characteristic) {
        const connection = this.#connection;
        this.characteristic = Object.assign(new EventTarget(), {
          value: null,
          isWriting: false,
          startNotifications: async () => {},
          writeValueWithResponse: async (bytes) => this.#write(connection, bytes.slice()),
        });
      }

      return this.characteristic;
    }

    async #write(connection, bytes) {
      if (connection !== this.#connection) {
        throw new DOMException('GATT Server is disconnected.', 'NetworkError');
      }

      if (connection.isWriting) {
        throw new DOMException('GATT operation already in progress.', 'NetworkError');
      }

      connection.isWriting = true;
      await pause(1);
      connection.isWriting = false;
      if (bytes.length > this.faults.largestWrite) {
        throw new DOMException('GATT operation failed for unknown reason.', 'NotSupportedError');
      }

      const message = this.#add(connection, bytes);
      if (this.faults.dropAfterWrites && ++connection.writes >= this.faults.dropAfterWrites) {
        this.faults.dropAfterWrites = 0;
        if (message) {
          await this.#handle(connection, message);
        }

        this.drop();
        throw new DOMException('GATT Server is disconnected.', 'NetworkError');
      }

      if (message && !this.faults.isSilent) {
        setTimeout(() => this.#handle(connection, message));
      }
    }

    #add(connection, chunk) {
      const [number, kind] = chunk;
      const length = chunk[2] * 256 + chunk[3];
      const offset = chunk[4] * 256 + chunk[5];
      if (connection.chunks?.number !== number) {
        connection.chunks = { number, kind, bytes: new Uint8Array(length), got: new Set() };
      }

      const { bytes, got } = connection.chunks;
      for (let i = 6; i < chunk.length; i++) {
        bytes[offset + i - 6] = chunk[i];
        got.add(offset + i - 6);
      }

      return got.size === length ? { kind, bytes } : null;
    }

    async #handle(connection, { kind, bytes }) {
      if (kind === 0) {
        await this.#plain(connection, JSON.parse(new TextDecoder().decode(bytes)));
        return;
      }

      const opened = connection.session && (await open(connection.session, bytes));
      if (!opened) {
        connection.session = null;
        this.#send(connection, 0, { type: 'error', error: { code: 'login_needed', message: 'log in first' } });
        return;
      }

      await this.#request(JSON.parse(opened));
    }

    async #plain(connection, message) {
      if (message.type === 'hello') {
        const nonce = crypto.getRandomValues(new Uint8Array(16));
        connection.session = null;
        connection.nonces = [...decode(message.nonce), ...nonce];
        this.#send(connection, 0, {
          type: 'hello', version: 1, nonce: encode(nonce), device_id: this.deviceId, firmware_version: '0.1.0', provisioned: this.provisioned, locked: !this.triesLeft, tries_left: this.triesLeft,
        });
      } else if (message.type === 'login') {
        await this.#login(connection, message);
      }
    }

    async #login(connection, { proof }) {
      const k = await keyOf(this.code, this.deviceId);
      const nonces = connection.nonces;
      connection.nonces = null;
      if (!this.triesLeft) {
        this.#send(connection, 0, { type: 'error', error: { code: 'pairing_locked', message: 'too many wrong pairing codes', tries_left: 0 } });
      } else if (!nonces || encode(await mac(k, 'login central', nonces)) !== proof) {
        this.triesLeft--;
        this.#send(connection, 0, { type: 'error', error: { code: 'wrong_code', message: 'the pairing code is wrong', tries_left: this.triesLeft } });
      } else {
        this.triesLeft = 5;
        const own = await mac(k, this.faults.badProof ? 'login nobody' : 'login hub', nonces);
        connection.session = await keysOf(k, nonces);
        this.#send(connection, 0, { type: 'login', proof: encode(own) });
      }
    }

    async #request({ request_id: id, method, params }) {
      const known = this.remembered.get(id);
      if (known) {
        if (known.answer) {
          this.#say(known.answer);
        }

        return;
      }

      const entry = {};
      this.remembered.set(id, entry);
      this.log.push({ method, params });
      const answer = { type: 'response', request_id: id };
      try {
        answer.result = await this.#answer(method, params ?? {}, id);
      } catch (error) {
        answer.error = { code: error.code ?? 'internal', message: error.message };
      }

      entry.answer = answer;
      this.#say(answer);
    }

    #say(message) {
      if (this.#connection?.session) {
        this.#send(this.#connection, 1, message);
      }
    }

    /** Messages leave one after another. */
    #send(connection, kind, message) {
      connection.sending = (connection.sending ?? Promise.resolve()).then(async () => {
        const plain = utf8.encode(JSON.stringify(message));
        const bytes = kind ? await seal(connection.session, plain) : plain;
        const number = connection.sent++ & 0xff;
        const step = this.mtu - 3 - 6;
        const chunks = [];
        for (let at = 0; at < bytes.length; at += step) {
          const part = bytes.subarray(at, at + step);
          chunks.push(Uint8Array.from([number, kind, bytes.length >> 8, bytes.length & 0xff, at >> 8, at & 0xff, ...part]));
        }

        if (this.faults.shuffle) {
          chunks.reverse();
          chunks.splice(1, 0, chunks[0]);
        }

        for (const chunk of chunks) {
          if (connection === this.#connection && this.characteristic) {
            this.characteristic.value = new DataView(chunk.buffer);
            this.characteristic.dispatchEvent(new Event('characteristicvaluechanged'));
          }
        }
      });
    }

    async #answer(method, params, id) {
      switch (method) {
        case 'wifi.get':
          return { wifi: this.wifi.ssid ? { ssid: this.wifi.ssid, password: '***' } : {}, state: this.wifi.state, ...(this.wifi.state === 'connected' ? { signal_dbm: this.wifi.signal } : {}) };
        case 'wifi.scan':
          return { networks: this.networks.map(({ ssid, signal_dbm, security }) => ({ ssid, signal_dbm, security })) };
        case 'wifi.join':
          return this.#join(params);
        case 'cloud.get':
          return { cloud: this.cloud, device_id: this.deviceId, connection: { phase: this.phase } };
        case 'cloud.set':
          this.cloud = Object.fromEntries(Object.entries({ ...this.cloud, ...params }).filter(([, value]) => value !== null));
          this.phase = 'greeting';
          return { result: 'changed' };
        case 'cloud.claim':
          return { code: 'MNOPQRSTUV23', expires_in_seconds: 900 };
        case 'discover':
          await pause(20);
          return { printers: this.found.map((found) => ({ ...found, ...this.#configured(found) })) };
        case 'printers.list':
          return { printers: this.printers.map((printer) => this.#shown(printer)) };
        case 'printers.add': {
          const printer = { id: `${params.type}-${this.printers.length + 1}`, name: params.name ?? `${params.type}-${this.printers.length + 1}`, enabled: true, ...params, since: Date.now() };
          this.printers.push(printer);
          return { result: 'added', printer: printer.id };
        }
        case 'printers.edit':
          Object.assign(this.#find(params.id), params);
          return { result: 'changed', printer: params.id };
        case 'printers.remove':
          this.printers.splice(this.printers.indexOf(this.#find(params.id)), 1);
          return { result: 'removed', printer: params.id };
        case 'printers.test':
          return this.#test(params.id ? this.#find(params.id) : params, id);
        case 'health':
          return {
            firmware_version: '0.1.0', uptime_seconds: 4000, reset_reason: 'power', clock_set: true, memory: { used_bytes: 100000, free_bytes: 2000000 }, sockets: { open: 3, limit: 8 },
            printers: { total: this.printers.length, not_answering: 0 }, cloud: { phase: this.phase }, log: { faults: 0, lost_lines: 0 },
          };
        case 'restart':
          this.restarts++;
          setTimeout(() => this.drop(), 50);
          return { result: 'restarting' };
        case 'factory_reset':
          this.printers = [];
          this.cloud = {};
          this.wifi = { state: 'no_credentials', ssid: '', signal: -52 };
          return { result: 'reset', deleted_documents: ['printers.json'], kept: ['device id'] };
        default:
          throw Object.assign(new Error(`unknown method ${method}`), { code: 'bad_request' });
      }
    }

    async #join({ ssid, password = '', hidden }) {
      const network = [...this.networks, ...(hidden ? this.hidden : [])].find((other) => other.ssid === ssid);
      const before = this.wifi;
      this.wifi = { ...before, state: 'connecting' };
      this.#say({ type: 'wifi', state: 'connecting', ssid });
      await pause(20);
      this.wifi = before;
      if (!network) {
        throw Object.assign(new Error('the network was not found'), { code: 'not_found' });
      }

      if ((network.password ?? '') !== password) {
        this.#say({ type: 'wifi', state: 'failed', ssid });
        throw Object.assign(new Error('the network refused the password'), { code: 'auth_rejected' });
      }

      this.wifi = { state: 'connected', ssid, signal: network.signal_dbm ?? -60 };
      this.#say({ type: 'wifi', state: 'connected', ssid, signal_dbm: this.wifi.signal });
      return { result: 'joined' };
    }

    async #test(printer, id) {
      const place = printer.url ?? printer.host;
      const isThere = place in this.keys;
      const isRight = this.keys[place] === (printer.api_key ?? printer.access_code);
      const steps = [
        { step: 'address', ok: true, message: `${place}` },
        isThere ? { step: 'connect', ok: true, message: 'the port is open' } : { step: 'connect', ok: false, message: 'nothing listens there', error_code: 'connect_failed' },
        ...(isThere ? [isRight ? { step: 'login', ok: true, message: 'the key is right' } : { step: 'login', ok: false, message: 'the key is wrong', error_code: 'auth_rejected' }] : []),
        ...(isRight ? [{ step: 'status', ok: true, message: 'idle' }] : []),
      ];
      for (const step of steps) {
        await pause(this.faults.stepMs);
        this.#say({ type: 'step', request_id: id, ...step });
      }

      return { printer: printer.id ?? 'new', ok: isRight, steps };
    }

    #configured(found) {
      const printer = this.printers.find((other) => (other.url ?? other.host) === (found.url ?? found.host) && other.type === found.type);
      return printer ? { configured_id: printer.id } : {};
    }

    #shown({ since, ...printer }) {
      const isOnline = this.keys[printer.url ?? printer.host] === (printer.api_key ?? printer.access_code) && Date.now() - since > 100;
      const shown = { ...printer, status: { state: isOnline ? 'idle' : 'offline', online: isOnline, ...(isOnline ? {} : { error: 'no report yet' }) } };
      for (const secret of ['api_key', 'access_code', 'password']) {
        if (shown[secret]) {
          shown[secret] = '***';
        }
      }

      return shown;
    }

    #find(id) {
      const printer = this.printers.find((other) => other.id === id);
      if (!printer) {
        throw Object.assign(new Error(`no printer has the id '${id}'`), { code: 'unknown_printer' });
      }

      return printer;
    }
  }

  async function keyOf(code, deviceId) {
    const password = await crypto.subtle.importKey('raw', utf8.encode(code), 'PBKDF2', false, ['deriveBits']);
    return new Uint8Array(await crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt: utf8.encode(deviceId), iterations: 1000 }, password, 256));
  }

  async function mac(key, label, bytes) {
    const imported = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
    return new Uint8Array(await crypto.subtle.sign('HMAC', imported, Uint8Array.from([...utf8.encode(label), ...bytes])));
  }

  async function keysOf(k, nonces) {
    const cipher = async (label) => crypto.subtle.importKey('raw', (await mac(k, label, nonces)).slice(0, 16), 'AES-CBC', false, ['encrypt', 'decrypt']);
    return {
      in: { cipher: await cipher('central key'), mac: await mac(k, 'central mac', nonces), counter: -1 },
      out: { cipher: await cipher('hub key'), mac: await mac(k, 'hub mac', nonces), counter: 0 },
    };
  }

  async function open({ in: keys }, message) {
    const body = message.slice(0, -32);
    if (encode(await mac(keys.mac, '', body)) !== encode(message.slice(-32))) {
      return null;
    }

    const counter = new DataView(body.buffer).getUint32(0);
    if (counter <= keys.counter) {
      return null;
    }

    keys.counter = counter;
    return new TextDecoder().decode(await crypto.subtle.decrypt({ name: 'AES-CBC', iv: body.slice(4, 20) }, keys.cipher, body.slice(20)));
  }

  async function seal({ out: keys }, plain) {
    const iv = crypto.getRandomValues(new Uint8Array(16));
    const counter = keys.counter++;
    const text = new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-CBC', iv }, keys.cipher, plain));
    const body = Uint8Array.from([counter >>> 24, (counter >> 16) & 0xff, (counter >> 8) & 0xff, counter & 0xff, ...iv, ...text]);
    return Uint8Array.from([...body, ...(await mac(keys.mac, '', body))]);
  }

  const encode = (bytes) => btoa(String.fromCharCode(...bytes));
  const decode = (text) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

  window.hub = new FakeHub();
  Object.defineProperty(navigator, 'bluetooth', { value: window.hub.bluetooth, configurable: true });
})();
