export { api, data, queryString, request } from './client';
export { ApiError, asApiError, type FieldError } from './error';
export type * from './types';
