import { describe, expect, it } from 'vitest';

import { aboutOf, fromOn, KINDS, overOnce, placeOf } from './reading';

describe('placeOf', () => {
  it('leads to what an alert is about', () => {
    expect(placeOf({ subject_kind: 'monitor', subject_id: '7' })).toBe('/monitors/7');
    expect(placeOf({ subject_kind: 'source', subject_id: 'tikhub' })).toBe('/monitors/sources');
    expect(placeOf({ subject_kind: 'budget', subject_id: '2026-11' })).toBe('/monitors/sources');
  });

  it('leads nowhere where there is no page', () => {
    expect(placeOf({ subject_kind: 'channel', subject_id: '1' })).toBeNull();
    expect(aboutOf({ subject_kind: 'channel', subject_id: '1' })).toBe('Channel 1');
  });
});

describe('overOnce', () => {
  it('says of each kind when it is over', () => {
    for (const kind of KINDS) expect(overOnce({ kind })).not.toBeNull();
    expect(overOnce({ kind: 'test' })).toBeNull();
  });
});

describe('fromOn', () => {
  it('says what a channel gets', () => {
    expect(fromOn('info')).toBe('All');
    expect(fromOn('critical')).toBe('Critical only');
  });
});
