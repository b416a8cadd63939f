import { memo } from 'react';
import { precise } from '../ui/format';
import { Icon } from '../ui/Icon';
import type { Condition } from './condition';
import { LevelBadge } from './LevelBadge';
import classes from './LogRow.module.css';
import { RecordDetail } from './RecordDetail';
import type { Entry } from './records';

interface Props {
  readonly entry: Entry;
  readonly isOpen: boolean;
  readonly toggle: (id: string) => void;
  readonly add: (condition: Condition) => void;
  readonly showAround?: ((entry: Entry) => void) | undefined;
  readonly isFocus?: boolean;
}

/** One line of a record; opened, all of it. */
export const LogRow = memo(function LogRow({ entry, isOpen, toggle, add, showAround, isFocus = false }: Props) {
  const { node } = entry;
  const from = node.resourceId ?? node.workflowName;
  return (
    <div className={classes.record} data-open={isOpen || undefined} data-focus={isFocus || undefined}>
      <button type="button" className={classes.row} aria-expanded={isOpen} onClick={() => { toggle(node.id); }}>
        <span className={classes.chevron} data-open={isOpen || undefined}><Icon name="chevron" size={12} /></span>
        <time className={classes.time} dateTime={node.timestamp} title={node.timestamp}>{precise(new Date(node.timestamp))}</time>
        <LevelBadge level={node.level} />
        <span className={classes.from} title={from ?? undefined}>{from}</span>
        <span className={classes.message}>{node.message}</span>
      </button>
      {isOpen && <RecordDetail entry={entry} add={add} showAround={showAround} />}
    </div>
  );
});
