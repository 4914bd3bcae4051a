// What a link of the app says: #cloud=…&hub=…&tenant=…

const NAMES = { cloud: 'cloud', url: 'cloud', hub: 'hub', hub_id: 'hub', tenant: 'tenant', tenant_id: 'tenant' };

/** Reads a link, a fragment or a plain cloud address. Returns a Map of cloud, hub and tenant, as far as they are given. */
export function readLink(text) {
  const trimmed = text.trim();
  const found = new Map();
  const at = trimmed.indexOf('#') >= 0 ? trimmed.indexOf('#') : trimmed.indexOf('?');
  const pairs = new URLSearchParams(at >= 0 ? trimmed.slice(at + 1) : trimmed.includes('=') ? trimmed : '');
  for (const [name, value] of pairs) {
    if (NAMES[name] && value) {
      found.set(NAMES[name], value);
    }
  }

  if (!found.size && isCloudUrl(trimmed)) {
    found.set('cloud', trimmed);
  }

  return found;
}

/** True for an address that cloud.json accepts. */
export function isCloudUrl(text) {
  return /^(wss?|https?):\/\/[^\s/]+/i.test(text) && URL.canParse(text);
}
