// Secret values in the desired state on disk: encrypted with a key of this device (0600, beside it), so that a copied or
// discarded file tells nothing; whoever is root on the device reads both. Needed so that a device which restarts without
// a link still starts its programs.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { readTextIfPresent, writeDurably } from '@bongsu/foundation'
import type { DesiredLaunch, DesiredState } from '@bongsu/protocol'

/** A state as it lies on disk: values emptied, and all of them together encrypted. */
export type SealedState = DesiredState & { readonly sealedValues?: string }

export interface ValueSeal {
  /** The same state when it has no values. */
  seal(state: DesiredState): Promise<SealedState>
  /** Where the values cannot be opened any more they stay empty; see `lacksValues`. */
  open(state: SealedState): Promise<DesiredState>
}

const NONCE_BYTES = 12
const TAG_BYTES = 16
const KEY_BYTES = 32
const KEY_FILE = 'secret-values.key'

/** The values of some secret are lost: the hub has to send the state anew. */
export const lacksValues = ({ launches }: DesiredState): boolean =>
  launches.some(({ secrets = [] }) => secrets.some(({ value }) => value === ''))

/** @param folder the agent's durable folder */
export function createValueSeal(folder: string): ValueSeal {
  let known: Buffer | undefined
  const keyOnDisk = async (): Promise<Buffer | undefined> => {
    const key = Buffer.from((await readTextIfPresent(join(folder, KEY_FILE))) ?? '', 'base64')
    return key.length === KEY_BYTES ? key : undefined
  }
  const keyForWriting = async (): Promise<Buffer> => {
    known ??= await keyOnDisk()
    if (known) return known
    const made = randomBytes(KEY_BYTES)
    await writeDurably(join(folder, KEY_FILE), `${made.toString('base64')}\n`, 0o600)
    known = made
    return made
  }
  return {
    async seal(state) {
      if (!state.launches.some(({ secrets = [] }) => secrets.length > 0)) return state
      const values = state.launches.map(({ secrets = [] }) => secrets.map(({ value }) => value))
      const plain = Buffer.from(JSON.stringify(values))
      const sealedValues = encrypt(plain, await keyForWriting(), state.generation)
      return { ...withValues(state, () => ''), sealedValues }
    },
    async open({ sealedValues, ...state }) {
      if (sealedValues === undefined) return state
      known ??= await keyOnDisk()
      const values = known && decrypt(sealedValues, known, state.generation)
      return values ? withValues(state, (launch, secret) => values[launch]?.[secret] ?? '') : state
    },
  }
}

function withValues(state: DesiredState, pick: (launch: number, secret: number) => string): DesiredState {
  const launches = state.launches.map((launch, index): DesiredLaunch => {
    const { secrets } = launch
    if (!secrets) return launch
    return { ...launch, secrets: secrets.map((secret, at) => ({ ...secret, value: pick(index, at) })) }
  })
  return { ...state, launches }
}

function encrypt(plain: Buffer, key: Buffer, generation: number): string {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(Buffer.from(String(generation)))
  const encrypted = Buffer.concat([cipher.update(plain), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), encrypted]).toString('base64')
}

function decrypt(text: string, key: Buffer, generation: number): string[][] | undefined {
  try {
    const bytes = Buffer.from(text, 'base64')
    const nonce = bytes.subarray(0, NONCE_BYTES)
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
    decipher.setAAD(Buffer.from(String(generation)))
    decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
    const plain = Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()])
    return JSON.parse(plain.toString()) as string[][]
  } catch {
    return undefined
  }
}
