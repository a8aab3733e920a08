// A digest as the name of a file or an object. Pure.

const HEX = /^[0-9a-f]{64}$/

/** `ab/abcd…`. Digests come from the database or a hash; a name is made of one only when it is one. */
export function keyOfDigest(digest: string): string {
  const hex = digest.replace(/^sha256:/, '')
  if (!HEX.test(hex)) throw new Error('not a digest')
  return `${hex.slice(0, 2)}/${hex}`
}

/** The digest that a key ends in; undefined for a name that nobody of ours gave. */
export function digestOfKey(key: string): string | undefined {
  const hex = key.slice(key.lastIndexOf('/') + 1)
  return HEX.test(hex) ? `sha256:${hex}` : undefined
}
