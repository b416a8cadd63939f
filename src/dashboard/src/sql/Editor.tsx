import { acceptCompletion, autocompletion, closeBrackets, completionStatus } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { PostgreSQL, sql } from '@codemirror/lang-sql';
import { bracketMatching, HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { Compartment, EditorState, Prec } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers, placeholder } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { useEffect, useImperativeHandle, useRef, type Ref } from 'react';
import type { Place } from '../api/failure';
import { offsetOf, placeField, showPlace } from './place';
import classes from './Sql.module.css';

/** What a page can have the editor do. */
export interface EditorHandle {
  /** Underlines what is wrong; null: nothing is. */
  readonly mark: (place: Place | null) => void;
  readonly goTo: (place: Place) => void;
}

interface Props {
  readonly ref?: Ref<EditorHandle>;
  readonly value: string;
  readonly change: (value: string) => void;
  readonly run: () => void;
  /** What is completed: columns by table. */
  readonly names: Record<string, string[]>;
}

/** Colours are variables of the page, so that both schemes fit. */
const colors = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword], color: 'var(--fq-keyword)', fontWeight: '600' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--fq-string)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--fq-number)' },
  { tag: tags.comment, color: 'var(--mantine-color-dimmed)', fontStyle: 'italic' },
  { tag: tags.typeName, color: 'var(--fq-type)' },
]);

/** A statement of SQL. Escape, then Tab leaves it; Tab alone takes a completion, or indents. */
export function Editor({ ref, value, change, run, names }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const language = useRef(new Compartment());
  const handlers = useRef({ change, run });
  handlers.current = { change, run };
  const first = useRef({ value, names });

  useEffect(() => {
    const editor = new EditorView({
      parent: host.current!,
      state: EditorState.create({
        doc: first.current.value,
        extensions: [
          lineNumbers(), history(), drawSelection(), bracketMatching(), closeBrackets(), highlightActiveLine(), autocompletion({ icons: false, maxRenderedOptions: 8 }), syntaxHighlighting(colors),
          EditorView.lineWrapping, placeField,
          placeholder('SELECT region, count(*) AS sales FROM sales GROUP BY region'),
          EditorView.contentAttributes.of({ 'aria-label': 'SQL statement', 'aria-description': 'Escape, then Tab leaves the editor.', spellcheck: 'false' }),
          language.current.of(languageOf(first.current.names)),
          Prec.highest(keymap.of([
            { key: 'Mod-Enter', run: () => { handlers.current.run(); return true; } },
            { key: 'Tab', run: (target) => completionStatus(target.state) === 'active' && acceptCompletion(target) },
          ])),
          keymap.of([...defaultKeymap, ...historyKeymap, indentWithTab]),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) {
              handlers.current.change(update.state.doc.toString());
            }
          }),
        ],
      }),
    });
    view.current = editor;
    return () => { editor.destroy(); };
  }, []);

  useEffect(() => { view.current?.dispatch({ effects: language.current.reconfigure(languageOf(names)) }); }, [names]);
  useEffect(() => {
    const editor = view.current;
    if (editor !== null && editor.state.doc.toString() !== value) {
      editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
    }
  }, [value]);

  useImperativeHandle(ref, () => ({
    mark: (place) => { view.current?.dispatch({ effects: showPlace.of(place) }); },
    goTo: (place) => {
      const editor = view.current;
      if (editor !== null) {
        editor.dispatch({ selection: { anchor: offsetOf(editor.state.doc, place) }, scrollIntoView: true });
        editor.focus();
      }
    },
  }), []);

  return <div ref={host} className={classes.editor} />;
}

const languageOf = (names: Record<string, string[]>) => sql({ dialect: PostgreSQL, schema: names, upperCaseKeywords: true });
