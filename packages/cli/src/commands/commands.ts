// Every command there is.
import type { Command } from '../command.ts'
import { keyGenerate } from './key-generate.ts'
import { packageExport } from './package-export.ts'
import { packageSign } from './package-sign.ts'

export const COMMANDS: readonly Command[] = [keyGenerate, packageExport, packageSign]
