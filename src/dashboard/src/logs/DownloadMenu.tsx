import { Button, Menu, Text } from '@mantine/core';
import { useState } from 'react';
import { addressOf } from '../api/addresses';
import { isSignedIn } from '../api/credentials';
import { failureOf, type Failure } from '../api/failure';
import { saveAnswer } from '../api/save';
import { Icon } from '../ui/Icon';
import { downloadParameters, type Wanted } from './filter';
import type { Bounds } from './timeRange';

const formats = [
  { format: 'ndjson', label: 'NDJSON' },
  { format: 'csv', label: 'CSV' },
  { format: 'parquet', label: 'Parquet' },
] as const;

/** Every record that matches, as a file that the browser writes while it comes. A link carries no credential: where one is needed the page itself fetches the file. */
export function DownloadMenu({ wanted, bounds, failed }: { readonly wanted: Wanted; readonly bounds: Bounds; readonly failed: (failure: Failure | null) => void }) {
  const parameters = downloadParameters(wanted, bounds);
  const [running, setRunning] = useState<AbortController | null>(null);
  const save = async (path: string, name: string) => {
    const end = new AbortController();
    setRunning(end);
    failed(null);
    try {
      failed(await saveAnswer(path, { method: 'GET' }, name, end.signal));
    } catch (error) {
      failed(end.signal.aborted ? null : failureOf(error));
    } finally {
      setRunning(null);
    }
  };
  if (running !== null) {
    return <Button size="xs" variant="default" onClick={() => { running.abort(); }}>Stop downloading</Button>;
  }

  return (
    <Menu position="bottom-end" width={240} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <Button size="xs" variant="default" aria-label="Download"><Icon name="download" size={14} /><Text span inherit ml={8} visibleFrom="sm">Download</Text></Button>
      </Menu.Target>
      <Menu.Dropdown>
        {formats.map(({ format, label }) => {
          const path = `logs/download?${new URLSearchParams([['format', format], ...parameters]).toString()}`;
          return isSignedIn()
            ? <Menu.Item key={format} onClick={() => { void save(path, `logs.${format}`); }}>All matches as {label}</Menu.Item>
            : <Menu.Item key={format} component="a" download href={addressOf(path)}>All matches as {label}</Menu.Item>;
        })}
      </Menu.Dropdown>
    </Menu>
  );
}
