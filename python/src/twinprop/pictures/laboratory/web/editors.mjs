// The editors of both programs, with a mark at each line that was judged.
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { python } from "@codemirror/lang-python";
import { EditorState, RangeSet, StateEffect, StateField } from "@codemirror/state";
import {
  Decoration, drawSelection, EditorView, gutter, GutterMarker, highlightActiveLine, keymap, lineNumbers,
} from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";
import { r } from "codemirror-lang-r";

const SIGNS = { right: "✓", different: "✗", follows: "↳", given: "○" };
const LANGUAGES = { python, r };
const setMarks = StateEffect.define();

class Sign extends GutterMarker {
  constructor(status) { super(); this.status = status; this.elementClass = `sign-${status}`; }
  eq(other) { return this.status === other.status; }
  toDOM() { return document.createTextNode(SIGNS[this.status]); }
}

// The marks belong to the text that was judged: with the first change they go.
const marks = StateField.define({
  create: () => [],
  update(value, transaction) {
    for (const effect of transaction.effects) if (effect.is(setMarks)) return effect.value;
    return transaction.docChanged ? [] : value;
  },
});

const marked = (state, make) => RangeSet.of(state.field(marks)
  .filter(({ line, status }) => status in SIGNS && line <= state.doc.lines)
  .map(({ line, status }) => make(status).range(state.doc.line(line).from)), true);
const lines = EditorView.decorations.compute([marks], (state) => marked(
  state, (status) => Decoration.line({ class: `line-${status}` }),
));
const signs = gutter({ class: "signs", markers: (view) => marked(view.state, (status) => new Sign(status)) });

export function newEditor(parent, language, label, onChange) {
  const view = new EditorView({
    parent,
    extensions: [
      signs, lineNumbers(), history(), drawSelection(), indentOnInput(), bracketMatching(),
      highlightActiveLine(), syntaxHighlighting(classHighlighter), LANGUAGES[language](), marks, lines,
      keymap.of([...defaultKeymap, ...historyKeymap]),
      EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false", tabindex: "0" }),
      EditorView.updateListener.of((update) => { if (update.docChanged) onChange(); }),
    ],
  });
  return {
    get text() { return view.state.doc.toString(); },
    set text(insert) { view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert } }); },
    get line() { return view.state.doc.lineAt(view.state.selection.main.head).number; },
    get focused() { return view.hasFocus; },
    dom: view.dom,
    mark(judged) { view.dispatch({ effects: setMarks.of(judged) }); },
    go(line) {
      const { from } = view.state.doc.line(Math.min(line, view.state.doc.lines));
      view.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: "center" }) });
      view.focus();
    },
  };
}
