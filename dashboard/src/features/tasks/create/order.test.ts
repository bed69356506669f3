import { describe, expect, it } from 'vitest';

import { type Account, ApiError, type TaskType } from '@/lib/api';
import { EMPTY, fieldsOf, handlesOf, orderOf, paramsOf, refusalOf } from './order';

const anna = { id: 1, login: 'anna', account_no: 'W1' } as Account;
const ben = { id: 2, login: 'ben', account_no: 'W2' } as Account;

const refused = (...fields: [string, string][]) =>
  new ApiError('Nothing of it fits.', {
    status: 422,
    fields: fields.map(([field, message]) => ({ field, message })),
  });

describe('orderOf', () => {
  it('makes one task of one account, and leaves its priority to the server', () => {
    expect(orderOf('validate_account', { ...EMPTY, accounts: [anna] })).toEqual({
      wanted: {
        kind: 'task',
        body: { type: 'validate_account', priority: null, account_id: 1, params: {} },
      },
    });
  });

  it('makes a batch of several, with the priority and the name that were given', () => {
    const draft = { ...EMPTY, accounts: [anna, ben], priority: '1', name: ' monday ' };
    expect(orderOf('validate_account', draft)).toEqual({
      wanted: {
        kind: 'batch',
        body: {
          type: 'validate_account',
          priority: 1,
          name: 'monday',
          tasks: [
            { account_id: 1, params: {} },
            { account_id: 2, params: {} },
          ],
        },
      },
    });
  });

  it('says at each field what is missing', () => {
    expect(orderOf('validate_account', EMPTY)).toEqual({
      errors: { accounts: 'Choose an account.' },
    });
    expect(orderOf('check_proxy', EMPTY)).toEqual({ errors: { proxies: 'Choose a proxy.' } });
    const draft = { ...EMPTY, maxItems: '101' };
    expect(orderOf('lookup_posts', draft)).toEqual({
      errors: {
        handles: 'Say who is to be looked up.',
        maxItems: 'A whole number from 1 to 100.',
      },
    });
  });

  it('looks up each handle once, by whoever was chosen', () => {
    const order = orderOf('lookup_profile', { ...EMPTY, handles: '@ada\nbob, ada', worker: ben });
    expect(order).toMatchObject({
      wanted: {
        body: {
          priority: 4,
          tasks: [
            { worker_account: 'W2', params: { username: 'ada' } },
            { worker_account: 'W2', params: { username: 'bob' } },
          ],
        },
      },
    });
  });

  it('lets the server pair who follows with who is followed', () => {
    const draft = { ...EMPTY, accounts: [anna, ben], handles: '@ada bob', perAccount: '1' };
    expect(orderOf('follow', draft)).toMatchObject({
      wanted: {
        kind: 'follow',
        body: { accounts: ['W1', 'W2'], targets: ['ada', 'bob'], per_account_max: 1 },
      },
    });
    expect(orderOf('follow', { ...draft, perAccount: '0' })).toHaveProperty('errors.perAccount');
  });

  it('has own accounts follow each other where nobody is named', () => {
    const draft = { ...EMPTY, accounts: [anna, ben], internal: true };
    expect(orderOf('follow', draft)).toMatchObject({
      wanted: { body: { accounts: ['W1', 'W2'], targets: [], internal: true } },
    });
  });

  it('sends a file with what it does not hold', () => {
    const file = new File(['username\nada\n'], 'people.csv');
    const draft = { ...EMPTY, accounts: [anna], file, isByFile: true, handles: 'ignored' };
    expect(orderOf('follow', draft)).toMatchObject({
      wanted: {
        kind: 'file',
        query: { type: 'follow', accounts: ['W1'], internal: false, per_account_max: 50 },
      },
    });
    expect(orderOf('lookup_profile', draft)).toMatchObject({
      wanted: { kind: 'file', query: { type: 'lookup_profile', name: null, priority: 4 } },
    });
    expect(orderOf('lookup_profile', { ...draft, file: null })).toEqual({
      errors: { file: 'Choose a file.' },
    });
    // There is no form of a file for it.
    expect(orderOf('check_proxy', { ...draft, proxies: [1] })).toHaveProperty(
      'wanted.kind',
      'task',
    );
  });

  it('changes of a profile only what was filled in', () => {
    const profile = { name: 'Anna', url: ' ' };
    expect(orderOf('update_profile', { ...EMPTY, accounts: [anna], profile })).toMatchObject({
      wanted: { body: { account_id: 1, params: { fields: { name: 'Anna' } } } },
    });
    expect(orderOf('update_profile', { ...EMPTY, accounts: [anna] })).toHaveProperty('errors');
  });

  it('refuses more than a batch can hold', () => {
    const handles = Array.from({ length: 1001 }, (_, at) => `person${at}`).join('\n');
    expect(orderOf('lookup_profile', { ...EMPTY, handles })).toMatchObject({
      errors: { handles: expect.stringContaining('1,000') as string },
    });
  });

  it('asks for accounts and JSON where it does not know a type better', () => {
    expect(fieldsOf('recover_account')).toEqual(['accounts']);
    expect(fieldsOf('something_new' as TaskType)).toEqual(['accounts', 'params']);
    const draft = { ...EMPTY, accounts: [anna], params: '{"target": ' };
    expect(orderOf('something_new' as TaskType, draft)).toMatchObject({
      errors: { params: expect.stringContaining('not JSON') as string },
    });
  });
});

describe('paramsOf', () => {
  it('takes nothing for nothing, and an object only', () => {
    expect(paramsOf(' ')).toEqual({ params: {} });
    expect(paramsOf('{"a": [1]}')).toEqual({ params: { a: [1] } });
    expect(paramsOf('[1]')).toHaveProperty('wrong');
    expect(paramsOf('7')).toHaveProperty('wrong');
  });
});

describe('handlesOf', () => {
  it('reads lines, commas and signs', () => {
    expect(handlesOf(' @ada,\n\nbob;cleo ')).toEqual(['ada', 'bob', 'cleo']);
  });
});

describe('refusalOf', () => {
  const draft = { ...EMPTY, accounts: [anna, ben] };
  const order = orderOf('validate_account', draft);
  if ('errors' in order) throw new Error('the order is right');

  it('puts the item of a batch beside its field, by its name', () => {
    const { errors, rest } = refusalOf(
      refused(['tasks.1.account_id', 'no account in use has this id']),
      'validate_account',
      order.wanted,
      draft,
    );
    expect(errors).toEqual({ accounts: 'ben: no account in use has this id' });
    expect(rest).toBeNull();
  });

  it('says in the form what has no field', () => {
    const { errors, rest } = refusalOf(
      refused(['type', 'is not run'], ['elsewhere', 'is wrong']),
      'validate_account',
      order.wanted,
      draft,
    );
    expect(errors).toEqual({ type: 'is not run' });
    expect(rest).toBe('Nothing of it fits.');
  });

  it('names the parameter that does not fit', () => {
    const { errors } = refusalOf(
      refused(['params.target', 'is not a handle']),
      'something_new' as TaskType,
      order.wanted,
      draft,
    );
    expect(errors).toEqual({ params: 'target: is not a handle' });
  });
});
