import { Button, Menu } from '@mantine/core';
import { useState } from 'react';
import { failureOf, type Failure } from '../api/failure';
import { savePosted } from '../api/save';
import { Icon } from '../ui/Icon';
import type { Draft } from './draft';

const formats = [
  { format: 'csv', label: 'CSV' },
  { format: 'parquet', label: 'Parquet' },
  { format: 'ndjson', label: 'NDJSON' },
] as const;

/** The whole result of the statement as a file: it is run again, without a LIMIT that was added. */
export function ExportMenu({ draft, failed }: { readonly draft: Draft; readonly failed: (failure: Failure | null) => void }) {
  const [running, setRunning] = useState<AbortController | null>(null);
  const save = async (format: string) => {
    const end = new AbortController();
    setRunning(end);
    failed(null);
    try {
      failed(await savePosted(`sql/${draft.source}?format=${format}`, 'application/sql', draft.sql, `result.${format}`, end.signal));
    } catch (error) {
      failed(end.signal.aborted ? null : failureOf(error));
    } finally {
      setRunning(null);
    }
  };
  if (running !== null) {
    return <Button size="xs" variant="default" onClick={() => { running.abort(); }}>Stop exporting</Button>;
  }

  return (
    <Menu position="bottom-start" withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <Button size="xs" variant="default" disabled={draft.sql.trim() === ''} leftSection={<Icon name="download" size={14} />}>Export</Button>
      </Menu.Target>
      <Menu.Dropdown>
        {formats.map(({ format, label }) => <Menu.Item key={format} onClick={() => { void save(format); }}>All rows as {label}</Menu.Item>)}
      </Menu.Dropdown>
    </Menu>
  );
}
