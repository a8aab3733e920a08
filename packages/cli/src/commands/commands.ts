// Every command there is.
import type { Command } from '../command.ts'
import { keyGenerate } from './key-generate.ts'
import { packageBuild } from './package-build.ts'
import { packageExport } from './package-export.ts'
import { packagePush } from './package-push.ts'
import { packageSign } from './package-sign.ts'

export const COMMANDS: readonly Command[] = [
  keyGenerate,
  packageBuild,
  packagePush,
  packageSign,
  packageExport,
]
