import { Badge, Button, SegmentedControl, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { Place } from '../api/failure';
import { duration, plural } from '../ui/format';
import { EmptyState, ErrorState, LoadingState } from '../ui/States';
import { PlanView } from './PlanView';
import { ResultGrid } from './ResultGrid';
import classes from './Sql.module.css';
import type { Answer } from './useStatement';

interface Props {
  readonly answer: Answer;
  readonly names: Readonly<Record<string, readonly string[]>>;
  readonly choose: (sql: string) => void;
  readonly goTo: (place: Place) => void;
}

/** What came of the statement: rows, its plan, or why not. */
export function AnswerView({ answer, names, choose, goTo }: Props) {
  const [part, setPart] = useState<'rows' | 'plan'>('rows');
  if (answer.kind === 'none') {
    const tables = Object.keys(names).slice(0, 6);
    return (
      <div className={classes.answer}>
        <EmptyState
          icon="sql" title="Write a statement and run it"
          action={<div style={{ display: 'flex', flexWrap: 'wrap', gap: 6, justifyContent: 'center' }}>{tables.map((table) => <Button key={table} size="compact-sm" variant="default" onClick={() => { choose(`SELECT *\nFROM ${table}\nLIMIT 100`); }}>{table}</Button>)}</div>}
        >
          Ctrl+Enter runs it. Federated statements read both tiers as one table, in DuckDB's dialect.{tables.length > 0 && ' Begin with one of these:'}
        </EmptyState>
      </div>
    );
  }

  if (answer.kind === 'running') {
    return <div className={classes.answer}><Running since={answer.since} /></div>;
  }

  if (answer.kind === 'failed') {
    return <div className={classes.answer}><ErrorState error={answer.error} goTo={goTo} /></div>;
  }

  if (answer.kind === 'explained') {
    return <div className={classes.answer}><div className={classes.summary}><Text size="sm" fw={600}>What it would cost; it was not run</Text></div><PlanView picture={answer.picture} /></div>;
  }

  const { result } = answer;
  return (
    <div className={classes.answer}>
      <div className={classes.summary}>
        <SegmentedControl size="xs" aria-label="What is shown" value={part} data={[{ value: 'rows', label: 'Rows' }, { value: 'plan', label: 'Plan' }]} onChange={(value) => { setPart(value as typeof part); }} />
        <Text size="sm" role="status">{plural(result.rowCount, 'row')} in {duration(result.executionTime * 1000)}</Text>
        <Badge variant="light" radius="sm">{result.dataSource.toLowerCase()}</Badge>
        {result.truncated && <Text size="sm" c="dimmed">There are more: raise the limit, or export all of them.</Text>}
      </div>
      {part === 'plan' ? <PlanView picture={answer.picture} /> : result.rowCount === 0 ? <EmptyState title="No rows">The statement is right, and selects nothing.</EmptyState> : <ResultGrid key={result.executionTime} result={result} />}
    </div>
  );
}

function Running({ since }: { readonly since: number }) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => { setNow(Date.now()); }, 500);
    return () => { clearInterval(timer); };
  }, []);
  return <LoadingState label={`Running for ${duration(Math.max(0, now - since))}`} />;
}
