// Uploads of archives in parts (tus). The statuses are those that its clients act on.
import { defineErrors, lasting, passing } from './error-entry.ts'

export const HUB_UPLOAD_ERRORS = defineErrors({
  HUB_UPLOAD_NOT_FOUND: lasting(
    404,
    ['There is no such upload, or no longer.', '해당 업로드가 없거나 이미 지워졌습니다.'],
    ['Begin it anew.', '처음부터 다시 올리십시오.'],
  ),
  HUB_UPLOAD_OFFSET: passing(
    409,
    ['The upload stands at another byte.', '업로드가 다른 위치에 있습니다.'],
    ['Ask where it stands (HEAD) and go on there.', 'HEAD로 현재 위치를 확인하고 이어서 올리십시오.'],
  ),
  HUB_UPLOAD_BUSY: passing(
    423,
    ['Somebody is sending to this upload right now.', '다른 요청이 이 업로드에 전송하는 중입니다.'],
    ['Wait a moment, then go on.', '잠시 뒤 이어서 올리십시오.'],
  ),
  HUB_UPLOAD_TOO_MANY: passing(
    429,
    ['{open} uploads of yours are unfinished.', '끝나지 않은 업로드가 {open}개 있습니다.'],
    ['Finish or cancel some of them first.', '먼저 일부를 끝내거나 취소하십시오.'],
  ),
})
