export { problem, serve } from './api';
export { renderPage } from './render';
