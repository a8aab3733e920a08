import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attachedDisplay, encodeAuthFile } from './x-display.ts'

const live = (display: number) => ({ display, isAlive: true })
const dead = (display: number) => ({ display, isAlive: false })

test('a display counts when a person can look at it', () => {
  const cases: [string, Parameters<typeof attachedDisplay>, number | undefined][] = [
    ['nothing', [[], []], undefined],
    ['Xorg', [[live(0)], [['/usr/lib/xorg/Xorg', ':0', 'vt7']]], 0],
    ['Xwayland not started yet', [[live(0)], [['gnome-shell']]], 0],
    ['only an Xvfb', [[live(99)], [['Xvfb', ':99', '-screen', '0', '1x1x24']]], undefined],
    [
      'an Xvfb by its path, and Xorg',
      [
        [live(99), live(1)],
        [
          ['/usr/bin/Xvfb', ':99'],
          ['Xorg', ':1'],
        ],
      ],
      1,
    ],
    ['a stale socket', [[dead(0)], []], undefined],
    ['the greeter', [[live(1024)], [['Xorg', ':1024']]], undefined],
    ['two, the lower', [[live(2), live(1)], []], 1],
  ]
  for (const [what, args, expected] of cases) assert.equal(attachedDisplay(...args), expected, what)
})

test('an auth file has one wild entry in the layout of libXau', () => {
  const cookie = Buffer.from('00112233445566778899aabbccddeeff', 'hex')
  const expected = `ffff00000002${'39390012'}${Buffer.from('MIT-MAGIC-COOKIE-1').toString('hex')}0010${cookie.toString('hex')}`
  assert.equal(encodeAuthFile(99, cookie).toString('hex'), expected)
})
