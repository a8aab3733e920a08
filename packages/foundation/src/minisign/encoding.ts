// What the texts of keys and signatures share: strict base64 of a known length, and how a key's id is written.

/** The bytes, or `undefined` when it is not exactly the base64 of so many. */
export function decodeBase64(text: string, bytes: number): Buffer | undefined {
  const decoded = Buffer.from(text, 'base64')
  return decoded.length === bytes && decoded.toString('base64') === text ? decoded : undefined
}

/** Written as a little-endian number, as minisign shows it. @param bytes 8 of them */
export const keyIdOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes).reverse().toString('hex').toUpperCase()
