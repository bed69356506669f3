export { api, data, file, queryString, request } from './client';
export { ApiError, asApiError, type FieldError } from './error';
export type * from './types';
