import assert from 'node:assert/strict'
import { test } from 'node:test'
import { baseImageName, baseImageRecipes, progressOf, rootfsCommand } from './base-image-recipe.ts'

const debian = {
  suite: 'bookworm',
  mirror: 'http://deb.debian.org/debian',
  components: ['main'],
  trusted: false,
}

test('a name stands for exactly one content', () => {
  const { gui, x11 } = baseImageRecipes
  const name = baseImageName(gui, debian, 'amd64')
  assert.match(name.reference, /^bongsu\/base-gui:bookworm-amd64-[0-9a-f]{12}$/)
  const reordered = { ...gui, packages: gui.packages.toReversed() }
  assert.equal(baseImageName(reordered, debian, 'amd64').reference, name.reference)
  const others = [
    baseImageName(x11, debian, 'amd64'),
    baseImageName(gui, debian, 'arm64'),
    baseImageName(gui, { ...debian, suite: 'trixie' }, 'amd64'),
    baseImageName({ ...gui, packages: [...gui.packages, 'fonts-unfonts-core'] }, debian, 'amd64'),
  ]
  assert.equal(new Set([name, ...others].map(({ reference }) => reference)).size, 5)
})

test('debootstrap and mmdebstrap are told the same packages, mirror and keyring', () => {
  const distribution = { ...debian, components: ['main', 'universe'], keyring: '/k.gpg' }
  for (const builder of ['debootstrap', 'mmdebstrap'] as const) {
    const argv = rootfsCommand(builder, { recipe: baseImageRecipes.x11, distribution, target: '/t' })
    assert.equal(argv[0], builder)
    assert.ok(argv.includes('--components=main,universe'))
    assert.ok(argv.includes('--include=python3-minimal,x11-apps,x11-utils,xauth'))
    assert.ok(argv.includes('--keyring=/k.gpg'))
    assert.ok(argv.includes('bookworm') && argv.includes('/t'))
  }
})

test('a mirror the host trusts unsigned is trusted here too, and only that', () => {
  const recipe = baseImageRecipes.x11
  const argv = (trusted: boolean) =>
    rootfsCommand('debootstrap', { recipe, distribution: { ...debian, trusted }, target: '/t' })
  assert.ok(argv(true).includes('--no-check-gpg'))
  assert.ok(!argv(false).includes('--no-check-gpg'))
})

test('progress is read from what debootstrap says', () => {
  const cases: [string, string | undefined][] = [
    ['I: Validating libsvtav1enc1 1.4.1+dfsg-1', 'Validating libsvtav1enc1'],
    ['I: Unpacking python3-pkg-resources...', 'Unpacking python3-pkg-resources'],
    ['I: Base system installed successfully.', undefined],
    ['W: something', undefined],
  ]
  for (const [line, expected] of cases) assert.equal(progressOf(line), expected)
})
