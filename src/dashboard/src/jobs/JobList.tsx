import { Badge, Button, Group, Progress, Stack, Text } from '@mantine/core';
import { useMutation } from '@apollo/client/react';
import { failureOf } from '../api/failure';
import { bytes, dateTime, duration, plural } from '../ui/format';
import classes from './JobList.module.css';
import { CancelJobDocument, ResumeJobDocument } from './jobs.generated';
import { isOver, type Job } from './useJobs';

const colors: Readonly<Record<Job['state'], string>> = { QUEUED: 'gray', RUNNING: 'indigo', SUCCEEDED: 'green', FAILED: 'red', CANCELLED: 'gray' };

/** Jobs as they run. */
export function JobList({ jobs, withTable = false }: { readonly jobs: readonly Job[]; readonly withTable?: boolean }) {
  return <ul className={classes.list} aria-label="Jobs">{jobs.map((job) => <JobRow key={job.id} job={job} withTable={withTable} />)}</ul>;
}

function JobRow({ job, withTable }: { readonly job: Job; readonly withTable: boolean }) {
  const [cancel, cancelling] = useMutation(CancelJobDocument, { variables: { id: job.id } });
  const [resume, resuming] = useMutation(ResumeJobDocument, { variables: { id: job.id } });
  const error = cancelling.error ?? resuming.error;
  return (
    <li className={classes.job}>
      <Stack gap={4}>
        <Group gap="xs" justify="space-between">
          <Group gap="xs">
            <Badge variant="light" color={colors[job.state]} radius="sm">{job.state.toLowerCase()}</Badge>
            <Text size="sm" fw={600}>{job.kind}{withTable && job.tableName !== null ? ` of ${job.tableName}` : ''}</Text>
          </Group>
          <Group gap="xs">
            <Text size="xs" c="dimmed">{whenOf(job)}</Text>
            {!isOver(job) && <Button size="compact-xs" variant="default" loading={cancelling.loading} onClick={() => { cancel().catch(shown); }}>Cancel</Button>}
            {(job.state === 'FAILED' || job.state === 'CANCELLED') && <Button size="compact-xs" variant="default" loading={resuming.loading} onClick={() => { resume().catch(shown); }}>Resume</Button>}
          </Group>
        </Group>
        {!isOver(job) && <Progress value={job.progress * 100} animated aria-label={`Progress of ${job.kind}`} />}
        {job.message !== '' && <Text size="xs" className={classes.message}>{job.message}</Text>}
        {job.rows > 0 && <Text size="xs" c="dimmed">{plural(job.rows, 'row')}, {bytes(job.bytes)}</Text>}
        {error !== undefined && <Text size="xs" c="var(--mantine-color-error)" role="alert">{failureOf(error).detail}</Text>}
      </Stack>
    </li>
  );
}

/** The mutation's own state shows the error. */
const shown = (): void => undefined;

function whenOf(job: Job): string {
  if (job.startedAt === null) {
    return 'not begun';
  }

  const started = new Date(job.startedAt);
  return job.finishedAt === null ? `since ${dateTime(started)}` : `${dateTime(started)}, took ${duration(+new Date(job.finishedAt) - +started)}`;
}
