import { start } from './provisioning.js';

const CODE_KEY = 'hub.pairing-code';

start(document.getElementById('app'), { code: handedOver() });

/** The pairing code that the flashing page saw in the board's log. It does not stay in the storage. */
function handedOver() {
  try {
    const code = sessionStorage.getItem(CODE_KEY);
    sessionStorage.removeItem(CODE_KEY);
    return code ?? '';
  } catch {
    // Storage is switched off.
    return '';
  }
}
