// Which store the configuration asks for. The SDK of S3 is loaded only where it is used: it is larger than the hub.
import type { Clock, Logger } from '@bongsu/foundation'
import type { HubConfig } from '../config.ts'
import type { Blobs } from './blobs.ts'
import { CheckedBlobs } from './checked-blobs.ts'
import { FolderBlobs } from './folder-blobs.ts'

export async function openBlobs(
  config: HubConfig,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): Promise<Blobs> {
  return new CheckedBlobs({ store: await openStore(config, logger), clock, logger })
}

async function openStore(
  { imageStore, dataDir, maxArchiveBytes: maxBytes }: HubConfig,
  logger: Logger,
): Promise<Blobs> {
  if (imageStore.kind === 'folder') return new FolderBlobs({ dataDir, maxBytes })
  const [{ S3Bucket }, { S3Blobs }] = await Promise.all([import('./s3-bucket.ts'), import('./s3-blobs.ts')])
  const { prefix, ...options } = imageStore
  return new S3Blobs({ bucket: new S3Bucket(options), prefix, maxBytes, logger })
}
