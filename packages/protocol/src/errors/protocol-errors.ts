// Codes for what goes wrong between agent and hub: frames, messages, handshake, streams.
import { defineErrors, lasting, passing } from './error-entry.ts'

export const PROTOCOL_ERRORS = defineErrors({
  PROTOCOL_MALFORMED_JSON: lasting(
    400,
    ['The message is not valid JSON.', '메시지가 올바른 JSON이 아닙니다.'],
    [
      'Update the sender; the message was dropped.',
      '보낸 쪽 소프트웨어를 업데이트하십시오. 메시지는 버려졌습니다.',
    ],
  ),
  PROTOCOL_UNKNOWN_MESSAGE: lasting(
    400,
    ['Unknown message type "{type}".', '알 수 없는 메시지 종류 "{type}"입니다.'],
    [
      'Update the receiving side to a version that knows it.',
      '이 종류를 아는 버전으로 받는 쪽을 업데이트하십시오.',
    ],
  ),
  PROTOCOL_INVALID_MESSAGE: lasting(
    400,
    ['The message is invalid at {path}: {problem}.', '메시지의 {path} 값이 잘못되었습니다: {problem}.'],
    ['Correct the value at that path.', '해당 경로의 값을 바로잡으십시오.'],
  ),
  PROTOCOL_TOO_LARGE: lasting(
    413,
    ['The message is larger than {limitBytes} bytes.', '메시지가 {limitBytes}바이트를 넘습니다.'],
    ['Send less in one message, or use a stream.', '한 메시지에 더 적게 담거나 스트림을 사용하십시오.'],
  ),
  PROTOCOL_UNSUPPORTED_VERSION: lasting(
    426,
    ['Protocol version {version} is not supported here.', '프로토콜 버전 {version}은(는) 지원되지 않습니다.'],
    [
      'Update the older side; supported: {oldest} to {newest}.',
      '더 오래된 쪽을 업데이트하십시오. 지원 범위: {oldest}~{newest}.',
    ],
  ),
  PROTOCOL_BAD_SIGNATURE: lasting(
    401,
    ['The device signature does not fit its key.', '단말 서명이 키와 맞지 않습니다.'],
    ['Enrol the device again with a join token.', '참여 토큰으로 단말을 다시 등록하십시오.'],
  ),
  PROTOCOL_NONCE_INVALID: passing(
    401,
    ['The nonce is unknown, used or expired.', '논스가 없거나 이미 쓰였거나 만료되었습니다.'],
    ['Ask for a new nonce and try again.', '새 논스를 받아 다시 시도하십시오.'],
  ),
  PROTOCOL_HUB_NOT_PINNED: lasting(
    502,
    [
      'The hub that answered is not the one this device is pinned to.',
      '응답한 허브가 이 단말에 지정된 허브가 아닙니다.',
    ],
    [
      'Check the hub address; nothing secret was sent.',
      '허브 주소를 확인하십시오. 비밀 정보는 전송되지 않았습니다.',
    ],
  ),
  PROTOCOL_HUB_UNREACHABLE: passing(
    503,
    ['The hub cannot be reached: {message}', '허브에 연결할 수 없습니다: {message}'],
    [
      'It is tried again by itself; check the link and the hub address if it lasts. Launches keep running.',
      '자동으로 다시 시도합니다. 계속되면 회선과 허브 주소를 확인하십시오. 실행 중인 것은 유지됩니다.',
    ],
  ),
  PROTOCOL_NOT_A_HUB: passing(
    502,
    [
      'Something else answers at the hub’s address ({found}).',
      '허브 주소에서 다른 것이 응답합니다({found}).',
    ],
    [
      'A captive portal or proxy stands between: sign in there, or correct the hub address.',
      '로그인 포털이나 프록시가 가로막고 있습니다. 그곳에 로그인하거나 허브 주소를 바로잡으십시오.',
    ],
  ),
  PROTOCOL_UNKNOWN_DEVICE: lasting(
    401,
    ['The hub does not know this device key.', '허브가 이 단말 키를 알지 못합니다.'],
    ['Enrol the device with a join token.', '참여 토큰으로 단말을 등록하십시오.'],
  ),
  PROTOCOL_DEVICE_REVOKED: lasting(
    403,
    ['This device has been revoked.', '등록이 취소된 단말입니다.'],
    ['Ask an operator to accept it again.', '운영자에게 다시 승인을 요청하십시오.'],
  ),
  PROTOCOL_JOIN_TOKEN_INVALID: lasting(
    401,
    ['The join token is unknown, used up or expired.', '참여 토큰이 없거나 모두 쓰였거나 만료되었습니다.'],
    ['Ask an operator for a new join token.', '운영자에게 새 참여 토큰을 요청하십시오.'],
  ),
  PROTOCOL_BAD_STREAM_FRAME: lasting(
    400,
    [
      'A binary frame breaks the stream rules: {problem}.',
      '바이너리 프레임이 스트림 규칙에 어긋납니다: {problem}.',
    ],
    ['Update the sender; the session is closed.', '보낸 쪽을 업데이트하십시오. 세션을 닫습니다.'],
  ),
  PROTOCOL_STREAM_CANCELLED: passing(
    409,
    ['The transfer was given up before its end.', '전송이 끝나기 전에 중단되었습니다.'],
    ['Ask for it again.', '다시 요청하십시오.'],
  ),
  PROTOCOL_LINK_SILENT: passing(
    504,
    ['The other end was silent for {silentMs} ms.', '상대가 {silentMs}ms 동안 응답하지 않았습니다.'],
    ['The link is opened again by itself.', '연결을 자동으로 다시 엽니다.'],
  ),
  PROTOCOL_SUPERSEDED: passing(
    409,
    ['A newer session of the same device took over.', '같은 단말의 새 세션이 이어받았습니다.'],
    [
      'If two machines share one key, enrol one of them anew.',
      '두 기기가 같은 키를 쓰면 한쪽을 새로 등록하십시오.',
    ],
  ),
})
