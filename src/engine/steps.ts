// The part of the front door for whoever tells a story and does not wait for the engine: which stage is of which step.

export { stageSteps } from './flow/advance'
