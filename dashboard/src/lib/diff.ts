export interface DiffLine {
  kind: 'same' | 'added' | 'removed' | 'gap';
  text: string;
}

/** The shortest way from one text to the other by whole lines; unchanged stretches are folded. */
export function diffLines(before: string, after: string, context = 3): DiffLine[] {
  const old = before.split('\n');
  const next = after.split('\n');
  const all = walk(old, next, table(old, next));
  return all.some((line) => line.kind !== 'same') ? fold(all, context) : [];
}

/** `lengths[i][j]` is the longest common run of lines of what follows i and j. */
function table(old: string[], next: string[]): Uint32Array[] {
  const lengths = Array.from({ length: old.length + 1 }, () => new Uint32Array(next.length + 1));
  for (let i = old.length - 1; i >= 0; i -= 1) {
    const row = lengths[i] as Uint32Array;
    const below = lengths[i + 1] as Uint32Array;
    for (let j = next.length - 1; j >= 0; j -= 1) {
      row[j] = old[i] === next[j] ? at(below, j + 1) + 1 : Math.max(at(below, j), at(row, j + 1));
    }
  }
  return lengths;
}

function walk(old: string[], next: string[], lengths: Uint32Array[]): DiffLine[] {
  const lines: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < old.length || j < next.length) {
    if (i < old.length && j < next.length && old[i] === next[j]) {
      lines.push({ kind: 'same', text: old[i] ?? '' });
      i += 1;
      j += 1;
    } else if (
      i < old.length &&
      (j === next.length || at(lengths[i + 1], j) >= at(lengths[i], j + 1))
    ) {
      lines.push({ kind: 'removed', text: old[i] ?? '' });
      i += 1;
    } else {
      lines.push({ kind: 'added', text: next[j] ?? '' });
      j += 1;
    }
  }
  return lines;
}

function fold(lines: DiffLine[], context: number): DiffLine[] {
  const isKept = lines.map((_, index) =>
    lines
      .slice(Math.max(0, index - context), index + context + 1)
      .some((line) => line.kind !== 'same'),
  );
  const folded: DiffLine[] = [];
  let hidden = 0;
  lines.forEach((line, index) => {
    if (!isKept[index]) {
      hidden += 1;
      return;
    }
    if (hidden > 0) folded.push(gap(hidden));
    hidden = 0;
    folded.push(line);
  });
  if (hidden > 0) folded.push(gap(hidden));
  return folded;
}

function gap(hidden: number): DiffLine {
  return { kind: 'gap', text: `${hidden} unchanged ${hidden === 1 ? 'line' : 'lines'}` };
}

function at(row: Uint32Array | undefined, index: number): number {
  return row?.[index] ?? 0;
}
