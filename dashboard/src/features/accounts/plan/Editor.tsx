import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { type Diagnostic, lintGutter, setDiagnostics } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { useEffect, useRef } from 'react';

import { nonce } from '@/lib/nonce';
import { MONO } from '@/theme/theme';
import type { Finding } from './queries';

const colour = (name: string) => `var(--rt-palette-${name})`;

const LOOK = EditorView.theme({
  '&': { fontSize: '12.5px', height: '460px', backgroundColor: colour('background-paper') },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: MONO, lineHeight: '1.6' },
  '.cm-content': { caretColor: colour('text-primary') },
  '.cm-cursor': { borderLeftColor: colour('text-primary') },
  '.cm-gutters': {
    backgroundColor: colour('background-default'),
    color: colour('text-secondary'),
    borderRight: `1px solid ${colour('divider')}`,
  },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'transparent' },
  '&.cm-focused .cm-activeLine': { backgroundColor: colour('background-default') },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground':
    { backgroundColor: colour('primary-soft') },
  '.cm-tooltip': {
    backgroundColor: colour('background-raised'),
    color: colour('text-primary'),
    border: `1px solid ${colour('divider')}`,
    borderRadius: '6px',
  },
});

const INK = syntaxHighlighting(
  HighlightStyle.define([
    { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: colour('primary-text') },
    { tag: [tags.string, tags.content], color: colour('text-primary') },
    { tag: [tags.number, tags.bool, tags.null, tags.atom], color: colour('success-text') },
    { tag: [tags.comment, tags.lineComment], color: colour('text-secondary') },
    { tag: [tags.separator, tags.punctuation, tags.bracket], color: colour('text-secondary') },
  ]),
);

interface EditorProps {
  label: string;
  text: string;
  findings: Finding[];
  readOnly: boolean;
  onChange: (text: string) => void;
  /** Counts up with each wish to stand on `line`. */
  goTo?: { line: number; wish: number };
}

/** YAML with the linter's findings beside the lines. */
export function Editor(props: EditorProps) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });

  useEffect(() => {
    const { text, label, readOnly } = latest.current;
    const editor = new EditorView({
      parent: place.current as HTMLDivElement,
      state: EditorState.create({
        doc: text,
        extensions: [
          lineNumbers(),
          lintGutter(),
          history(),
          drawSelection(),
          highlightActiveLine(),
          yaml(),
          INK,
          LOOK,
          // Tab goes on to the next control, as everywhere: nobody is caught in here.
          keymap.of([...defaultKeymap, ...historyKeymap]),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({
            'aria-label': label,
            spellcheck: 'false',
            // Whoever may only read scrolls with the keyboard, too.
            tabindex: '0',
          }),
          EditorState.readOnly.of(readOnly),
          nonce === undefined ? [] : EditorView.cspNonce.of(nonce),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, []);

  // From outside, the text changes by a restore or a reload; typing has brought it here already.
  useEffect(() => {
    const editor = view.current;
    if (editor === null || editor.state.doc.toString() === props.text) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: props.text } });
  }, [props.text]);

  useEffect(() => {
    const editor = view.current;
    if (editor === null) return;
    editor.dispatch(setDiagnostics(editor.state, diagnostics(editor.state, props.findings)));
  }, [props.findings]);

  const { goTo } = props;
  useEffect(() => {
    const editor = view.current;
    if (editor === null || goTo === undefined) return;
    const line = editor.state.doc.line(Math.min(goTo.line, editor.state.doc.lines));
    editor.dispatch({ selection: { anchor: line.from }, scrollIntoView: true });
    editor.focus();
  }, [goTo]);

  return <div ref={place} />;
}

function diagnostics(state: EditorState, findings: Finding[]): Diagnostic[] {
  return findings.map((found) => {
    const line = state.doc.line(Math.min(Math.max(1, found.line), state.doc.lines));
    const from = Math.min(line.to, line.from + Math.max(0, found.column - 1));
    const message = found.suggestion ? `${found.message}; ${found.suggestion}` : found.message;
    return { from, to: line.to, severity: found.severity, message };
  });
}
