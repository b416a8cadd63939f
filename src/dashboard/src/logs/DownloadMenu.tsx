import { Button, Menu, Text } from '@mantine/core';
import { addressOf } from '../api/addresses';
import { Icon } from '../ui/Icon';
import { downloadParameters, type Wanted } from './filter';
import type { Bounds } from './timeRange';

const formats = [
  { format: 'ndjson', label: 'NDJSON' },
  { format: 'csv', label: 'CSV' },
  { format: 'parquet', label: 'Parquet' },
] as const;

/** Every record that matches, as a file that the browser writes while it comes. */
export function DownloadMenu({ wanted, bounds }: { readonly wanted: Wanted; readonly bounds: Bounds }) {
  const download = downloadParameters(wanted, bounds);
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <Button size="xs" variant="default" aria-label="Download"><Icon name="download" size={14} /><Text span inherit ml={8} visibleFrom="sm">Download</Text></Button>
      </Menu.Target>
      <Menu.Dropdown>
        {'reason' in download ? <Text size="sm" p="xs">{download.reason}</Text> : formats.map(({ format, label }) => (
          <Menu.Item key={format} component="a" download href={addressOf(`logs/download?${new URLSearchParams([['format', format], ...download.parameters]).toString()}`)}>
            All matches as {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
