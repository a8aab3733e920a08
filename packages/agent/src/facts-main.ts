// The process that collects static facts and prints them as one line of JSON; started by host-facts.ts, ends by itself.
import { collectFacts } from './telemetry/collect-facts.ts'

void collectFacts().then((facts) => process.stdout.write(JSON.stringify(facts)))
