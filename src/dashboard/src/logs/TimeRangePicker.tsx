import { Button, Group, Popover, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { dateTime, localInput } from '../ui/format';
import { Icon } from '../ui/Icon';
import { betweenOf, lastOf, nameOf, presets, type Bounds, type TimeRange } from './timeRange';

interface Props {
  readonly range: TimeRange;
  readonly bounds: Bounds;
  readonly choose: (range: TimeRange) => void;
}

export function TimeRangePicker({ range, bounds, choose }: Props) {
  const [isOpen, setOpen] = useState(false);
  const close = (chosen: TimeRange) => {
    setOpen(false);
    choose(chosen);
  };
  return (
    <Popover opened={isOpen} onChange={setOpen} trapFocus returnFocus position="bottom-start" width={320}>
      <Popover.Target>
        <Button size="xs" variant="default" leftSection={<Icon name="clock" size={14} />} onClick={() => { setOpen(!isOpen); }} aria-label={`Time range: ${nameOf(range, dateTime)}`}>
          {nameOf(range, dateTime)}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Time range">
        <Stack gap="sm">
          <SimpleGrid cols={2} spacing={6}>
            {presets.map((amount) => {
              const preset = lastOf(amount)!;
              const isChosen = range.kind === 'last' && range.amount === amount;
              return <Button key={amount} size="xs" variant={isChosen ? 'filled' : 'default'} aria-pressed={isChosen} onClick={() => { close(preset); }}>{nameOf(preset, dateTime)}</Button>;
            })}
            <Button size="xs" variant={range.kind === 'all' ? 'filled' : 'default'} aria-pressed={range.kind === 'all'} onClick={() => { close({ kind: 'all' }); }}>All time</Button>
          </SimpleGrid>
          <Between key={String(isOpen)} bounds={bounds} choose={close} />
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

/** Two instants, in the browser's time zone. */
function Between({ bounds, choose }: { readonly bounds: Bounds; readonly choose: (range: TimeRange) => void }) {
  const [from, setFrom] = useState(() => localInput(bounds.from ?? new Date(Date.now() - 86_400_000)));
  const [to, setTo] = useState(() => localInput(bounds.to ?? new Date()));
  const chosen = betweenOf(from, to);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (chosen !== null) {
          choose(chosen);
        }
      }}
    >
      <Stack gap={6}>
        <TextInput size="xs" type="datetime-local" step={1} label="From" value={from} onChange={(event) => { setFrom(event.currentTarget.value); }} />
        <TextInput size="xs" type="datetime-local" step={1} label="To (excluded)" value={to} onChange={(event) => { setTo(event.currentTarget.value); }} error={chosen === null ? 'It must be later than From.' : undefined} />
        <Group justify="space-between">
          <Text size="xs" c="dimmed">{Intl.DateTimeFormat().resolvedOptions().timeZone}</Text>
          <Button size="xs" type="submit" disabled={chosen === null}>Apply</Button>
        </Group>
      </Stack>
    </form>
  );
}
