import { Button, Group } from '@mantine/core';
import { Icon } from '../ui/Icon';
import { write, type Condition } from './condition';
import classes from './ConditionChips.module.css';

/** The filters that hold, each with a button that takes it away. */
export function ConditionChips({ conditions, remove, clear }: {
  readonly conditions: readonly Condition[];
  readonly remove: (condition: Condition) => void;
  readonly clear: () => void;
}) {
  if (conditions.length === 0) {
    return null;
  }

  return (
    <Group gap={6} role="group" aria-label="Filters in force">
      {conditions.map((condition) => {
        const text = write(condition);
        return (
          <button key={text} type="button" className={classes.chip} data-excluded={condition.excluded || undefined} aria-label={`Remove the filter ${text}`} onClick={() => { remove(condition); }}>
            <span className={classes.text}>{text}</span>
            <Icon name="close" size={12} />
          </button>
        );
      })}
      <Button size="compact-xs" variant="subtle" color="gray" onClick={clear}>Clear all</Button>
    </Group>
  );
}
