// `bongsu key generate`: a new publisher key, in the two files that minisign knows.
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { CodedError, messageOf, systemErrorCode } from '@bongsu/foundation'
import { type Command, type Terminal, UsageError } from '../command.ts'
import { makeKey } from '../signing/make-key.ts'

export const keyGenerate: Command = {
  name: 'key generate',
  summary: { en: 'makes a publisher key', ko: '배포자 키를 만듭니다' },
  usage: {
    en: `[--out DIR] [--no-password]
  --out DIR       where publisher.key and publisher.pub are written (default: ~/.config/bongsu)
  --no-password   leaves the secret key in the clear, for machines that sign by themselves
The secret key never goes to the hub. Put publisher.pub into /etc/bongsu/publishers of each device.`,
    ko: `[--out 폴더] [--no-password]
  --out 폴더      publisher.key와 publisher.pub을 쓸 곳 (기본값: ~/.config/bongsu)
  --no-password   비밀키를 암호 없이 둡니다. 스스로 서명하는 기계에 씁니다
비밀키는 허브로 보내지 않습니다. publisher.pub을 각 단말의 /etc/bongsu/publishers에 넣으십시오.`,
  },
  async run(parameters, terminal) {
    const { values } = parseArgs({
      args: [...parameters],
      options: { out: { type: 'string' }, 'no-password': { type: 'boolean' } },
    })
    const folder = values.out ?? defaultKeyFolder(terminal)
    const password = values['no-password'] ? undefined : await newPassword(terminal)
    const { keyId, secretKey, publicKey } = makeKey(password)
    const [secretPath, publicPath] = [join(folder, 'publisher.key'), join(folder, 'publisher.pub')]
    await writeNew(secretPath, secretKey, 0o600)
    await writeNew(publicPath, publicKey, 0o644)
    terminal.print(keyId)
    terminal.tell(
      {
        en: `Secret key: ${secretPath} (keep it, and a copy of it, safe). Public key: ${publicPath}`,
        ko: `비밀키: ${secretPath} (사본과 함께 안전하게 보관하십시오). 공개키: ${publicPath}`,
      }[terminal.language],
    )
  },
}

export const defaultKeyFolder = ({ environment }: Terminal): string =>
  join(environment.XDG_CONFIG_HOME ?? join(environment.HOME ?? '.', '.config'), 'bongsu')

async function newPassword(terminal: Terminal): Promise<string> {
  const password = await terminal.readSecret(
    { en: 'Password for the secret key: ', ko: '비밀키 암호: ' }[terminal.language],
  )
  const again =
    password && (await terminal.readSecret({ en: 'Once more: ', ko: '한 번 더: ' }[terminal.language]))
  if (!password) {
    throw new UsageError({
      en: 'No password was given. Without a terminal, --no-password leaves the key in the clear.',
      ko: '암호가 없습니다. 터미널이 없으면 --no-password로 암호 없이 둘 수 있습니다.',
    })
  }
  if (password !== again) throw new UsageError({ en: 'The two passwords differ.', ko: '두 암호가 다릅니다.' })
  return password
}

/** A key that is there is never written over: what it signed would be lost with it. */
async function writeNew(path: string, content: string, mode: number): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    await writeFile(path, content, { mode, flag: 'wx' })
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') throw new CodedError('CLI_FILE_EXISTS', { parameters: { path } })
    throw new CodedError('CLI_FILE_UNWRITABLE', { parameters: { path, message: messageOf(error) } })
  }
}
