import { el, button } from './dom.js';
import { bind } from './words.js';

const SCAN_MS = 250;

/** Reads a QR code with the camera, where the browser can. */
export class QrScanner {
  static isAvailable = 'BarcodeDetector' in window && Boolean(navigator.mediaDevices?.getUserMedia);

  #onText;
  #video = el('video', { muted: true, playsInline: true, hidden: true, label: 'cloud.scanning' });
  #status = el('p', { className: 'help', role: 'status' });
  #button = button('cloud.scan', () => (this.#stream ? this.#stop() : this.#start()));
  #stream = null;

  constructor(onText) {
    this.#onText = onText;
    this.element = el('div', {}, el('div', { className: 'actions' }, this.#button), this.#video, this.#status);
  }

  async #start() {
    try {
      const detector = new window.BarcodeDetector({ formats: ['qr_code'] });
      this.#stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
      this.#video.srcObject = this.#stream;
      this.#video.hidden = false;
      await this.#video.play();
      bind(this.#button, 'cloud.scanStop');
      bind(this.#status, 'cloud.scanning');
      this.#look(detector);
    } catch {
      this.#stop();
      bind(this.#status, 'cloud.noCamera');
    }
  }

  async #look(detector) {
    while (this.#stream) {
      const [code] = await detector.detect(this.#video).catch(() => []);
      if (code) {
        this.#stop();
        this.#onText(code.rawValue);
        return;
      }

      await new Promise((resolve) => setTimeout(resolve, SCAN_MS));
    }
  }

  #stop() {
    this.#stream?.getTracks().forEach((track) => track.stop());
    this.#stream = null;
    this.#video.hidden = true;
    this.#video.srcObject = null;
    bind(this.#button, 'cloud.scan');
    bind(this.#status, null);
  }
}
