// Floor of the agent's start: connects, says one line, and is told that it was heard. No identity, proof or disk.
import { WebSocket } from 'ws'

const [, , url = ''] = process.argv
const socket = new WebSocket(url, { perMessageDeflate: false })
socket.once('open', () => socket.send(JSON.stringify({ type: 'hello', hostname: 'floor' })))
socket.once('message', () => process.send?.('registered'))
socket.on('error', (error) => {
  console.error(error)
  process.exit(1)
})
