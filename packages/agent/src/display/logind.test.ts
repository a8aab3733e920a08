import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import Value from 'typebox/value'
import { LoginSession, listLoginSessions, parseSession } from './logind.ts'

/** As systemd 252 writes it for a desktop log-in through gdm. */
const GNOME_ON_XORG = `# This is private data. Do not parse.
UID=1000
USER=kiosk
ACTIVE=1
IS_DISPLAY=1
STATE=active
REMOTE=0
LEADER_FD_SAVED=1
TYPE=x11
ORIGINAL_TYPE=x11
CLASS=user
SCOPE=session-2.scope
FIFO=/run/systemd/sessions/2.ref
SEAT=seat0
TTY=tty2
TTY_VALIDITY=from-pam
SERVICE=gdm-autologin
LEADER=1234
AUDIT=2
REALTIME=1763884800000000
MONOTONIC=12000000
VTNR=2
POSITION=2
DISPLAY=:1
`

const lines = (fields: Readonly<Record<string, string>>): string =>
  Object.entries(fields)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')

test('session files are understood', () => {
  const whole = { seat: 'seat0', type: 'x11', class: 'user', isActive: true }
  assert.deepEqual(parseSession('2', GNOME_ON_XORG), {
    ...whole,
    id: '2',
    uid: 1000,
    displayNumber: 1,
    virtualTerminal: 2,
  })
  const base = { UID: '1000', STATE: 'online', CLASS: 'user', SEAT: 'seat0' }
  const table: [Record<string, string>, Partial<LoginSession> | undefined][] = [
    [
      { ...base, TYPE: 'wayland' },
      { type: 'wayland', isActive: false, class: 'user' },
    ],
    [
      { ...base, CLASS: 'greeter', ACTIVE: '1' },
      { class: 'greeter', isActive: true },
    ],
    [{ ...base, CLASS: 'user-early' }, { class: 'user' }],
    [{ ...base, CLASS: 'background' }, { class: 'other' }],
    [{ ...base, DISPLAY: ':0.0' }, { displayNumber: 0 }],
    [{ ...base, DISPLAY: 'localhost:10.0' }, {}],
    [{ ...base, TYPE: 'mir', VTNR: '0' }, {}],
    [{ ...base, STATE: 'closing' }, undefined],
    [{ ...base, REMOTE: '1' }, undefined],
    [{ ...base, UID: '-1' }, undefined],
    [{}, undefined],
  ]
  for (const [fields, expected] of table) {
    const session = parseSession('c1', lines(fields))
    if (expected === undefined) assert.equal(session, undefined, JSON.stringify(fields))
    else assert.partialDeepStrictEqual(session, expected)
  }
})

test('no text makes a session that is not one', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom('UID', 'SEAT', 'TYPE', 'CLASS', 'DISPLAY', 'VTNR', 'STATE'), fc.string()),
      fc.string(),
      (fields, noise) => {
        const session = parseSession('1', `${noise}\n${lines({ UID: '7', ...fields })}`)
        assert.ok(session === undefined || Value.Check(LoginSession, session))
      },
    ),
  )
})

test('the seat says which of its sessions is in the foreground', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'bongsu-logind-'))
  t.after(() => rmSync(folder, { recursive: true }))
  for (const name of ['sessions', 'seats']) mkdirSync(join(folder, name))
  const session = (id: string, uid: number, more: object = {}) =>
    writeFileSync(
      join(folder, 'sessions', id),
      lines({ UID: String(uid), STATE: 'active', CLASS: 'user', TYPE: 'x11', SEAT: 'seat0', ...more }),
    )
  session('1', 1000)
  session('2', 1001)
  session('3', 1002, { SEAT: 'seat1' })
  writeFileSync(join(folder, 'sessions', '2.ref'), '')
  writeFileSync(join(folder, 'seats', 'seat0'), 'IS_SEAT0=1\nACTIVE=2\nACTIVE_UID=1001\nSESSIONS=2 1\n')
  const found = listLoginSessions(folder).map(({ id, isActive }) => [id, isActive])
  assert.deepEqual(found.toSorted(), [
    ['1', false],
    ['2', true],
    ['3', true],
  ])
  assert.deepEqual(listLoginSessions(join(folder, 'absent')), [])
})
