import { useSubscription } from '@apollo/client/react';
import { useEffect, useMemo, useState } from 'react';
import { Card } from '../ui/Card';
import { bytes, compact, count, duration } from '../ui/format';
import { LineChart, type Line } from '../ui/LineChart';
import { ErrorState, LoadingState } from '../ui/States';
import classes from './Operations.module.css';
import { IngestStatusDocument } from './operations.generated';
import { ingestData, withSample, type Sample } from './samples';

const lines: readonly Line[] = [{ label: 'Records per second', color: ['#4263eb', '#91a7ff'] }, { label: 'Queued records', color: ['#d9480f', '#ffa94d'], dash: [6, 4] }];

/** Log ingest of the gateway that answers, as it is. */
export function IngestCard() {
  const [samples, setSamples] = useState<readonly Sample[]>([]);
  const [now, setNow] = useState(() => Date.now() / 1000);
  const { error } = useSubscription(IngestStatusDocument, {
    onData: ({ data }) => {
      const status = data.data?.ingestStatusChanged;
      if (status !== undefined) {
        setSamples((before) => withSample(before, status, Date.now() / 1000));
      }
    },
  });
  useEffect(() => {
    const timer = setInterval(() => { setNow(Date.now() / 1000); }, 1000);
    return () => { clearInterval(timer); };
  }, []);
  const data = useMemo(() => ingestData(samples, now), [samples, now]);
  const status = samples.at(-1)?.status;
  if (status === undefined) {
    return <Card label="Log ingest">{error === undefined ? <LoadingState label="Waiting for its state" /> : <ErrorState error={error} />}</Card>;
  }

  const figures: readonly (readonly [string, string])[] = [
    ['Records a second', compact(Math.round(status.recordsPerSecond))], ['Stored', count(status.storedRecords)], ['Rejected', count(status.rejectedRecords)],
    ['Queued', `${count(status.queuedRecords)}, ${bytes(status.queuedBytes)}`], ['Oldest waits', duration(status.oldestQueuedSeconds * 1000)],
  ];
  return (
    <Card label="Log ingest">
      <dl className={classes.figures}>{figures.map(([label, value]) => <div key={label}><dt>{label}</dt><dd>{value}</dd></div>)}</dl>
      <LineChart lines={lines} data={data} label={`${Math.round(status.recordsPerSecond)} records per second, ${status.queuedRecords} queued`} />
    </Card>
  );
}
