// What the container registry and resumable uploads refuse. `docker push` shows the title and the remedy.
import { defineErrors, lasting, passing } from './error-entry.ts'

export const HUB_REGISTRY_ERRORS = defineErrors({
  HUB_REGISTRY_NAME_INVALID: lasting(
    404,
    [
      'A repository here has the name of an AI package, without a slash.',
      '여기서 저장소 이름은 빗금 없는 AI 패키지 ID입니다.',
    ],
    ['Push to <hub>/<package id>:<version>.', '<허브>/<패키지 ID>:<버전> 형식으로 올리십시오.'],
  ),
  HUB_REGISTRY_TAG_INVALID: lasting(
    400,
    ['"{tag}" cannot be the name of a version.', '"{tag}"은(는) 버전 이름이 될 수 없습니다.'],
    [
      'Use a tag of up to 63 letters, digits, dots, dashes and underscores.',
      '글자, 숫자, 점, 줄표, 밑줄로 된 63자 이하의 태그를 쓰십시오.',
    ],
  ),
  HUB_REGISTRY_MANIFEST_UNKNOWN: lasting(
    404,
    ['Repository {id} has nothing called {reference}.', '{id} 저장소에 {reference}이(가) 없습니다.'],
    [
      'List the package’s versions; one that has no image yet cannot be pulled.',
      '패키지의 버전 목록을 확인하십시오. 이미지가 없는 버전은 받을 수 없습니다.',
    ],
  ),
  HUB_REGISTRY_MANIFEST_INVALID: lasting(
    400,
    ['The manifest cannot be taken: {problem}.', '매니페스트를 받을 수 없습니다: {problem}.'],
    [
      'Push one container image for Linux, as `docker push` does.',
      '`docker push`처럼 Linux 컨테이너 이미지 하나를 올리십시오.',
    ],
  ),
  HUB_REGISTRY_PLATFORM_UNFIT: lasting(
    400,
    ['None of the images fits: {platforms}.', '맞는 이미지가 없습니다: {platforms}.'],
    [
      'Push the image for one Linux platform, such as linux/amd64.',
      'linux/amd64처럼 Linux 플랫폼 하나의 이미지를 올리십시오.',
    ],
  ),
  HUB_REGISTRY_BLOB_UNKNOWN: lasting(
    404,
    ['The hub does not have {digest}.', '허브에 {digest}이(가) 없습니다.'],
    [
      'Push the image again: what is there is not sent twice.',
      '이미지를 다시 올리십시오. 이미 있는 것은 다시 보내지 않습니다.',
    ],
  ),
  HUB_REGISTRY_DIGEST_INVALID: lasting(
    400,
    [
      'What arrived does not have the digest {digest}.',
      '도착한 내용의 다이제스트가 {digest}이(가) 아닙니다.',
    ],
    ['Push the image again.', '이미지를 다시 올리십시오.'],
  ),
  HUB_REGISTRY_UPLOAD_UNKNOWN: lasting(
    404,
    ['This upload is not under way (any more).', '진행 중인 업로드가 아닙니다.'],
    ['Begin the upload again.', '업로드를 다시 시작하십시오.'],
  ),
  HUB_REGISTRY_OFFSET: lasting(
    416,
    ['The hub has {bytes} bytes of this upload.', '허브는 이 업로드의 {bytes}바이트를 가지고 있습니다.'],
    ['Continue from there.', '그 지점부터 이어서 보내십시오.'],
  ),
  HUB_REGISTRY_UPLOADS_FULL: passing(
    429,
    ['Too many uploads are under way.', '진행 중인 업로드가 너무 많습니다.'],
    ['Try again when others have ended.', '다른 업로드가 끝난 뒤 다시 시도하십시오.'],
  ),
  HUB_REGISTRY_UNSUPPORTED: lasting(
    405,
    ['A registry of immutable versions does not do this.', '버전이 변하지 않는 저장소에서는 할 수 없습니다.'],
    ['Delete the package in the console.', '콘솔에서 패키지를 삭제하십시오.'],
  ),
})
