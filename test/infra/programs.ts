// Outside programs a test needs. A missing one fails the test and says how to get it; it never skips.
import { findProgram } from '@bongsu/trial'

/** The absolute path of a program. Throws with the install hint. */
export function requireProgram(name: string, debianPackage: string): string {
  const path = findProgram(name)
  if (path === undefined) throw new Error(`${name} is missing: sudo apt-get install -y ${debianPackage}`)
  return path
}
