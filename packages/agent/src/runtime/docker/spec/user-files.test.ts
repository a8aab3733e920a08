import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ownUserMounts, userFolder, userMounts, withUser } from './user-files.ts'

const DEBIAN = {
  passwd: 'root:x:0:0:root:/root:/bin/bash\napp:x:500:500::/app:/bin/sh\n',
  group: 'root:x:0:\nvideo:x:44:\napp:x:500:\n',
}
const USER = { uid: 1000, gid: 1001, home: '/home/bongsu' }
const LINE = 'bongsu:x:1000:1001::/home/bongsu:/bin/sh\n'

test('a user whom the image does not know is added; those it knows stay', () => {
  assert.deepEqual(withUser(DEBIAN, USER), {
    passwd: `${DEBIAN.passwd}${LINE}`,
    group: `${DEBIAN.group}bongsu:x:1001:\n`,
  })
})

test('an image that knows both is left alone', () => {
  assert.equal(withUser(DEBIAN, { uid: 500, gid: 44, home: '/h' }), undefined)
})

test('only what is missing is added', () => {
  assert.deepEqual(withUser(DEBIAN, { ...USER, gid: 44 }), {
    passwd: `${DEBIAN.passwd}bongsu:x:1000:44::/home/bongsu:/bin/sh\n`,
    group: DEBIAN.group,
  })
  assert.equal(withUser(DEBIAN, { ...USER, uid: 500 })?.passwd, DEBIAN.passwd)
})

test('an image without users gets those that every system has', () => {
  const users = withUser({ passwd: '', group: '' }, USER)
  assert.match(users?.passwd ?? '', /^root:x:0:0:/)
  assert.ok(users?.passwd.endsWith(LINE))
  assert.match(users?.group ?? '', /^root:x:0:\n(?:.*\n)*bongsu:x:1001:\n$/)
})

test('a last line without its end does not swallow the new one', () => {
  assert.equal(withUser({ ...DEBIAN, passwd: 'root:x:0:0::/:' }, USER)?.passwd, `root:x:0:0::/:\n${LINE}`)
})

test('a name that stands for somebody else is not taken', () => {
  const image = { passwd: 'bongsu:x:7:7::/:/bin/sh\n', group: 'bongsu:x:7:\n' }
  assert.match(withUser(image, USER)?.passwd ?? '', /^bongsu-1000:x:1000:1001:/m)
  assert.match(withUser(image, USER)?.group ?? '', /^bongsu-1001:x:1001:$/m)
})

test('a container may have the database of its own image and user, and no other', () => {
  const own = { imageId: 'sha256:ab', user: '1000:1001', usersDir: '/run/bongsu/users' }
  const folder = userFolder('/run/bongsu/users', 'sha256:ab', USER)
  assert.equal(folder, '/run/bongsu/users/ab-1000-1001')
  assert.deepEqual(ownUserMounts(own), userMounts(folder))
  for (const user of [undefined, '', 'root', '1000', '1000:users', '../..:0'])
    assert.deepEqual(ownUserMounts({ ...own, user }), [])
})
