// The part of the front door that the page needs before the engine is loaded (docs/adr/0004-what-loads-first.md): which stage is of which step.

export { stageSteps } from './flow/advance'
