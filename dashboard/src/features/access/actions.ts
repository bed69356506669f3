import { api, data, type Model } from '@/lib/api';
import { useAction } from '@/lib/useAction';

type Operator = Model<'OperatorRead'>;
type Change = Model<'OperatorUpdate'>;

const update = (id: number, body: Change) =>
  data(api.PATCH('/api/operators/{operator_id}', { params: { path: { operator_id: id } }, body }));

/** The dialog shows the token itself, and the refusals beside their fields. */
export function useIssueToken() {
  return useAction({
    run: (body: Model<'TokenCreate'>) => data(api.POST('/api/tokens', { body })),
    done: () => null,
    failed: 'No token was made.',
    touches: ['tokens'],
    quiet: true,
  });
}

export function useRevokeToken() {
  return useAction({
    run: ({ id }: { id: string; name: string }) =>
      data(api.DELETE('/api/tokens/{token_id}', { params: { path: { token_id: id } } })),
    done: (_, { name }) => `The token ${name} is revoked.`,
    failed: ({ name }) => `The token ${name} still works.`,
    touches: ['tokens'],
  });
}

export function useAddOperator() {
  return useAction({
    run: (body: Model<'OperatorCreate'>) => data(api.POST('/api/operators', { body })),
    done: ({ username }) => `${username} may log in now.`,
    failed: 'Nobody was let in.',
    touches: ['operators', 'me'],
    quiet: true,
  });
}

export function useSetRole() {
  return useAction({
    run: ({ operator, role }: { operator: Operator; role: Operator['role'] }) =>
      update(operator.id, { role }),
    done: ({ username, role }) => `${username} is ${role} now.`,
    failed: ({ operator }) => `${operator.username} is still ${operator.role}.`,
    undo: ({ operator }) => update(operator.id, { role: operator.role }),
    touches: ['operators', 'me'],
  });
}

export function useSetDisabled() {
  return useAction({
    run: ({ operator, disabled }: { operator: Operator; disabled: boolean }) =>
      update(operator.id, { disabled }),
    done: (_, { operator, disabled }) =>
      disabled
        ? `${operator.username} is logged out and kept out.`
        : `${operator.username} may log in again.`,
    failed: ({ operator }) => `Nothing changed for ${operator.username}.`,
    undo: ({ operator, disabled }) => update(operator.id, { disabled: !disabled }),
    touches: ['operators', 'me'],
  });
}

export function useRemoveFactor() {
  return useAction({
    run: (operator: Operator) => update(operator.id, { totp_secret: null }),
    done: ({ username }) => `${username} logs in with the password alone.`,
    failed: ({ username }) => `${username} still needs the second factor.`,
    touches: ['operators'],
  });
}

export function useSetFactor() {
  return useAction({
    run: ({ id, ...body }: { id: number; totp_secret: string; totp_code: string }) =>
      update(id, body),
    done: () => 'From now on your log-in asks for the six digits as well.',
    failed: 'The second factor was not switched on.',
    touches: ['operators'],
    quiet: true,
  });
}

export function useChangePassword() {
  return useAction({
    run: (body: { current: string; new: string }) => data(api.PUT('/api/me/password', { body })),
    done: () => 'The password is changed. Log in with it.',
    failed: 'The password is as it was.',
    touches: ['me'],
    quiet: true,
  });
}
