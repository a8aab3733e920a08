// The one refusal of an archive that is none, with what is wrong in words.
import { CodedError } from '@bongsu/foundation'

export const notAnImage = (problem: string): CodedError =>
  new CodedError('HUB_NOT_AN_IMAGE', { parameters: { problem } })
