import { SegmentedControl } from '@mantine/core';
import { useSearchParams } from 'react-router';
import { Card } from '../ui/Card';
import { FileList } from './FileList';
import { PartitionList } from './PartitionList';
import { SnapshotList } from './SnapshotList';

const lists = [
  { value: 'snapshots', label: 'Snapshots' },
  { value: 'partitions', label: 'Partitions' },
  { value: 'files', label: 'Files' },
] as const;

/** What the cold tier holds of a table, in one of three lists; which one is in the address. */
export function ColdLists({ namespace, name }: { readonly namespace: string; readonly name: string }) {
  const [search, setSearch] = useSearchParams();
  const chosen = lists.find(({ value }) => value === search.get('list'))?.value ?? 'snapshots';
  const partition = search.get('partition');
  const choose = (list: string, of: string | null = null) => {
    setSearch({ ...(list === 'snapshots' ? {} : { list }), ...(of === null ? {} : { partition: of }) }, { replace: true, preventScrollReset: true });
  };
  return (
    <Card
      label={lists.find(({ value }) => value === chosen)!.label}
      side={<SegmentedControl size="xs" aria-label="What the cold tier's list shows" value={chosen} data={[...lists]} onChange={(list) => { choose(list); }} />}
    >
      {chosen === 'snapshots' && <SnapshotList namespace={namespace} name={name} />}
      {chosen === 'partitions' && <PartitionList namespace={namespace} name={name} choose={(path) => { choose('files', path); }} />}
      {chosen === 'files' && <FileList key={partition} namespace={namespace} name={name} partition={partition} all={() => { choose('files'); }} />}
    </Card>
  );
}
