// Why a program that was started for proof ended, in one sentence and with what to do. Pure.
import { CodedError } from '@bongsu/foundation'
import { sourceOfModule } from './distributions.ts'
import { packageOfLibrary } from './system-packages.ts'

/** @returns the reason; undefined when it simply finished */
export function explainEnd(exitCode: number, log: string): CodedError | undefined {
  if (exitCode === 0) return undefined
  const module = /(?:ModuleNotFoundError|ImportError): No module named '?([\w.]+)'?/.exec(log)?.[1]
  if (module !== undefined) {
    const source = sourceOfModule(module.split('.')[0] ?? module)
    const option =
      source.kind === 'debian' ? `--apt ${source.packages.join(' --apt ')}` : `--requirement ${source.name}`
    return new CodedError('CLI_BUILD_MODULE_MISSING', { parameters: { module, option } })
  }
  const library = /(lib[\w.+-]+\.so(?:\.\d+)*): cannot open shared object file/.exec(log)?.[1]
  if (library !== undefined) {
    const found = packageOfLibrary(library)
    return new CodedError('CLI_BUILD_LIBRARY_MISSING', {
      parameters: { library, option: found === undefined ? '--apt PACKAGE' : `--apt ${found}` },
    })
  }
  const file = /FileNotFoundError: \[Errno 2\] [^:]*: '([^']+)'/.exec(log)?.[1]
  if (file !== undefined) return new CodedError('CLI_BUILD_FILE_MISSING', { parameters: { file } })
  const libc = /version [`']GLIBC_([\d.]+)' not found/.exec(log)?.[1]
  if (libc !== undefined) return new CodedError('CLI_BUILD_TOO_NEW', { parameters: { version: libc } })
  const message = log.split('\n').slice(-8).join('\n')
  return new CodedError('CLI_BUILD_DOES_NOT_START', { parameters: { exitCode, message } })
}
