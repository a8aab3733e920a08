// Turns a docker run line or a Kubernetes manifest into a launch profile with notes. Pure: nothing is run or fetched.
import type { ProfileImport } from '@bongsu/protocol'
import { readDockerLine } from './docker-line.ts'
import { readKubernetesManifest } from './kubernetes-manifest.ts'
import { looksLikeManifest } from './manifest-documents.ts'
import { finishDraft } from './profile-draft.ts'
import { requireImportSize } from './shell-words.ts'

/**
 * What is refused does not end the import: it makes the answer not `acceptable` and says why in a note.
 * @throws CodedError of the HUB_IMPORT_ codes when the text cannot be read at all
 */
export function importProfile(text: string): ProfileImport {
  requireImportSize(text)
  return finishDraft(looksLikeManifest(text) ? readKubernetesManifest(text) : readDockerLine(text))
}
