import type { EngagementSession } from '@/lib/api';
import { duration } from '@/lib/time';

/** From its start to its end; empty while it runs or where it never began. */
export function lasted({ started_at, ended_at }: EngagementSession): string {
  if (!started_at || !ended_at) return '';
  return duration((Date.parse(ended_at) - Date.parse(started_at)) / 1000);
}
