// The hub's GATT service (docs/provisioning.md).

export const HUB_SERVICE = '4fafc201-1fb5-459e-8fcc-c5c9c331914b';
export const REQUESTS = 'beb54844-36e1-4688-b7f5-ea07361b26a8';
