import { useQuery } from '@apollo/client/react';
import { Button, SegmentedControl, Select, Tooltip } from '@mantine/core';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useSearchParams } from 'react-router';
import { failureOf, type Failure } from '../api/failure';
import { Icon } from '../ui/Icon';
import { FailureAlert } from '../ui/States';
import { useDocumentTitle } from '../ui/useDocumentTitle';
import { AnswerView } from './AnswerView';
import { keepDraft, readDraft, type Draft } from './draft';
import { Editor, type EditorHandle } from './Editor';
import { ExportMenu } from './ExportMenu';
import { MaterializeButton } from './MaterializeButton';
import { namesOf, sources, type Source } from './source';
import classes from './Sql.module.css';
import { SqlNamesDocument } from './sql.generated';
import { useStatement } from './useStatement';

const limits = ['1000', '10000', '100000'];

export function SqlPage() {
  useDocumentTitle('SQL');
  const [parameters, setParameters] = useSearchParams();
  const [draft, setDraft] = useState<Draft>(() => readDraft(parameters, localStorage));
  const [limit, setLimit] = useState('1000');
  const { answer, run, explain, stop } = useStatement();
  const [exportFailure, setExportFailure] = useState<Failure | null>(null);
  const { data } = useQuery(SqlNamesDocument);
  const names = useMemo(() => namesOf(data?.tables ?? [], draft.source), [data, draft.source]);
  useEffect(() => { keepDraft(draft, localStorage); }, [draft]);
  const editor = useRef<EditorHandle>(null);
  useEffect(() => { editor.current?.mark(answer.kind === 'failed' ? (failureOf(answer.error).place ?? null) : null); }, [answer]);

  const isEmpty = draft.sql.trim() === '';
  const remember = () => {
    setExportFailure(null);
    setParameters({ source: draft.source, sql: draft.sql }, { replace: true });
  };
  const start = () => {
    if (!isEmpty) {
      remember();
      void run(draft, Number(limit));
    }
  };
  return (
    <div className={classes.page}>
      <h1 className={classes.hidden}>SQL</h1>
      <div className={classes.toolbar}>
        <SegmentedControl size="xs" aria-label="Who is asked" value={draft.source} data={[...sources]} onChange={(value) => { setDraft({ ...draft, source: value as Source }); }} />
        {answer.kind === 'running'
          ? <Button size="xs" color="red" onClick={stop}>Stop</Button>
          : <Tooltip label="Ctrl+Enter"><Button size="xs" disabled={isEmpty} leftSection={<Icon name="play" size={14} />} onClick={start}>Run</Button></Tooltip>}
        <Button size="xs" variant="default" disabled={isEmpty || answer.kind === 'running'} onClick={() => { remember(); void explain(draft); }}>Explain</Button>
        <Select size="xs" w={130} aria-label="Rows at most" data={limits.map((value) => ({ value, label: `${Number(value).toLocaleString('en-US')} rows` }))} value={limit} allowDeselect={false} onChange={(value) => { setLimit(value ?? limit); }} />
        <ExportMenu draft={draft} failed={setExportFailure} />
        <Tooltip label="Stored results answer federated statements" disabled={draft.source === 'federated'}>
          <span><MaterializeButton sql={draft.sql} isDisabled={isEmpty || draft.source !== 'federated'} /></span>
        </Tooltip>
      </div>
      <Editor ref={editor} value={draft.sql} change={(sql) => { setDraft((before) => ({ ...before, sql })); }} run={start} names={names} />
      {exportFailure !== null && <FailureAlert failure={exportFailure} />}
      <AnswerView answer={answer} names={names} choose={(sql) => { setDraft({ ...draft, sql }); }} goTo={(place) => { editor.current?.goTo(place); }} />
    </div>
  );
}
