// What cannot be read is not there: files of others that come, go and are hidden while a machine is looked at.

/** The value, or undefined if having it threw. */
export function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
