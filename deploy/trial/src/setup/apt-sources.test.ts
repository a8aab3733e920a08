import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  aptProxyFor,
  chooseDistribution,
  codenameOf,
  distributionIdOf,
  parseDeb822Sources,
  parseOneLineSources,
} from './apt-sources.ts'

const DEBIAN_12_OS = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_CODENAME=bookworm\nID=debian\n'
const UBUNTU_24_OS =
  'NAME="Ubuntu"\nVERSION_CODENAME=noble\nID=ubuntu\nID_LIKE=debian\nUBUNTU_CODENAME=noble\n'

const DEBIAN_CONTAINER = `Types: deb
# http://snapshot.debian.org/archive/debian/20250520T000000Z
URIs: http://deb.debian.org/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://deb.debian.org/debian-security
Suites: bookworm-security
Components: main
`

const UBUNTU_24 = `Types: deb deb-src
URIs: http://kr.archive.ubuntu.com/ubuntu/
Suites: noble noble-updates noble-backports
Components: main restricted universe multiverse
Signed-By: /usr/share/keyrings/ubuntu-archive-keyring.gpg
`

const UBUNTU_22 = `# See http://help.ubuntu.com/community/UpgradeNotes
deb http://archive.ubuntu.com/ubuntu/ jammy main restricted
# deb-src http://archive.ubuntu.com/ubuntu/ jammy main restricted
deb http://archive.ubuntu.com/ubuntu/ jammy-updates main restricted
deb http://archive.ubuntu.com/ubuntu/ jammy universe
`

test('reads both forms of the four supported releases', () => {
  const cases = [
    {
      sources: parseDeb822Sources(DEBIAN_CONTAINER),
      os: DEBIAN_12_OS,
      expected: {
        suite: 'bookworm',
        mirror: 'http://deb.debian.org/debian',
        components: ['main'],
        trusted: false,
        keyring: '/usr/share/keyrings/debian-archive-keyring.gpg',
      },
    },
    {
      sources: parseDeb822Sources(UBUNTU_24),
      os: UBUNTU_24_OS,
      expected: {
        suite: 'noble',
        mirror: 'http://kr.archive.ubuntu.com/ubuntu',
        components: ['main', 'universe'],
        trusted: false,
        keyring: '/usr/share/keyrings/ubuntu-archive-keyring.gpg',
      },
    },
    {
      sources: parseOneLineSources(UBUNTU_22),
      os: 'ID=ubuntu\nVERSION_CODENAME=jammy\n',
      expected: {
        suite: 'jammy',
        mirror: 'http://archive.ubuntu.com/ubuntu',
        components: ['main', 'universe'],
        trusted: false,
      },
    },
    {
      sources: parseOneLineSources(
        'deb [arch=amd64 signed-by=/k/a.gpg trusted=yes] https://mirror.example/debian trixie main contrib',
      ),
      os: 'ID=debian\nVERSION_CODENAME="trixie"\n',
      expected: {
        suite: 'trixie',
        mirror: 'https://mirror.example/debian',
        components: ['main'],
        trusted: true,
        keyring: '/k/a.gpg',
      },
    },
  ]
  for (const { sources, os, expected } of cases) {
    assert.deepEqual(chooseDistribution(sources, codenameOf(os) ?? '', distributionIdOf(os)), expected)
  }
})

test('an inline key, a disabled stanza, sources of source code and comments inside a field are understood', () => {
  const inlineKey = `Types: deb
URIs: http://a.example/debian
Suites: trixie
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
# a comment in the middle
 .
 xsFNBF
`
  assert.deepEqual(parseDeb822Sources(inlineKey), [
    { uri: 'http://a.example/debian', suite: 'trixie', components: ['main'], trusted: false },
  ])
  assert.deepEqual(parseDeb822Sources(`Enabled: no\n${UBUNTU_24}`), [])
  assert.deepEqual(
    parseDeb822Sources('Types: deb-src\nURIs: http://a.example\nSuites: trixie\nComponents: main\n'),
    [],
  )
})

test('a mirror debootstrap cannot fetch from, or another release, is no distribution', () => {
  const texts = [
    'deb cdrom:[Debian]/ bookworm main',
    'deb mirror+file:/etc/apt/mirrors.txt bookworm main',
    'deb http://deb.debian.org/debian trixie main',
    'deb http://deb.debian.org/debian bookworm contrib',
    '',
  ]
  for (const text of texts) {
    assert.equal(chooseDistribution(parseOneLineSources(text), 'bookworm', 'debian'), undefined, text)
  }
})

test("apt's proxy is taken over, the host's own entry first", () => {
  const dump = [
    'Acquire::http::Proxy "http://proxy.example:3142";',
    'Acquire::http::Proxy::deb.debian.org "DIRECT";',
    'Acquire::https::Proxy "";',
  ].join('\n')
  const cases: [string, string | undefined][] = [
    ['http://kr.archive.ubuntu.com/ubuntu', 'http://proxy.example:3142'],
    ['http://deb.debian.org/debian', undefined],
    ['https://mirror.example/debian', undefined],
    ['file:/srv/debian', undefined],
  ]
  for (const [mirror, expected] of cases) assert.equal(aptProxyFor(mirror, dump), expected, mirror)
})
