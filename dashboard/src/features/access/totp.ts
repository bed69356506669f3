const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** 160 random bits in base32, as authenticator apps want them. */
export function newTotpSecret(): string {
  // A letter carries five bits; a byte's other three are dropped, so that every letter is as likely.
  return Array.from(crypto.getRandomValues(new Uint8Array(32)), (byte) => BASE32[byte & 31]).join(
    '',
  );
}
