import { useQuery } from '@apollo/client/react';
import { useEffect } from 'react';
import { JobChangedDocument, JobsDocument, type JobFieldsFragment } from './jobs.generated';

export type Job = JobFieldsFragment;

const most = 50;
/** Changes come by subscription; this is for those that were missed while its connection was away. */
const lookMilliseconds = 30_000;

/** The newest jobs, newest first, as they are now. */
export function useJobs(): { readonly jobs: readonly Job[] | null; readonly error: unknown; readonly retry: () => void } {
  const { data, error, refetch, subscribeToMore } = useQuery(JobsDocument, { variables: { first: most }, pollInterval: lookMilliseconds, fetchPolicy: 'cache-and-network' });
  useEffect(() => subscribeToMore({
    document: JobChangedDocument,
    // A job that is known is changed in the cache; one that is not begins the list.
    updateQuery: (before, { subscriptionData }) => {
      const job = subscriptionData.data.jobChanged;
      const jobs = (before.jobs ?? []) as readonly Job[];
      return { jobs: jobs.some((one) => one.id === job.id) ? [...jobs] : [job, ...jobs].slice(0, most) };
    },
    onError: () => { void refetch(); },
  }), [subscribeToMore, refetch]);
  return { jobs: data?.jobs ?? null, error: data === undefined ? error : undefined, retry: () => { void refetch(); } };
}

export const isOver = (job: Job): boolean => job.state === 'SUCCEEDED' || job.state === 'FAILED' || job.state === 'CANCELLED';
