import { Text, Title } from '@mantine/core';
import { JobList } from '../jobs/JobList';
import { useJobs } from '../jobs/useJobs';
import { Card } from '../ui/Card';
import cards from '../ui/Card.module.css';
import { ErrorState, LoadingState } from '../ui/States';
import { useDocumentTitle } from '../ui/useDocumentTitle';
import { HealthCard } from './HealthCard';
import { IngestCard } from './IngestCard';
import classes from './Operations.module.css';
import { QueryMetricsCard } from './QueryMetricsCard';

export function OperationsPage() {
  useDocumentTitle('Operations');
  return (
    <div className={cards.page}>
      <Title order={1} size="h3">Operations</Title>
      <div className={classes.columns}>
        <HealthCard />
        <IngestCard />
      </div>
      <QueryMetricsCard />
      <JobsCard />
    </div>
  );
}

function JobsCard() {
  const { jobs, error, retry } = useJobs();
  return (
    <Card label="Jobs">
      {jobs === null ? (error === undefined ? <LoadingState label="Reading the jobs" /> : <ErrorState error={error} retry={retry} />)
        : jobs.length === 0 ? <Text size="sm" c="dimmed">None yet: moves, maintenance and verification show here while they run.</Text>
          : <JobList jobs={jobs} withTable />}
    </Card>
  );
}
