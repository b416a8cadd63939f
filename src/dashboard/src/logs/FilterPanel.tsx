import { Button, Checkbox, Collapse, Group, Loader, Stack, Text, TextInput, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { compact } from '../ui/format';
import { Icon } from '../ui/Icon';
import { failureOf } from '../api/failure';
import { read, same, type Condition } from './condition';
import classes from './FilterPanel.module.css';
import { fieldNames, fields, type FieldName } from './fields';
import type { Wanted } from './filter';
import type { Bounds } from './timeRange';
import { useFieldValues } from './useFieldValues';

interface Props {
  readonly wanted: Wanted;
  readonly bounds: Bounds;
  readonly add: (condition: Condition) => void;
  readonly remove: (condition: Condition) => void;
}

/** A filter for every field: its commonest values to tick, or one that is typed. */
export function FilterPanel(props: Props) {
  return (
    <Stack gap={4}>
      {fieldNames.map((field) => <FieldFilter key={field} field={field} {...props} />)}
      <MetadataFilter add={props.add} />
    </Stack>
  );
}

function Section({ label, isOpenFirst, chosen, children }: {
  readonly label: string;
  readonly isOpenFirst: boolean;
  readonly chosen: number;
  readonly children: (isOpen: boolean) => React.ReactNode;
}) {
  const [isOpen, setOpen] = useState(isOpenFirst);
  return (
    <section>
      <UnstyledButton className={classes.heading} aria-expanded={isOpen} onClick={() => { setOpen(!isOpen); }}>
        <span className={classes.chevron} data-open={isOpen || undefined}><Icon name="chevron" size={14} /></span>
        <Text size="sm" fw={600} component="span">{label}</Text>
        {chosen > 0 && <Text size="xs" c="dimmed" component="span">{chosen}</Text>}
      </UnstyledButton>
      <Collapse in={isOpen}>{isOpen && <div className={classes.body}>{children(isOpen)}</div>}</Collapse>
    </section>
  );
}

function FieldFilter({ field, wanted, bounds, add, remove }: Props & { readonly field: FieldName }) {
  const chosen = wanted.conditions.filter((condition) => condition.field === field);
  return (
    <Section label={fields[field].label} chosen={chosen.length} isOpenFirst={field === 'level' || field === 'workflowName' || chosen.length > 0}>
      {() => (
        <>
          {fields[field].values !== null && <Values field={field} wanted={wanted} bounds={bounds} add={add} remove={remove} />}
          <TypedFilter label={`A value of ${fields[field].label}`} placeholder={field === 'message' ? 'the whole text' : 'other value'} submit={(value) => { add({ field, value, excluded: false }); return true; }} />
        </>
      )}
    </Section>
  );
}

function Values({ field, wanted, bounds, add, remove }: Props & { readonly field: FieldName }) {
  const { values, isLoading, error } = useFieldValues(field, wanted, bounds);
  const texts = values.flatMap((value) => value.value ?? []);
  if (error !== undefined) {
    return <Text size="xs" c="dimmed" title={failureOf(error).detail}>Its values could not be counted.</Text>;
  }

  if (texts.length === 0) {
    return isLoading ? <Loader size="xs" /> : <Text size="xs" c="dimmed">No record here has one.</Text>;
  }

  return (
    <Stack gap={2}>
      {values.flatMap(({ value, count }) => {
        if (value === null) {
          return [];
        }

        const condition: Condition = { field, value, excluded: false };
        const isChosen = wanted.conditions.some((other) => same(other, condition));
        return (
          <Group key={value} gap={4} wrap="nowrap" className={classes.value}>
            <Checkbox
              size="xs" radius={3} checked={isChosen} className={classes.check} classNames={{ labelWrapper: classes.text, label: classes.text }} label={<span title={value}>{value}</span>}
              onChange={() => { (isChosen ? remove : add)(condition); }}
            />
            <Text size="xs" c="dimmed">{compact(count)}</Text>
            <button type="button" className={classes.exclude} aria-label={`Leave out ${value}`} title="Leave out" onClick={() => { add({ ...condition, excluded: true }); }}>
              <Icon name="minus" size={12} />
            </button>
          </Group>
        );
      })}
    </Stack>
  );
}

function MetadataFilter({ add }: { readonly add: (condition: Condition) => void }) {
  return (
    <Section label="Metadata" chosen={0} isOpenFirst={false}>
      {() => (
        <TypedFilter
          label="A place in the metadata and its value" placeholder="request.status:404 or agent:*"
          submit={(text) => {
            const condition = read(`metadata.${text}`);
            if (condition !== null) {
              add(condition);
            }

            return condition !== null;
          }}
        />
      )}
    </Section>
  );
}

function TypedFilter({ label, placeholder, submit }: { readonly label: string; readonly placeholder: string; readonly submit: (value: string) => boolean }) {
  const [text, setText] = useState('');
  const [isWrong, setWrong] = useState(false);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        const isTaken = text.trim() !== '' && submit(text.trim());
        setWrong(!isTaken);
        if (isTaken) {
          setText('');
        }
      }}
    >
      <Group gap={4} wrap="nowrap" mt={4} align="flex-start">
        <TextInput
          size="xs" flex={1} aria-label={label} placeholder={placeholder} value={text} error={isWrong ? `Write it as ${placeholder}` : undefined}
          onChange={(event) => { setText(event.currentTarget.value); }}
        />
        <Button type="submit" size="xs" variant="default" px={8} aria-label={`Filter by ${label.toLowerCase()}`}><Icon name="plus" size={14} /></Button>
      </Group>
    </form>
  );
}
