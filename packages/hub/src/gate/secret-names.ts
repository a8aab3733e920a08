// Which variables seem to carry a secret: everybody who pulls an image or reads a profile has it. Pure; values never leave.

const TELLING_NAME =
  /(?:^|_)(?:PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|CREDENTIALS?)(?:$|_)/i
/** Names a place or a public thing rather than the secret. */
const HARMLESS_NAME = /(?:_FILE|_PATH|_DIR|_URL|_NAME|_ID|_TTL)$/i
const HARMLESS_VALUE = /^(?:|true|false|none|null|\d{1,3}|\/[\w./-]*|\$\{?\w+\}?)$/i
const TELLING_VALUE = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /\bAKIA[0-9A-Z]{16}\b/,
  /\bgh[pousr]_[A-Za-z0-9]{30,}/,
  /\bglpat-[\w-]{20,}/,
  /\bxox[abprs]-[\w-]{10,}/,
  /\bsk-[A-Za-z0-9_-]{20,}/,
  /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\./,
  /^[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:[^/\s@]+@/i,
]

/** @returns names, each once */
export const secretNames = (variables: readonly (readonly [name: string, value: string])[]): string[] => [
  ...new Set(variables.filter(([name, value]) => isSecret(name, value)).map(([name]) => name.slice(0, 60))),
]

const isSecret = (name: string, value: string): boolean =>
  TELLING_VALUE.some((pattern) => pattern.test(value)) ||
  (TELLING_NAME.test(name) && !HARMLESS_NAME.test(name) && !HARMLESS_VALUE.test(value))
