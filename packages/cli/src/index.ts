// What tests and the trial use of the command-line tool.
export { type KeyFiles, makeKey } from './signing/make-key.ts'
export {
  formatSecretKey,
  parseSecretKey,
  type RawKey,
  scryptParameters,
  signerOf,
} from './signing/secret-key.ts'
export { parseManifest, type SigningTerms, signRelease } from './signing/sign-release.ts'
