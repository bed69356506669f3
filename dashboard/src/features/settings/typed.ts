/** A number as it is meant; what is none is sent as it is typed, and the server names the field. */
export function number(text: string): number | string {
  const value = Number(text.trim().replace(',', '.'));
  return text.trim() === '' || Number.isNaN(value) ? text : value;
}
