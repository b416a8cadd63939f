import { useMutation } from '@apollo/client/react';
import { Button, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useEffect, useRef } from 'react';
import { failureOf } from '../api/failure';
import { ArchiveTableDocument, MaintainTableDocument, VerifyTableDocument } from '../jobs/jobs.generated';
import { isOver, type Job } from '../jobs/useJobs';
import { RepartitionDialog } from './RepartitionDialog';
import type { TableDetailQuery } from './tables.generated';

type Detail = NonNullable<TableDetailQuery['table']>;

/** What can be done with a table; each is a job, which the page shows as it runs. */
export function TableActions({ table, jobs, onOver }: { readonly table: Detail; readonly jobs: readonly Job[]; readonly onOver: () => void }) {
  const tableName = table.namespace === 'default' ? table.name : `${table.namespace}.${table.name}`;
  const [move, moving] = useMutation(ArchiveTableDocument, { variables: { tableName }, refetchQueries: ['Jobs'] });
  const [maintain, maintaining] = useMutation(MaintainTableDocument, { variables: { tableName: table.name, namespace: table.namespace }, refetchQueries: ['Jobs'] });
  const [verify, verifying] = useMutation(VerifyTableDocument, { variables: { tableName }, refetchQueries: ['Jobs'] });
  const [isAsking, dialog] = useDisclosure(false);
  useWhenOver(jobs, onOver);

  const isTiered = table.dataSource === 'FEDERATED' && table.timeColumn !== null;
  const error = moving.error ?? maintaining.error ?? verifying.error;
  if (table.dataSource === 'POSTGRES') {
    return null;
  }

  return (
    <Group gap="xs">
      {isTiered && <Button size="xs" loading={moving.loading} onClick={() => { move().catch(shown); }}>Move closed days</Button>}
      <Button size="xs" variant="default" loading={maintaining.loading} onClick={() => { maintain().catch(shown); }}>Compact</Button>
      <Button size="xs" variant="default" onClick={dialog.open}>Repartition …</Button>
      {isTiered && <Button size="xs" variant="default" loading={verifying.loading} onClick={() => { verify().catch(shown); }}>Verify</Button>}
      {error !== undefined && <Text size="xs" c="var(--mantine-color-error)" role="alert">{failureOf(error).detail}</Text>}
      <RepartitionDialog table={table} isOpen={isAsking} close={dialog.close} onOver={onOver} />
    </Group>
  );
}

/** The mutation's own state shows the error. */
const shown = (): void => undefined;

/** Figures are read again when a job that was seen running is over. */
function useWhenOver(jobs: readonly Job[], onOver: () => void): void {
  const running = useRef<ReadonlySet<string>>(new Set());
  useEffect(() => {
    if (jobs.some((job) => isOver(job) && running.current.has(job.id))) {
      onOver();
    }

    running.current = new Set(jobs.filter((job) => !isOver(job)).map((job) => job.id));
  }, [jobs, onOver]);
}
