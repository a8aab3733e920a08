import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parsePasswd, sessionUser } from './user-database.ts'

test('entries are read, other lines are passed over', () => {
  const text =
    'root:x:0:0:root:/root:/bin/bash\n+\nbroken:x:abc:1::/x:\n\nkiosk:x:1000:1001:,,,:/home/kiosk:/bin/sh'
  assert.deepEqual(parsePasswd(text), [
    { name: 'root', uid: 0, gid: 0, home: '/root' },
    { name: 'kiosk', uid: 1000, gid: 1001, home: '/home/kiosk' },
  ])
})

test('a screen is the session user, else the server user', () => {
  const users = parsePasswd('kiosk:x:1000:1001::/home/kiosk:/bin/sh\nroot:x:0:0::/root:/bin/sh')
  const table = [
    [0, [], { uid: 0, gid: 0, userName: 'root' }],
    [0, [0, 120], { uid: 0, gid: 0, userName: 'root' }],
    [0, [1002, 1000], { uid: 1000, gid: 1001, userName: 'kiosk' }],
    [1000, [1002], { uid: 1000, gid: 1001, userName: 'kiosk' }],
    [1002, [], { uid: 1002, gid: 1002 }],
  ] as const
  for (const [serverUid, sessions, expected] of table) {
    assert.deepEqual(sessionUser(serverUid, { sessionUids: sessions, users }), expected)
  }
  const known = { loginUid: 1000, sessionUids: [1002], users }
  assert.deepEqual(sessionUser(0, known), { uid: 1000, gid: 1001, userName: 'kiosk' })
})
