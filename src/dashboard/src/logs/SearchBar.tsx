import { ActionIcon, Combobox, Group, Loader, TextInput, Tooltip, useCombobox } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { compact } from '../ui/format';
import { Icon } from '../ui/Icon';
import { added, write, type Condition } from './condition';
import { fields } from './fields';
import { askedAt, fieldSuggestions, replaced, take, type Asked } from './searchBar';
import type { Bounds } from './timeRange';
import type { LogsState } from './urlState';
import { useFieldValues } from './useFieldValues';

const help = 'Words, "phrases", -excluded, prefix*; level:ERROR, -user_id:7, metadata.status:404';

interface Props {
  readonly search: string;
  readonly conditions: readonly Condition[];
  readonly bounds: Bounds;
  readonly paths: readonly string[];
  readonly change: (part: Partial<LogsState>) => void;
  readonly refresh: () => void;
}

/** Where words and fields are typed; Enter asks. Conditions on fields become filters, words stay. */
export function SearchBar({ search, conditions, bounds, paths, change, refresh }: Props) {
  const [text, setText] = useState(search);
  const [caret, setCaret] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const combobox = useCombobox({ onDropdownClose: () => { combobox.resetSelectedOption(); } });
  useEffect(() => { setText(search); }, [search]);

  const asked = combobox.dropdownOpened ? askedAt(text, caret) : null;
  const values = useFieldValues(asked?.kind === 'value' ? asked.field : null, { search, conditions }, bounds);
  const options = optionsOf(asked, paths, values.values);

  const edit = (value: string, position: number) => {
    setText(value);
    setCaret(position);
    combobox.openDropdown();
    combobox.resetSelectedOption();
  };
  const submit = () => {
    combobox.closeDropdown();
    const typed = take(text);
    const next = typed.conditions.reduce(added, conditions);
    setText(typed.search);
    if (typed.search === search && next.length === conditions.length && typed.conditions.length === 0) {
      refresh();
    } else {
      change({ search: typed.search, conditions: next });
    }
  };
  const clear = () => {
    combobox.closeDropdown();
    setText('');
    change({ search: '' });
    input.current?.focus();
  };
  const choose = (value: string) => {
    if (asked !== null) {
      const next = replaced(text, caret, asked, value + (asked.kind === 'value' ? ' ' : ':'));
      edit(next.text, next.caret);
      requestAnimationFrame(() => { input.current?.setSelectionRange(next.caret, next.caret); });
    }
  };

  return (
    <form role="search" style={{ flex: 1, minWidth: 0 }} onSubmit={(event) => { event.preventDefault(); submit(); }}>
      <Combobox store={combobox} onOptionSubmit={choose} withinPortal>
        <Combobox.Target autoComplete="off">
          <TextInput
            ref={input} value={text} placeholder='Search: timeout "connection refused" -retry level:ERROR' aria-label="Search the logs" spellCheck={false} maxLength={2000}
            leftSection={values.isLoading ? <Loader size={14} /> : <Icon name="search" size={16} />}
            rightSectionWidth={text === '' ? 34 : 62}
            rightSection={(
              <Group gap={2} wrap="nowrap">
                {text !== '' && <ActionIcon size={26} aria-label="Clear the search" onClick={clear}><Icon name="close" size={14} /></ActionIcon>}
                <Tooltip label={help} multiline maw={320}><ActionIcon type="submit" size={26} aria-label="Search"><Icon name="chevron" size={16} /></ActionIcon></Tooltip>
              </Group>
            )}
            onChange={(event) => { edit(event.currentTarget.value, event.currentTarget.selectionStart ?? event.currentTarget.value.length); }}
            onClick={(event) => { setCaret(event.currentTarget.selectionStart ?? 0); }}
            onKeyUp={(event) => { setCaret(event.currentTarget.selectionStart ?? 0); }}
            onBlur={() => { combobox.closeDropdown(); }}
          />
        </Combobox.Target>
        <Combobox.Dropdown hidden={options.length === 0}>
          <Combobox.Options mah={280} style={{ overflowY: 'auto' }} aria-label="Suggestions">
            {options.map((option) => (
              <Combobox.Option key={option.value} value={option.value}>
                <span style={{ display: 'flex', justifyContent: 'space-between', gap: 12 }}>
                  <code style={{ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>{option.label}</code>
                  <small>{option.note}</small>
                </span>
              </Combobox.Option>
            ))}
          </Combobox.Options>
        </Combobox.Dropdown>
      </Combobox>
    </form>
  );
}

interface Option {
  readonly value: string;
  readonly label: string;
  readonly note: string;
}

function optionsOf(asked: Asked | null, paths: readonly string[], values: readonly { readonly value: string | null; readonly count: number }[]): readonly Option[] {
  if (asked === null) {
    return [];
  }

  if (asked.kind === 'field') {
    return fieldSuggestions(asked.typed, paths).map((key) => ({ value: key, label: `${asked.sign}${key}:`, note: '' }));
  }

  const start = asked.typed.toLowerCase();
  const { field } = asked;
  return values.filter((value): value is { value: string; count: number } => value.value?.toLowerCase().startsWith(start) === true)
    .map(({ value, count }) => ({ value: write({ field, value, excluded: false }), label: value, note: `${fields[field].label}, ${compact(count)}` }));
}
