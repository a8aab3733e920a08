import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parsePasswd } from './user-database.ts'

test('entries are read, other lines are passed over', () => {
  const text =
    'root:x:0:0:root:/root:/bin/bash\n+\nbroken:x:abc:1::/x:\n\nkiosk:x:1000:1000:,,,:/home/kiosk:/bin/sh'
  assert.deepEqual(parsePasswd(text), [
    { name: 'root', uid: 0, home: '/root' },
    { name: 'kiosk', uid: 1000, home: '/home/kiosk' },
  ])
})
