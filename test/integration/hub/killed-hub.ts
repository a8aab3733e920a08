// A hub that kills itself: `KILL_AT="commit after 2"` ends it by SIGKILL when its second commit of a blob has returned.
// Everything else is the hub that ships; the step is watched from outside of it.
import { CheckedBlobs } from '../../../packages/hub/src/images/checked-blobs.ts'
import { MongoPackageRepository } from '../../../packages/hub/src/packages/mongo-repository.ts'
import { MongoRegistryRepository } from '../../../packages/hub/src/registry/mongo-repository.ts'
import { Outcomes } from '../../../packages/hub/src/uploads/outcomes.ts'

const [step = '', moment = '', turn = '1'] = (process.env.KILL_AT ?? '').split(' ')
const turns = Number(turn)
let seen = 0

function watch(owner: object, name: string): void {
  if (name !== step) return
  const original: unknown = Reflect.get(owner, name)
  if (typeof original !== 'function') throw new Error(`${name} is no step`)
  Reflect.set(owner, name, async function (this: unknown, ...given: unknown[]) {
    seen += 1
    const isTurn = seen === turns
    if (isTurn && moment === 'before') await die()
    const result: unknown = await Reflect.apply(original, this, given)
    if (isTurn) await die()
    return result
  })
}

function die(): Promise<never> {
  process.kill(process.pid, 'SIGKILL')
  return new Promise(() => undefined)
}

const receive = CheckedBlobs.prototype.receive
CheckedBlobs.prototype.receive = async function (expected) {
  const incoming = await receive.call(this, expected)
  for (const name of ['write', 'commit', 'discard']) watch(incoming, name)
  return incoming
}
for (const name of ['receive', 'remove']) watch(CheckedBlobs.prototype, name)
for (const name of ['saveLayers', 'markReady', 'insertVersion', 'removeLayers', 'usedBlobs']) {
  watch(MongoPackageRepository.prototype, name)
}
watch(Outcomes.prototype, 'save')
for (const name of ['notePushed', 'saveManifest']) watch(MongoRegistryRepository.prototype, name)

await import('../../../packages/hub/src/main.ts')
