// Which layers of an image the engine has already. Pure.

/**
 * How many layers from the base up need not be sent: the longest beginning that the image shares with one the engine has.
 * An engine knows a layer by everything below it, so one in the middle is of no use.
 * @param layers diffIds of the image, from the base up
 * @param present the same of every image of the engine
 */
export function sharedLayers(layers: readonly string[], present: readonly (readonly string[])[]): number {
  const shared = present.map((chain) => {
    const differs = layers.findIndex((diffId, at) => chain[at] !== diffId)
    return differs < 0 ? layers.length : differs
  })
  return Math.max(0, ...shared)
}
