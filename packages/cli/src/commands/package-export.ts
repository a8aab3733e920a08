// `bongsu package export`: a version as a folder that can be carried to devices, where `bongsu-agent import` takes it.
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { CodedError } from '@bongsu/foundation'
import type { SignedRelease } from '@bongsu/protocol'
import { type Command, UsageError } from '../command.ts'
import { type CarriedBlob, writeCarriedBlob, writeCarriedManifest } from '../export/carried-folder.ts'
import { HUB_OPTIONS, HubClient, hubAddress } from '../hub-client.ts'
import { parseManifest } from '../signing/sign-release.ts'

export const packageExport: Command = {
  name: 'package export',
  summary: {
    en: 'writes a version to a folder, for devices without a link',
    ko: '연결 없는 단말을 위해 버전을 폴더로 내보냅니다',
  },
  usage: {
    en: `PACKAGE VERSION DIR --hub URL --token-file FILE [--ca FILE]
The folder may hold other versions already: what they share lies there once, and what is there is not fetched again.
A device takes it by bongsu-agent import DIR. FAT32 holds no layer above 4 GB: format the stick as exFAT or ext4.`,
    ko: `패키지 버전 폴더 --hub 주소 --token-file 파일 [--ca 파일]
폴더에 다른 버전이 있어도 됩니다. 공통 레이어는 한 번만 저장하고, 이미 있는 것은 다시 받지 않습니다.
단말에서는 bongsu-agent import 폴더로 가져옵니다. FAT32에는 4GB가 넘는 레이어를 둘 수 없으니 exFAT나 ext4로 포맷하십시오.`,
  },
  async run(parameters, terminal) {
    const { values, positionals } = parseArgs({
      args: [...parameters],
      allowPositionals: true,
      options: HUB_OPTIONS,
    })
    const [packageId, version, folder, ...rest] = positionals
    if (packageId === undefined || version === undefined || folder === undefined || rest.length > 0) {
      throw new UsageError({
        en: 'Name the package, the version and the folder.',
        ko: '패키지와 버전, 폴더를 적으십시오.',
      })
    }
    const hub = new HubClient(await hubAddress(values, terminal))
    const path = `/api/v1/packages/${encodeURIComponent(packageId)}/versions/${encodeURIComponent(version)}`
    try {
      const signed = await hub.call<SignedRelease>(`${path}/manifest`)
      const release = parseManifest(signed.manifest)
      if (release?.packageId !== packageId || release.version !== version)
        throw new CodedError('CLI_NOT_A_HUB')
      if (signed.signature === undefined) {
        const hint = {
          en: 'Nobody has signed this version: most devices will refuse it (bongsu package sign).',
          ko: '서명되지 않은 버전입니다. 대부분의 단말이 거부합니다(bongsu package sign).',
        }
        terminal.tell(hint[terminal.language])
      }
      const blobs: readonly CarriedBlob[] = [
        { digest: release.imageId, bytes: release.configurationBytes },
        ...release.layers,
      ]
      for (const [at, blob] of blobs.entries()) {
        terminal.tell(`${at + 1}/${blobs.length} ${blob.digest} ${blob.bytes} bytes`)
        await writeCarriedBlob(folder, blob, () => hub.open(`${path}/blobs/${blob.digest}`))
      }
      // Last: a folder with the manifest has all that it names.
      await writeCarriedManifest(folder, `${packageId}-${version}.json`, signed)
      terminal.print(join(folder, 'manifests', `${packageId}-${version}.json`))
    } finally {
      await hub.close()
    }
  },
}
