import { ActionIcon, Button, Group, Popover, Stack, Text, TextInput } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { useState } from 'react';
import { Link, useLocation } from 'react-router';
import { Icon } from '../ui/Icon';
import { readSaved, removed, saved, type SavedSearch } from './savedSearch';
import classes from './SavedSearches.module.css';

/** Searches that this browser keeps, by name. */
export function SavedSearches() {
  const [searches, setSearches] = useLocalStorage<readonly SavedSearch[]>({
    key: 'federated-query.searches', defaultValue: [], deserialize: readSaved, serialize: JSON.stringify,
  });
  const [isOpen, setOpen] = useState(false);
  const [name, setName] = useState('');
  const { search } = useLocation();
  const save = () => {
    if (name.trim() !== '') {
      setSearches(saved(searches, { name: name.trim(), parameters: search }));
      setName('');
    }
  };
  return (
    <Popover opened={isOpen} onChange={setOpen} trapFocus returnFocus position="bottom-end" width={300}>
      <Popover.Target>
        <Button size="xs" variant="default" onClick={() => { setOpen(!isOpen); }} aria-label="Saved searches"><Icon name="bookmark" size={14} /><Text span inherit ml={8} visibleFrom="sm">Saved</Text></Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Saved searches">
        <Stack gap="xs">
          {searches.length === 0 && <Text size="sm" c="dimmed">None yet. Give this search a name to find it here again; it stays in this browser.</Text>}
          {searches.map((one) => (
            <Group key={one.name} gap={4} wrap="nowrap">
              <Link className={classes.search} to={{ pathname: '/', search: one.parameters }} onClick={() => { setOpen(false); }}>{one.name}</Link>
              <ActionIcon size="sm" aria-label={`Forget ${one.name}`} onClick={() => { setSearches(removed(searches, one.name)); }}><Icon name="trash" size={14} /></ActionIcon>
            </Group>
          ))}
          <form onSubmit={(event) => { event.preventDefault(); save(); }}>
            <Group gap={6} wrap="nowrap">
              <TextInput size="xs" flex={1} maxLength={80} aria-label="Name of this search" placeholder="name of this search" value={name} onChange={(event) => { setName(event.currentTarget.value); }} />
              <Button size="xs" type="submit" disabled={name.trim() === ''}>Save</Button>
            </Group>
          </form>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
