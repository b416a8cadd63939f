import { Badge, Progress, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { Card } from '../ui/Card';
import { bytes, plural } from '../ui/format';
import { ErrorState, LoadingState } from '../ui/States';
import { linesOf, type Health } from './health';
import classes from './Operations.module.css';
import { readHealth } from './readHealth';

const everyMilliseconds = 5_000;

/** The state of each part, asked every few seconds. */
export function HealthCard() {
  const { health, error } = useHealth();
  if (health === null) {
    return <Card label="Health">{error === null ? <LoadingState label="Asking each part" /> : <ErrorState error={error} />}</Card>;
  }

  return (
    <Card label="Health" side={<Badge variant="light" radius="sm" color={error === null && health.status === 'up' ? 'green' : 'red'}>{error === null ? (health.status === 'up' ? 'ready' : 'not ready') : 'no answer'}</Badge>}>
      {error !== null && <ErrorState error={error} />}
      <ul className={classes.parts} aria-label="Parts">
        {linesOf(health).map((line) => (
          <li key={line.name} className={classes.part}>
            <span className={classes.dot} data-down={line.isUp ? undefined : true} />
            <span>{line.name}<Text span size="xs" c="dimmed"> {line.isUp ? 'up' : 'down'}</Text></span>
            <Text size="xs" c="dimmed">{line.note}</Text>
            {line.error !== null && <Text size="xs" c="var(--mantine-color-error)" className={classes.error}>{line.error}</Text>}
          </li>
        ))}
      </ul>
      {health.cache !== undefined && <Cache cache={health.cache} />}
    </Card>
  );
}

function Cache({ cache }: { readonly cache: NonNullable<Health['cache']> }) {
  return (
    <>
      <Text size="sm" mt="sm" mb={4}>Cache of cold files: {bytes(cache.bytes)} of {bytes(cache.maxBytes)}, {plural(cache.filesInUse, 'file')} in use, {hitRate(cache)}</Text>
      <Progress value={(cache.bytes / Math.max(1, cache.maxBytes)) * 100} aria-label="How full the cache is" />
    </>
  );
}

const hitRate = ({ hits, misses }: NonNullable<Health['cache']>): string =>
  hits + misses === 0 ? 'nothing asked for yet' : `${Math.round((hits / (hits + misses)) * 100)} % of ${plural(hits + misses, 'file')} asked for were there`;

function useHealth() {
  const [state, setState] = useState<{ readonly health: Health | null; readonly error: unknown }>({ health: null, error: null });
  useEffect(() => {
    const end = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async () => {
      try {
        const health = await readHealth(end.signal);
        setState({ health, error: null });
      } catch (error) {
        if (!end.signal.aborted) {
          setState((before) => ({ ...before, error }));
        }
      }

      if (!end.signal.aborted) {
        timer = setTimeout(() => { void ask(); }, everyMilliseconds);
      }
    };
    void ask();
    return () => {
      end.abort();
      clearTimeout(timer);
    };
  }, []);
  return state;
}
