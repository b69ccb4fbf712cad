import type { Entry } from '../../kernel/recording.ts';

/**
 * Mermaid reads `;` as an end of line, `#` as the beginning of an entity and `%%` as that of a comment; what is written
 * into it is in a page, or a terminal.
 */
const plain = (text: string): string => text.replace(/[;#<>%\p{C}\u2028\u2029]/gu, ' ');

const noteOf = (entry: Extract<Entry, { kind: 'fault' }>, contexts: readonly string[]): string => {
  const { context, at, message } = entry.detail;
  const over = typeof context === 'string' ? context : contexts.length === 1 ? String(contexts[0]) : `${contexts[0]},${contexts.at(-1)}`;
  const what = [entry.fault, at, message].filter((part) => typeof part === 'string').join(' ');
  return `  Note over ${over}: ${plain(what)}`;
};

/** A recording as a sequence diagram in Mermaid: requests, what each context took in from whom, faults and crashes, in order of time. */
export const sequenceDiagram = (entries: readonly Entry[], contexts: readonly string[]): readonly string[] => {
  const sources = new Map<string, string>();
  const lines = ['sequenceDiagram', '  actor people', ...contexts.map((name) => `  participant ${name}`)];
  for (const entry of entries) {
    if (entry.kind === 'message.published') sources.set(entry.event.id, entry.context);
    else if (entry.kind === 'command') lines.push(`  people->>${entry.context}: ${plain(entry.operation)} (${entry.status})`);
    else if (entry.kind === 'message.handled') {
      const arrow = entry.handling === 'handled' ? '->>' : '-->>';
      const suffix = entry.handling === 'handled' ? '' : ` (${entry.handling})`;
      lines.push(`  ${sources.get(entry.id) ?? entry.context}${arrow}${entry.context}: ${plain(entry.type)}${suffix}`);
    } else if (entry.kind === 'fault') lines.push(noteOf(entry, contexts));
    else if (entry.kind === 'context' && entry.change === 'crashed') lines.push(`  Note over ${entry.context}: crashed`);
  }
  return lines;
};
