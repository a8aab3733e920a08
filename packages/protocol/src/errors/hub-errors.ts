// Codes for what the hub refuses or cannot do.
import { defineErrors, lasting, passing } from './error-entry.ts'

export const HUB_ERRORS = defineErrors({
  HUB_NOT_FOUND: lasting(
    404,
    ['There is nothing at this address.', '이 주소에는 아무것도 없습니다.'],
    [
      'Check the path; the API is described at /api/v1/openapi.json.',
      '경로를 확인하십시오. API 설명은 /api/v1/openapi.json에 있습니다.',
    ],
  ),
  HUB_DEVICE_NOT_FOUND: lasting(
    404,
    ['No device {id} is registered.', '{id} 단말은 등록되어 있지 않습니다.'],
    ['Look the id up in the device list.', '단말 목록에서 ID를 확인하십시오.'],
  ),
  HUB_PACKAGE_NOT_FOUND: lasting(
    404,
    ['No AI package {id} is registered.', '{id} AI 패키지는 등록되어 있지 않습니다.'],
    ['Register the package first, or check its id.', '패키지를 먼저 등록하거나 ID를 확인하십시오.'],
  ),
  HUB_VERSION_NOT_FOUND: lasting(
    404,
    ['Package {id} has no version {version}.', '{id} 패키지에 {version} 버전이 없습니다.'],
    ['Register the version first, or check its name.', '버전을 먼저 등록하거나 이름을 확인하십시오.'],
  ),
  HUB_VERSION_NOT_READY: lasting(
    409,
    [
      'Version {version} of {id} has no image archive yet.',
      '{id} {version} 버전에 아직 이미지 아카이브가 없습니다.',
    ],
    ['Upload the image archive, then deploy.', '이미지 아카이브를 올린 뒤 배포하십시오.'],
  ),
  HUB_LAUNCH_NOT_FOUND: lasting(
    404,
    ['No launch {id} exists.', '{id} 실행이 없습니다.'],
    ['Look the id up in the launch list.', '실행 목록에서 ID를 확인하십시오.'],
  ),
  HUB_TOKEN_NOT_FOUND: lasting(
    404,
    ['No token {id} exists.', '{id} 토큰이 없습니다.'],
    ['Look the id up in the token list.', '토큰 목록에서 ID를 확인하십시오.'],
  ),
  HUB_ALREADY_REGISTERED: lasting(
    409,
    [
      '"{id}" is already registered: "{koreanName}" of {copyrightHolder}.',
      '"{id}"은(는) 이미 등록되어 있습니다: {copyrightHolder}의 "{koreanName}".',
    ],
    ['Edit the existing entry or choose another id.', '기존 항목을 수정하거나 다른 ID를 쓰십시오.'],
  ),
  HUB_VERSION_IMMUTABLE: lasting(
    409,
    [
      'Version {version} already has its archive and never changes.',
      '{version} 버전은 이미 아카이브가 있어 바꿀 수 없습니다.',
    ],
    ['Register a new version.', '새 버전을 등록하십시오.'],
  ),
  HUB_PACKAGE_IN_USE: lasting(
    409,
    [
      'Package {id} is in use by these deployments: {deployments}.',
      '{id} 패키지를 쓰는 배포가 있습니다: {deployments}.',
    ],
    [
      'Stop these deployments first, or withdraw the package: then nobody deploys it anew.',
      '해당 배포를 먼저 중지하거나 패키지를 철회하십시오. 철회하면 새로 배포할 수 없게 됩니다.',
    ],
  ),
  HUB_VERSION_IN_USE: lasting(
    409,
    [
      'Version {version} of {id} is in use by these deployments: {deployments}.',
      '{id} {version} 버전을 쓰는 배포가 있습니다: {deployments}.',
    ],
    [
      'Stop these deployments first, or withdraw the version: then nobody deploys it anew.',
      '해당 배포를 먼저 중지하거나 버전을 철회하십시오. 철회하면 새로 배포할 수 없게 됩니다.',
    ],
  ),
  HUB_DEVICE_IN_USE: lasting(
    409,
    ['Device {id} still has active deployments.', '{id} 단말에 진행 중인 배포가 있습니다.'],
    ['Stop its deployments first.', '해당 배포를 먼저 중지하십시오.'],
  ),
  HUB_DEVICE_NOT_ACCEPTED: lasting(
    409,
    ['Device {id} is not accepted yet.', '{id} 단말은 아직 승인되지 않았습니다.'],
    ['Accept the device, then try again.', '단말을 승인한 뒤 다시 시도하십시오.'],
  ),
  HUB_DEVICE_OFFLINE: passing(
    409,
    ['Device {id} is not connected.', '{id} 단말이 연결되어 있지 않습니다.'],
    [
      'Check the device’s power and link; the last still is kept.',
      '단말의 전원과 회선을 확인하십시오. 마지막 정지 화면은 보관되어 있습니다.',
    ],
  ),
  HUB_DEVICE_WITHOUT_DISPLAY: lasting(
    409,
    ['Device {id} reports no display ({state}).', '{id} 단말에 디스플레이가 없습니다({state}).'],
    [
      'Connect a monitor or start the X server, then deploy.',
      '모니터를 연결하거나 X 서버를 시작한 뒤 배포하십시오.',
    ],
  ),
  HUB_DEVICE_TIMEOUT: passing(
    504,
    ['Device {id} did not answer in time.', '{id} 단말이 제시간에 응답하지 않았습니다.'],
    [
      'Try again; look at the device’s link if it repeats.',
      '다시 시도하십시오. 반복되면 단말 회선을 확인하십시오.',
    ],
  ),
  HUB_ARCHITECTURE_MISMATCH: lasting(
    409,
    [
      'The image is for {image}, device {id} is {device}.',
      '이미지는 {image}용인데 {id} 단말은 {device}입니다.',
    ],
    ['Build the package for {device}.', '{device}용으로 패키지를 빌드하십시오.'],
  ),
  HUB_INVALID_REQUEST: lasting(
    400,
    ['The request is not valid.', '요청이 올바르지 않습니다.'],
    ['Correct the fields named under errors.', 'errors에 표시된 항목을 바로잡으십시오.'],
  ),
  HUB_INVALID_CURSOR: lasting(
    400,
    ['The list cursor is not valid.', '목록 커서가 올바르지 않습니다.'],
    ['Start from the first page.', '첫 페이지부터 다시 시작하십시오.'],
  ),
  HUB_LOCATION_INCOMPLETE: lasting(
    400,
    ['Latitude and longitude belong together.', '위도와 경도는 함께 입력해야 합니다.'],
    ['Enter both, or neither.', '둘 다 입력하거나 둘 다 비우십시오.'],
  ),
  HUB_LOCATION_NULL_ISLAND: lasting(
    400,
    ['0/0 is not the place of any site.', '0/0은 설치 장소가 될 수 없습니다.'],
    ['Leave the coordinates empty if they are unknown.', '좌표를 모르면 비워 두십시오.'],
  ),
  HUB_LOCATION_SWAPPED: lasting(
    400,
    ['Latitude and longitude look exchanged.', '위도와 경도가 뒤바뀐 것 같습니다.'],
    ['Take over the suggestion.', '제안된 값으로 바꾸십시오.'],
  ),
  HUB_LOCATION_OUT_OF_RANGE: lasting(
    400,
    [
      'Latitude must be -90 to 90, longitude -180 to 180 degrees.',
      '위도는 -90~90, 경도는 -180~180도여야 합니다.',
    ],
    ['Correct the coordinates.', '좌표를 바로잡으십시오.'],
  ),
  HUB_UNSUPPORTED_MEDIA_TYPE: lasting(
    415,
    ['This content type is not accepted here.', '이 콘텐츠 형식은 받지 않습니다.'],
    ['Send {expected}.', '{expected} 형식으로 보내십시오.'],
  ),
  HUB_BODY_TOO_LARGE: lasting(
    413,
    ['The body is larger than allowed.', '본문이 허용 크기를 넘습니다.'],
    ['Send a smaller body.', '더 작은 본문을 보내십시오.'],
  ),
  HUB_NOT_AN_IMAGE: lasting(
    422,
    ['The archive is not a container image: {problem}.', '아카이브가 컨테이너 이미지가 아닙니다: {problem}.'],
    ['Upload what `docker save` writes.', '`docker save`로 만든 파일을 올리십시오.'],
  ),
  HUB_ARCHIVE_DIGEST_MISMATCH: passing(
    422,
    [
      'The archive arrived damaged: its digest differs.',
      '아카이브가 손상되어 도착했습니다. 다이제스트가 다릅니다.',
    ],
    ['Upload it again.', '다시 올리십시오.'],
  ),
  HUB_ARCHIVE_INCOMPLETE: passing(
    400,
    ['The upload ended before the archive did.', '아카이브가 끝나기 전에 업로드가 끊겼습니다.'],
    ['Upload it again.', '다시 올리십시오.'],
  ),
  HUB_STORAGE_FULL: lasting(
    507,
    ['The hub’s disk is full.', '허브의 디스크가 가득 찼습니다.'],
    [
      'Free space on the hub, then try again; nothing was lost.',
      '허브의 공간을 확보한 뒤 다시 시도하십시오. 잃은 것은 없습니다.',
    ],
  ),
  HUB_DATABASE_UNAVAILABLE: passing(
    503,
    ['The database does not answer.', '데이터베이스가 응답하지 않습니다.'],
    [
      'Check that the database runs; the request was not carried out.',
      '데이터베이스가 실행 중인지 확인하십시오. 요청은 수행되지 않았습니다.',
    ],
  ),
  HUB_DATABASE_STANDALONE: lasting(
    503,
    [
      'MongoDB runs as a standalone; the hub needs a replica set.',
      'MongoDB가 단독 모드입니다. 허브에는 레플리카 셋이 필요합니다.',
    ],
    [
      'Start mongod with --replSet rs0 and run: {command}',
      'mongod를 --replSet rs0로 시작하고 실행하십시오: {command}',
    ],
  ),
  HUB_UNAUTHENTICATED: lasting(
    401,
    ['Sign-in is required.', '로그인이 필요합니다.'],
    ['Send a valid access token as Bearer.', '유효한 액세스 토큰을 Bearer로 보내십시오.'],
  ),
  HUB_FORBIDDEN: lasting(
    403,
    ['This token may not do that ({permission}).', '이 토큰에는 해당 권한({permission})이 없습니다.'],
    ['Use a token with a higher role.', '더 높은 역할의 토큰을 사용하십시오.'],
  ),
  HUB_TOO_MANY_ATTEMPTS: passing(
    429,
    ['Too many failed attempts from this address.', '이 주소에서 실패한 시도가 너무 많습니다.'],
    ['Wait a minute, then try again.', '1분 뒤에 다시 시도하십시오.'],
  ),
  HUB_PRECONDITION_REQUIRED: lasting(
    428,
    ['A change needs the If-Match header.', '변경에는 If-Match 헤더가 필요합니다.'],
    ['Read the resource and send its ETag as If-Match.', '리소스를 읽고 그 ETag를 If-Match로 보내십시오.'],
  ),
  HUB_PRECONDITION_FAILED: lasting(
    412,
    ['Somebody changed it meanwhile.', '그사이 다른 사람이 변경했습니다.'],
    ['Read it again and repeat your change.', '다시 읽고 변경을 반복하십시오.'],
  ),
  HUB_IDEMPOTENCY_KEY_REQUIRED: lasting(
    400,
    ['This request needs an Idempotency-Key header.', '이 요청에는 Idempotency-Key 헤더가 필요합니다.'],
    [
      'Send a fresh random key, and the same one when repeating.',
      '새 무작위 키를 보내고, 반복할 때는 같은 키를 쓰십시오.',
    ],
  ),
  HUB_IDEMPOTENCY_KEY_REUSED: lasting(
    422,
    ['This Idempotency-Key was used for another request.', '이 Idempotency-Key는 다른 요청에 쓰였습니다.'],
    ['Use a fresh key for a new request.', '새 요청에는 새 키를 쓰십시오.'],
  ),
  HUB_IDEMPOTENCY_IN_FLIGHT: passing(
    409,
    ['The same request is still being carried out.', '같은 요청이 아직 처리 중입니다.'],
    ['Repeat in a moment with the same key.', '잠시 뒤 같은 키로 반복하십시오.'],
  ),
  HUB_EXPIRED: lasting(
    409,
    ['The deadline {notAfter} has passed.', '기한 {notAfter}이(가) 지났습니다.'],
    ['Set a later deadline.', '더 늦은 기한을 지정하십시오.'],
  ),
  HUB_CONFIG_INVALID: lasting(
    400,
    ['The setting {path} {problem}.', '설정 {path}이(가) 올바르지 않습니다: {problem}.'],
    ['Correct the setting and start the hub again.', '설정을 바로잡고 허브를 다시 시작하십시오.'],
  ),
  HUB_SHUTTING_DOWN: passing(
    503,
    ['The hub is stopping.', '허브가 종료 중입니다.'],
    ['Try again in a moment.', '잠시 뒤 다시 시도하십시오.'],
  ),
  HUB_LIVE_VIEWS_FULL: passing(
    503,
    ['The hub shows as many live views as it can.', '허브가 보낼 수 있는 실시간 화면 수를 넘었습니다.'],
    ['Close other live views, then try again.', '다른 실시간 화면을 닫고 다시 시도하십시오.'],
  ),
  HUB_SESSIONS_FULL: passing(
    503,
    [
      'The hub has as many device connections as it can hold.',
      '허브가 유지할 수 있는 단말 연결 수에 도달했습니다.',
    ],
    [
      'The device tries again by itself. Give the hub more room if this lasts.',
      '단말이 자동으로 다시 시도합니다. 계속되면 허브를 증설하십시오.',
    ],
  ),
  HUB_INTERNAL: lasting(
    500,
    ['The hub failed; this is our fault.', '허브 내부 오류입니다.'],
    ['Report request {requestId} with the hub’s log.', '요청 {requestId}와 허브 로그를 함께 알려 주십시오.'],
  ),
})
