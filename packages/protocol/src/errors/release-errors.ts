// Manifests of versions: what a signature must be over, and what a device refuses.
import { defineErrors, lasting, passing } from './error-entry.ts'

export const AGENT_RELEASE_ERRORS = defineErrors({
  AGENT_RELEASE_UNREADABLE: lasting(
    502,
    ['The description of the version cannot be understood.', '버전 설명을 이해할 수 없습니다.'],
    ['Update the agent on the device, or the hub.', '단말의 에이전트나 허브를 업데이트하십시오.'],
  ),
  AGENT_RELEASE_SWAPPED: lasting(
    502,
    [
      'The hub describes another {what} than the one that was ordered.',
      '허브가 지시한 것과 다른 {what}을(를) 설명합니다.',
    ],
    [
      'Deploy the version again; if it stays, somebody may have changed the hub’s data.',
      '버전을 다시 배포하십시오. 계속되면 허브의 데이터가 변조되었을 수 있습니다.',
    ],
  ),
  AGENT_RELEASE_UNSIGNED: passing(
    403,
    [
      'No publisher vouches for {packageId} {version}: it is not signed.',
      '{packageId} {version}에 서명이 없어 보증하는 배포자가 없습니다.',
    ],
    [
      'Sign it with bongsu package sign, or let the device run unsigned versions by allow_unsigned in policy.toml.',
      'bongsu package sign으로 서명하거나, 단말의 policy.toml에서 allow_unsigned로 서명 없는 버전을 허용하십시오.',
    ],
  ),
  AGENT_RELEASE_SIGNATURE_MALFORMED: passing(
    502,
    ['The signature of the version is not one of minisign.', '버전의 서명이 minisign 형식이 아닙니다.'],
    ['Sign the version again.', '버전에 다시 서명하십시오.'],
  ),
  AGENT_RELEASE_FOREIGN_KEY: passing(
    403,
    [
      'The version is signed with the key {keyId}, which this device does not trust.',
      '이 단말이 신뢰하지 않는 키 {keyId}(으)로 서명된 버전입니다.',
    ],
    [
      'If the publisher is known, put its public key into /etc/bongsu/publishers of the device.',
      '아는 배포자라면 단말의 /etc/bongsu/publishers에 그 공개키를 넣으십시오.',
    ],
  ),
  AGENT_RELEASE_SIGNATURE_WRONG: passing(
    403,
    [
      'The signature of key {keyId} is not over this manifest: one of them was changed.',
      '키 {keyId}의 서명이 이 매니페스트에 대한 것이 아닙니다. 둘 중 하나가 바뀌었습니다.',
    ],
    [
      'Sign the version again; if it stays, somebody may have changed the hub’s data.',
      '버전에 다시 서명하십시오. 계속되면 허브의 데이터가 변조되었을 수 있습니다.',
    ],
  ),
  AGENT_RELEASE_ARCHITECTURE: lasting(
    409,
    [
      'The version is for {release}, this device is {device}.',
      '버전은 {release}용이고 이 단말은 {device}입니다.',
    ],
    ['Deploy a version for this architecture.', '이 아키텍처용 버전을 배포하십시오.'],
  ),
  AGENT_RELEASE_AGENT_TOO_OLD: lasting(
    409,
    [
      'The version needs agent {minimumAgent} or newer; this device has {agentVersion}.',
      '이 버전에는 에이전트 {minimumAgent} 이상이 필요하지만 단말에는 {agentVersion}이(가) 있습니다.',
    ],
    ['Update the agent on the device.', '단말의 에이전트를 업데이트하십시오.'],
  ),
  AGENT_RELEASE_EXPIRED: passing(
    410,
    ['The version was to be installed until {expiresAt}.', '{expiresAt}까지만 설치할 수 있는 버전입니다.'],
    [
      'Have the publisher sign it again, or deploy a newer version.',
      '배포자가 다시 서명하게 하거나 새 버전을 배포하십시오.',
    ],
  ),
  AGENT_RELEASE_OLDER_THAN_SEEN: passing(
    409,
    [
      'The version was signed at {createdAt}, before the newest that this device has seen ({newest}).',
      '{createdAt}에 서명된 버전으로, 이 단말이 본 가장 새로운 버전({newest})보다 오래되었습니다.',
    ],
    [
      'To go back on purpose, have the publisher sign the version again.',
      '일부러 되돌리려면 배포자가 그 버전에 다시 서명하게 하십시오.',
    ],
  ),
})

export const AGENT_PUBLISHERS_ERRORS = defineErrors({
  AGENT_PUBLISHERS_INVALID: passing(
    500,
    [
      'The trusted key {path} cannot be used: it {problem}.',
      '신뢰하는 키 {path}을(를) 쓸 수 없습니다: {problem}.',
    ],
    [
      'Put the .pub file that minisign or bongsu key generate wrote there, owned by root, mode 0644.',
      'minisign 또는 bongsu key generate가 만든 .pub 파일을 root 소유, 권한 0644로 두십시오.',
    ],
  ),
})

export const HUB_RELEASE_ERRORS = defineErrors({
  HUB_RELEASE_MISMATCH: lasting(
    422,
    [
      'The manifest does not describe this version: {problem}.',
      '매니페스트가 이 버전을 설명하지 않습니다: {problem}.',
    ],
    [
      'Read the manifest from the hub again, and sign it as it is.',
      '허브에서 매니페스트를 다시 읽어 그대로 서명하십시오.',
    ],
  ),
  HUB_RELEASE_SIGNATURE_MALFORMED: lasting(
    422,
    ['The signature is not the text of a .minisig file.', '서명이 .minisig 파일의 내용이 아닙니다.'],
    [
      'Sign with bongsu package sign, or with minisign -S, and send the whole file.',
      'bongsu package sign 또는 minisign -S로 서명하고 파일 전체를 보내십시오.',
    ],
  ),
  HUB_RELEASE_UNSIGNED: lasting(
    422,
    ['The manifest has no signature.', '매니페스트에 서명이 없습니다.'],
    ['Sign it: bongsu package sign.', 'bongsu package sign 명령으로 서명하십시오.'],
  ),
})
