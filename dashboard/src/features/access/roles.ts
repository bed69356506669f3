/** The roles of people; programs have one more, bot. */
export const ROLES = ['viewer', 'operator', 'admin'] as const;
