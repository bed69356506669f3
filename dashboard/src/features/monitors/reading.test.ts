import { describe, expect, it } from 'vitest';

import {
  dollars,
  grown,
  growthText,
  intervalName,
  metricOf,
  resolutionOf,
  signed,
  spendState,
  subjectName,
  subjectOf,
} from './reading';

describe('subjectOf', () => {
  it('takes a word for a handle, with or without its sign', () => {
    const person = { kind: 'influencer', subject: 'harbour.lights' };
    expect(subjectOf(' @harbour.lights ')).toEqual(person);
    expect(subjectOf('harbour.lights')).toEqual(person);
  });

  it('reads the handle out of the address of a profile', () => {
    const person = { kind: 'influencer', subject: 'instagram' };
    expect(subjectOf('https://www.instagram.com/instagram/?hl=en')).toEqual(person);
    expect(subjectOf('instagram.com/instagram')).toEqual(person);
  });

  it('knows the address of a post, wherever it stands', () => {
    for (const url of [
      'https://www.instagram.com/p/CxYQJO8xuC6/',
      'instagram.com/reel/CxYQJO8xuC6?igsh=1',
      'http://127.0.0.1:4000/somebody/p/CxYQJO8xuC6',
    ]) {
      expect(subjectOf(url)).toEqual({ kind: 'post', subject: url });
    }
  });

  it('does not guess at what is neither', () => {
    for (const text of ['', '  ', 'two words', 'https://www.instagram.com/', 'ö']) {
      expect(subjectOf(text)).toBeNull();
    }
  });
});

describe('growth', () => {
  it('always says its direction, and from how many readings it is known', () => {
    expect(signed(1200)).toBe('+1,200');
    expect(signed(-3)).toBe('−3');
    expect(growthText({ change: 120, percent: 1.234, n: 48 }, '24 h')).toBe(
      '24 h: +120 (+1.2 %), n 48',
    );
    expect(growthText({ change: 4, percent: null, n: 2 }, '7 d')).toBe('7 d: +4, n 2');
    expect(growthText(undefined, '24 h')).toBe('24 h: too few readings');
  });

  it('does not call a little nothing, and nothing a loss', () => {
    expect(grown(0.05)).toBe('+0.05 %');
    expect(grown(0.00069)).toBe('+0.0007 %');
    expect(grown(-0.00001)).toBe('0 %');
    expect(grown(-12)).toBe('−12.0 %');
    expect(grown(null)).toBe('–');
  });
});

describe('names', () => {
  it('writes a person as the source does', () => {
    expect(subjectName({ kind: 'influencer', subject: 'anna', name: 'Anna' })).toBe('@Anna');
    expect(subjectName({ kind: 'post', subject: 'CxYQJO8xuC6', name: null })).toBe('CxYQJO8xuC6');
  });

  it('has a word for an interval that was stretched', () => {
    expect(intervalName(3600)).toBe('Every hour');
    expect(intervalName(7200)).toBe('Every 2 h');
  });

  it('falls back to the first count of a kind', () => {
    expect(metricOf('post', 'follower_count')).toBe('like_count');
    expect(metricOf('influencer', 'post_count')).toBe('post_count');
  });
});

describe('resolutionOf', () => {
  it('shows each reading while a chart can', () => {
    expect(resolutionOf(86_400, 30)).toBe('reading');
    expect(resolutionOf(7 * 86_400, 30)).toBe('hour');
    expect(resolutionOf(90 * 86_400, 30)).toBe('day');
    expect(resolutionOf(90 * 86_400, 3600)).toBe('reading');
  });
});

describe('money', () => {
  it('shows a fraction of a cent where there is no more', () => {
    expect(dollars(0.008)).toBe('$0.008');
    expect(dollars(0)).toBe('$0.00');
    expect(dollars(1234.5)).toBe('$1,234.50');
  });

  it('says when the month will not last', () => {
    const month = { limit: 10, spent: 4, projected: 9, is_spent: false };
    expect(spendState(month)).toBe('fine');
    expect(spendState({ ...month, projected: 11 })).toBe('short');
    expect(spendState({ ...month, is_spent: true })).toBe('spent');
    expect(spendState({ ...month, limit: null, projected: 99 })).toBe('fine');
  });
});
