// Web Bluetooth over the simulator's bridge (docs/simulated-radio.md). The classes behave as the browser's:
// https://webbluetoothcg.github.io/web-bluetooth/. Pages that know only navigator.bluetooth work with it after install().

const BASE_UUID_END = '-0000-1000-8000-00805f9b34fb';

/** Puts the bridge in the place of navigator.bluetooth. */
export function install(url = 'bridge') {
  const bluetooth = new BridgeBluetooth(url);
  Object.defineProperty(navigator, 'bluetooth', { value: bluetooth, configurable: true });
  return bluetooth;
}

/** Stands for navigator.bluetooth. */
export class BridgeBluetooth extends EventTarget {
  #devices = new Map();
  #socket;

  constructor(url) {
    super();
    this.#socket = new BridgeSocket(url, (message) => this.#onEvent(message));
  }

  async getAvailability() {
    return true;
  }

  async getDevices() {
    return [...this.#devices.values()];
  }

  /** There is no chooser: the first device that fits is chosen. */
  async requestDevice(options = {}) {
    if (!options.acceptAllDevices && !options.filters?.length) {
      throw new TypeError('Either filters or acceptAllDevices must be given.');
    }

    const { devices } = await this.#socket.ask({ op: 'scan' });
    const found = devices.find((device) => options.acceptAllDevices || options.filters.some((filter) => fits(device, filter)));
    if (!found) {
      throw new DOMException('User cancelled the requestDevice() chooser.', 'NotFoundError');
    }

    let device = this.#devices.get(found.id);
    if (!device) {
      device = new BridgeDevice(this.#socket, found);
      this.#devices.set(found.id, device);
    }

    device.allow([...(options.optionalServices ?? []), ...(options.filters ?? []).flatMap((filter) => filter.services ?? [])]);
    return device;
  }

  #onEvent(message) {
    for (const device of this.#devices.values()) {
      if (message.event === 'notify') {
        device.gatt.notified(message.characteristic, fromBase64(message.value));
      } else if (message.event === 'disconnected') {
        device.gatt.lost();
      }
    }
  }
}

class BridgeDevice extends EventTarget {
  #allowed = new Set();

  constructor(socket, { id, name }) {
    super();
    this.id = id;
    this.name = name;
    this.gatt = new BridgeServer(socket, this);
    handler(this, 'gattserverdisconnected');
  }

  allow(services) {
    services.map(canonical).forEach((uuid) => this.#allowed.add(uuid));
  }

  allows(uuid) {
    return this.#allowed.has(uuid);
  }

  async forget() {
    this.gatt.disconnect();
    this.#allowed.clear();
  }
}

class BridgeServer {
  #socket;
  #services = [];

  constructor(socket, device) {
    this.#socket = socket;
    this.device = device;
    this.connected = false;
  }

  async connect() {
    if (!this.connected) {
      const { services } = await this.#socket.ask({ op: 'connect' });
      this.#services = services.map((service) => new BridgeService(this, service));
      this.connected = true;
    }

    return this;
  }

  disconnect() {
    if (this.connected) {
      this.lost();
      this.#socket.ask({ op: 'disconnect' }).catch(() => {});
    }
  }

  async getPrimaryService(uuid) {
    const [service] = await this.getPrimaryServices(uuid);
    return service;
  }

  async getPrimaryServices(uuid) {
    if (!this.connected) {
      throw disconnected();
    }

    const wanted = uuid === undefined ? null : canonical(uuid);
    if (wanted && !this.device.allows(wanted)) {
      throw new DOMException('Origin is not allowed to access the service. Add it to optionalServices in requestDevice().', 'SecurityError');
    }

    const services = this.#services.filter((service) => (wanted ? service.uuid === wanted : this.device.allows(service.uuid)));
    if (!services.length) {
      throw new DOMException(`No Services matching UUID ${wanted} found in Device.`, 'NotFoundError');
    }

    return services;
  }

  /** Asks the hub something for a service, which must be of the present connection. */
  async ask(service, request) {
    if (!this.has(service)) {
      throw disconnected();
    }

    const result = await this.#socket.ask(request);
    if (!this.has(service)) {
      throw disconnected();
    }

    return result;
  }

  has(service) {
    return this.#services.includes(service);
  }

  notified(uuid, value) {
    for (const service of this.#services) {
      service.notified(uuid, value);
    }
  }

  lost() {
    if (this.connected) {
      this.connected = false;
      this.#services = [];
      this.device.dispatchEvent(new Event('gattserverdisconnected', { bubbles: true }));
    }
  }
}

class BridgeService extends EventTarget {
  #server;
  #characteristics;

  constructor(server, { uuid, characteristics }) {
    super();
    this.#server = server;
    this.uuid = canonical(uuid);
    this.device = server.device;
    this.isPrimary = true;
    this.#characteristics = characteristics.map((characteristic) => new BridgeCharacteristic(server, this, characteristic));
  }

  async getCharacteristic(uuid) {
    const [characteristic] = await this.getCharacteristics(uuid);
    return characteristic;
  }

  async getCharacteristics(uuid) {
    if (!this.#server.has(this)) {
      throw new DOMException('Service is no longer valid. Remember to retrieve the service again after reconnecting.', 'InvalidStateError');
    }

    const wanted = uuid === undefined ? null : canonical(uuid);
    const found = this.#characteristics.filter((characteristic) => !wanted || characteristic.uuid === wanted);
    if (!found.length) {
      throw new DOMException(`No Characteristics matching UUID ${wanted} found in Service with UUID ${this.uuid}.`, 'NotFoundError');
    }

    return found;
  }

  notified(uuid, value) {
    this.#characteristics.find((characteristic) => characteristic.uuid === canonical(uuid))?.changed(value, true);
  }
}

class BridgeCharacteristic extends EventTarget {
  #server;
  #isSubscribed = false;

  constructor(server, service, { uuid, read, write, notify }) {
    super();
    this.#server = server;
    this.service = service;
    this.uuid = canonical(uuid);
    this.properties = Object.freeze({ read, write, writeWithoutResponse: write, notify, indicate: false, broadcast: false });
    this.value = null;
    handler(this, 'characteristicvaluechanged');
  }

  async readValue() {
    const { value } = await this.#ask({ op: 'read' });
    return this.changed(fromBase64(value), false);
  }

  writeValue(value) {
    return this.writeValueWithResponse(value);
  }

  async writeValueWithResponse(value) {
    await this.#ask({ op: 'write', value: toBase64(value), response: true });
  }

  async writeValueWithoutResponse(value) {
    await this.#ask({ op: 'write', value: toBase64(value), response: false });
  }

  async startNotifications() {
    this.#isSubscribed = true;
    await this.#ask({ op: 'subscribe', on: true });
    return this;
  }

  async stopNotifications() {
    this.#isSubscribed = false;
    await this.#ask({ op: 'subscribe', on: false });
    return this;
  }

  /** Sets the value, and announces it. */
  changed(bytes, isNotification) {
    if (!isNotification || this.#isSubscribed) {
      this.value = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      this.dispatchEvent(new Event('characteristicvaluechanged', { bubbles: true }));
    }

    return this.value;
  }

  #ask(request) {
    return this.#server.ask(this.service, { characteristic: this.uuid, ...request });
  }
}

/** One WebSocket for all: opened by the first request, and anew by the first one after it closed. */
class BridgeSocket {
  #url;
  #onEvent;
  #opening = null;
  #asked = new Map();
  #lastId = 0;

  constructor(url, onEvent) {
    this.#url = new URL(url, location.href);
    this.#url.protocol = this.#url.protocol === 'https:' ? 'wss:' : 'ws:';
    this.#onEvent = onEvent;
  }

  async ask(request) {
    const socket = await (this.#opening ??= this.#open());
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { resolve, reject });
      socket.send(JSON.stringify({ id, ...request }));
    });
  }

  #open() {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(this.#url);
      socket.onopen = () => resolve(socket);
      socket.onmessage = ({ data }) => this.#onMessage(JSON.parse(data));
      socket.onclose = () => {
        this.#opening = null;
        const gone = new DOMException('The simulator does not answer.', 'NetworkError');
        reject(gone);
        const asked = [...this.#asked.values()];
        this.#asked.clear();
        asked.forEach((waiting) => waiting.reject(gone));
        this.#onEvent({ event: 'disconnected' });
      };
    });
  }

  #onMessage(message) {
    if (message.event) {
      this.#onEvent(message);
      return;
    }

    const waiting = this.#asked.get(message.id);
    this.#asked.delete(message.id);
    if (message.error) {
      const { name, message: text } = message.error;
      waiting?.reject(name === 'TypeError' ? new TypeError(text) : new DOMException(text, name));
    } else {
      waiting?.resolve(message.result);
    }
  }
}

function disconnected() {
  return new DOMException('GATT Server is disconnected. Cannot perform GATT operations. (Re)connect first with `device.gatt.connect`.', 'NetworkError');
}

/** Gives an event target the property on…, as the browser's classes have it. */
function handler(target, type) {
  let listener = null;
  Object.defineProperty(target, `on${type}`, {
    get: () => listener,
    set: (value) => {
      if (listener) {
        target.removeEventListener(type, listener);
      }

      listener = typeof value === 'function' ? value : null;
      if (listener) {
        target.addEventListener(type, listener);
      }
    },
  });
}

function fits(device, { services = [], name, namePrefix }) {
  const offered = device.services.map(canonical);
  return (
    services.every((uuid) => offered.includes(canonical(uuid))) &&
    (name === undefined || device.name === name) &&
    (namePrefix === undefined || (device.name ?? '').startsWith(namePrefix))
  );
}

function canonical(uuid) {
  return typeof uuid === 'number' ? uuid.toString(16).padStart(8, '0') + BASE_UUID_END : String(uuid).toLowerCase();
}

function fromBase64(text) {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}

function toBase64(value) {
  const bytes = ArrayBuffer.isView(value) ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength) : new Uint8Array(value);
  return btoa(String.fromCharCode(...bytes));
}
