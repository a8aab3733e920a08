// The store of images: what it lacks, and when it does not answer.
import { defineErrors, lasting, passing } from './error-entry.ts'

export const HUB_STORE_ERRORS = defineErrors({
  HUB_STORE_UNAVAILABLE: passing(
    503,
    ['The image store does not answer: {problem}.', '이미지 저장소가 응답하지 않습니다: {problem}.'],
    [
      'Check the store and the hub’s BONGSU_HUB_S3_ settings; nothing was lost.',
      '저장소와 허브의 BONGSU_HUB_S3_ 설정을 확인하십시오. 잃은 것은 없습니다.',
    ],
  ),
})

export const HUB_BLOB_ERRORS = defineErrors({
  HUB_BLOB_NOT_FOUND: lasting(
    404,
    ['This version has no part {digest}.', '이 버전에는 {digest} 조각이 없습니다.'],
    ['Read the version’s manifest again.', '버전의 매니페스트를 다시 읽으십시오.'],
  ),
  HUB_BLOB_DAMAGED: lasting(
    500,
    [
      'The part {digest} is damaged in the hub’s image store.',
      '허브의 이미지 저장소에 있는 {digest} 조각이 손상되었습니다.',
    ],
    [
      'Check the hub’s disk, then upload the archive it came with once more, or push it again if it was pushed.',
      '허브의 디스크를 점검한 뒤, 처음 올린 아카이브를 다시 올리십시오. push로 올렸다면 다시 push하십시오.',
    ],
  ),
  HUB_BLOB_MISSING: lasting(
    500,
    [
      'The part {digest} is gone from the hub’s image store.',
      '{digest} 조각이 허브의 이미지 저장소에서 사라졌습니다.',
    ],
    [
      'Upload the archive it came with once more, or push it again if it was pushed: that puts it back.',
      '처음 올린 아카이브를 다시 올리십시오. push로 올렸다면 다시 push하십시오. 그러면 복구됩니다.',
    ],
  ),
})
