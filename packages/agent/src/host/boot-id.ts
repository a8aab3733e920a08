// Tells a reboot from a restart of the agent. Source: random(4), /proc/sys/kernel/random/boot_id.
import { readFileSync } from 'node:fs'

/** The kernel's id of this boot, or `undefined` where it cannot be read. */
export function readBootId(): string | undefined {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim() || undefined
  } catch {
    return undefined
  }
}
