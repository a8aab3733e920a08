// A folder with little room, as a device's disk has after years.
import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import type { Cleanup } from './temp-dir.ts'

export function smallFileSystem(cleanup: Cleanup, folder: string, bytes: number): void {
  mkdirSync(folder, { recursive: true })
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder])
  cleanup.after(() => void execFileSync('umount', ['--lazy', folder]))
}
