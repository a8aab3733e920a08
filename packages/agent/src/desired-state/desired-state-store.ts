// The last accepted desired state on disk. Two slots written in turn: while one is being replaced the other is whole,
// and a damaged file costs one generation instead of everything.
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { messageOf, readTextIfPresent, writeDurably } from '@bongsu/foundation'
import { DesiredState } from '@bongsu/protocol'
import { Check } from 'typebox/value'
import { createValueSeal, type ValueSeal } from './value-seal.ts'

const SLOTS = ['desired-state.a.json', 'desired-state.b.json'] as const
type Slot = (typeof SLOTS)[number]

export interface StoredStates {
  /** The newest that is whole; undefined on a device that never had one. */
  readonly latest: DesiredState | undefined
  /** The one before, if it is whole: its launches were ours. */
  readonly previous: DesiredState | undefined
  /** What is wrong with slots that could not be used, for the log. */
  readonly damage: readonly string[]
}

export interface DesiredStateStore {
  /** Reads both slots; never rejects because of their content. */
  load(): Promise<StoredStates>
  /** Durable when it resolves. One at a time; after `load`. */
  save(state: DesiredState): Promise<void>
}

/** @param folder the agent's durable folder */
export function createDesiredStateStore(folder: string): DesiredStateStore {
  let nextSlot: Slot = SLOTS[0]
  const values = createValueSeal(folder)
  return {
    async load() {
      const read = await Promise.all(SLOTS.map((slot) => readSlot(folder, slot, values)))
      const whole = read
        .flatMap(({ slot, state }) => (state ? [{ slot, state }] : []))
        .toSorted((a, b) => b.state.generation - a.state.generation)
      // Never the one that holds the newest.
      nextSlot = whole[0] ? otherSlot(whole[0].slot) : SLOTS[0]
      return {
        latest: whole[0]?.state,
        previous: whole[1]?.state,
        damage: read.flatMap(({ problem }) => (problem === undefined ? [] : [problem])),
      }
    },
    async save(state) {
      const slot = nextSlot
      const content = JSON.stringify(await values.seal(state))
      await writeDurably(join(folder, slot), `${checksumOf(content)}\n${content}\n`)
      nextSlot = otherSlot(slot)
    },
  }
}

const otherSlot = (slot: Slot): Slot => (slot === SLOTS[0] ? SLOTS[1] : SLOTS[0])

const checksumOf = (content: string): string => createHash('sha256').update(content).digest('hex')

interface ReadSlot {
  readonly slot: Slot
  readonly state?: DesiredState
  readonly problem?: string
}

async function readSlot(folder: string, slot: Slot, values: ValueSeal): Promise<ReadSlot> {
  try {
    const text = await readTextIfPresent(join(folder, slot))
    return text === undefined ? { slot } : { slot, state: await values.open(parseSlot(text)) }
  } catch (error) {
    return { slot, problem: `${slot}: ${messageOf(error)}` }
  }
}

function parseSlot(text: string): DesiredState {
  const [checksum = '', content = ''] = text.split('\n')
  if (checksumOf(content) !== checksum) throw new Error('the checksum is wrong')
  const value: unknown = JSON.parse(content)
  if (!Check(DesiredState, value)) throw new Error('it is not a desired state')
  return value
}
