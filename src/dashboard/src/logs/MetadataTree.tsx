import { ActionIcon, Tooltip } from '@mantine/core';
import { useState } from 'react';
import { Icon } from '../ui/Icon';
import type { Condition } from './condition';
import classes from './RecordDetail.module.css';
import { pathOf } from './records';

interface Props {
  readonly value: unknown;
  readonly add: (condition: Condition) => void;
}

/** Objects and arrays of these many members are open at first. */
const openUpTo = 25;

/** The metadata of a record, any part of which can be filtered by. */
export function MetadataTree({ value, add }: Props) {
  return <ul className={classes.tree}>{entriesOf(value).map(([key, child]) => <Node key={key} name={key} path={pathOf('', key)} value={child} add={add} />)}</ul>;
}

function Node({ name, path, value, add }: Props & { readonly name: string | number; readonly path: string }) {
  const children = entriesOf(value);
  const [isOpen, setOpen] = useState(children.length <= openUpTo);
  if (typeof value !== 'object' || value === null || children.length === 0) {
    return (
      <li className={classes.node}>
        <span className={classes.key}>{name}:</span>
        <span className={classes.value}>{JSON.stringify(value)}</span>
        <Tooltip label="Only records with this value here">
          <ActionIcon size={24} aria-label={`Only records with ${path} ${JSON.stringify(value)}`} onClick={() => { add({ field: 'metadata', path, value, excluded: false }); }}><Icon name="plus" size={12} /></ActionIcon>
        </Tooltip>
      </li>
    );
  }

  return (
    <li>
      <div className={classes.node}>
        <button type="button" className={classes.twist} aria-expanded={isOpen} aria-label={`${name}`} onClick={() => { setOpen(!isOpen); }}><Icon name="chevron" size={12} /></button>
        <span className={classes.key}>{name}:</span>
        <span className={classes.value}>{Array.isArray(value) ? `[${children.length}]` : `{${children.length}}`}</span>
      </div>
      {isOpen && <ul>{children.map(([key, child]) => <Node key={key} name={key} path={pathOf(path, key)} value={child} add={add} />)}</ul>}
    </li>
  );
}

function entriesOf(value: unknown): (readonly [string | number, unknown])[] {
  return Array.isArray(value) ? value.map((child, i) => [i, child] as const) : typeof value === 'object' && value !== null ? Object.entries(value) : [];
}
