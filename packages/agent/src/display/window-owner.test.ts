import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseContainerId, processLookup } from './window-owner.ts'

const ID = 'ab'.repeat(32)

test('a container is told by its control group, whatever drives them', () => {
  const table: readonly (readonly [string, string | undefined])[] = [
    [`9:name=systemd:/docker/${ID}\n8:pids:/docker/${ID}\n`, ID],
    [`0::/system.slice/docker-${ID}.scope\n`, ID],
    [`0::/docker/${ID}/nested\n`, ID],
    ['0::/user.slice/user-1000.slice/session-2.scope\n', undefined],
    [`0::/docker/${ID.slice(2)}\n`, undefined],
    ['', undefined],
  ]
  for (const [text, expected] of table) assert.equal(parseContainerId(text), expected, text)
})

test('a window belongs to the client with the nearest base below it', () => {
  const processOf = processLookup([
    { resourceBase: 0, pid: 1 },
    { resourceBase: 0x400000, pid: 40 },
    { resourceBase: 0x200000, pid: 20 },
    { resourceBase: 0x600000, pid: 0 },
  ])
  assert.equal(processOf(0x200001), 20)
  assert.equal(processOf(0x3fffff), 20)
  assert.equal(processOf(0x400000), 40)
  // The server's own windows, and a client whose process it does not know.
  assert.equal(processOf(0x100), undefined)
  assert.equal(processOf(0x600001), undefined)
})
