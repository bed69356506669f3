export { LiveProvider, useLive, useLiveEvent } from './live';
export type { LiveEvent, LiveStatus } from './socket';
