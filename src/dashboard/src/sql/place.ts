import { StateEffect, StateField, type Text } from '@codemirror/state';
import { Decoration, EditorView, type DecorationSet } from '@codemirror/view';
import type { Place } from '../api/failure';

/** Marks a place of the statement, or none. Typing takes the mark away: what it was about is being corrected. */
export const showPlace = StateEffect.define<Place | null>();

const mark = Decoration.mark({ class: 'fq-wrong' });

export const placeField = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (marks, transaction) => {
    const shown = transaction.effects.find((effect) => effect.is(showPlace));
    if (shown !== undefined) {
      const range = shown.value === null ? null : wordAt(transaction.newDoc, shown.value);
      return range === null ? Decoration.none : Decoration.set(mark.range(range.from, range.to));
    }

    return transaction.docChanged ? Decoration.none : marks;
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** Where a place is in the document, which counts as JavaScript does; columns count characters. What lies behind the end is the end. */
export function offsetOf(document: Text, { line, column }: Place): number {
  const { from, text } = document.line(Math.min(Math.max(line, 1), document.lines));
  return from + [...text].slice(0, Math.max(column - 1, 0)).join('').length;
}

/** The word that begins at a place, or the one character there; at the end of a line the character before. Null in an empty document. */
export function wordAt(document: Text, place: Place): { readonly from: number; readonly to: number } | null {
  const from = offsetOf(document, place);
  const line = document.lineAt(from);
  const length = /^(?:[\p{L}\p{N}_$]+|"[^"]*"|'[^']*'|.)/u.exec(line.text.slice(from - line.from))?.[0].length ?? 0;
  return length > 0 ? { from, to: from + length } : from > 0 ? { from: from - 1, to: from } : null;
}
