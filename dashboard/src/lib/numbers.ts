const whole = new Intl.NumberFormat('en-GB');
const compact = new Intl.NumberFormat('en-GB', { notation: 'compact', maximumFractionDigits: 1 });

/** `50,000`; a dash for what is not known. */
export function count(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : whole.format(value);
}

/** `1.2K`, for where `1,234` has no room. */
export function short(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : compact.format(value);
}

/** Takes a share of one: `0.981` is `98.1 %`. */
export function percent(share: number | null | undefined, digits = 1): string {
  return share === null || share === undefined ? '–' : `${(share * 100).toFixed(digits)} %`;
}

export function bytes(value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(value) / 10));
  const shown = value / 1024 ** power;
  return `${power === 0 ? shown : shown.toFixed(1)} ${units[power]}`;
}

/** `1 account`, `2 accounts`. */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** `action_block` as it is read: `Action block`. */
export function words(value: string): string {
  const text = value.replaceAll('_', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
