/** What went wrong, by the hub's codes (docs/errors.md, docs/provisioning.md) or the page's own. */
export class HubError extends Error {
  constructor(code, message = code, triesLeft = undefined) {
    super(message);
    this.name = 'HubError';
    this.code = code;
    this.triesLeft = triesLeft;
  }
}
