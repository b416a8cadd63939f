import { ActionIcon, Button, Group, Text, Tooltip } from '@mantine/core';
import { CopyButton } from '../ui/CopyButton';
import { Icon } from '../ui/Icon';
import type { Condition } from './condition';
import { fieldNames, fields } from './fields';
import { MetadataTree } from './MetadataTree';
import classes from './RecordDetail.module.css';
import type { Entry } from './records';

interface Props {
  readonly entry: Entry;
  readonly add: (condition: Condition) => void;
  readonly showAround?: ((entry: Entry) => void) | undefined;
}

/** All of a record: its message, its fields, its metadata, and what to do with them. */
export function RecordDetail({ entry, add, showAround }: Props) {
  const { node } = entry;
  const present = fieldNames.flatMap((field) => {
    const value = node[field];
    return value === null || field === 'message' ? [] : [{ field, value }];
  });
  return (
    <div className={classes.detail}>
      <pre className={classes.message}>{node.message}</pre>
      <Group gap="xs" mb="xs">
        {showAround !== undefined && <Button size="compact-xs" variant="default" leftSection={<Icon name="context" size={14} />} onClick={() => { showAround(entry); }}>Show around this record</Button>}
        <CopyButton text={() => JSON.stringify(node, null, 2)} label="Copy as JSON" />
        <CopyButton text={() => node.message} label="Copy the message" />
      </Group>
      <dl className={classes.fields}>
        <div className={classes.field}>
          <dt>Time (UTC)</dt>
          <dd><code>{node.timestamp}</code></dd>
        </div>
        <div className={classes.field}>
          <dt>Id</dt>
          <dd><code>{node.id}</code></dd>
        </div>
        {present.map(({ field, value }) => (
          <div key={field} className={classes.field}>
            <dt>{fields[field].label}</dt>
            <dd>
              <code>{value}</code>
              <FilterButtons label={`${fields[field].label} ${value}`} only={() => { add({ field, value, excluded: false }); }} without={() => { add({ field, value, excluded: true }); }} />
            </dd>
          </div>
        ))}
      </dl>
      {node.metadata !== null && (
        <>
          <Text size="xs" fw={600} mt="xs">Metadata</Text>
          <MetadataTree value={node.metadata} add={add} />
        </>
      )}
    </div>
  );
}

function FilterButtons({ label, only, without }: { readonly label: string; readonly only: () => void; readonly without: () => void }) {
  return (
    <span className={classes.buttons}>
      <Tooltip label="Only these"><ActionIcon size={24} aria-label={`Only ${label}`} onClick={only}><Icon name="plus" size={12} /></ActionIcon></Tooltip>
      <Tooltip label="Leave these out"><ActionIcon size={24} aria-label={`Leave out ${label}`} onClick={without}><Icon name="minus" size={12} /></ActionIcon></Tooltip>
    </span>
  );
}
