// Whether a key belongs to an input method that is composing a syllable.

/** Safari ends the composition before it reports Enter; the legacy key code 229 is then the only trace. */
export const isComposing = (event: { isComposing: boolean; keyCode: number }): boolean =>
  event.isComposing || event.keyCode === 229
