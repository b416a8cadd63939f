import { ActionIcon, Anchor, AppShell, Group, Text, Tooltip, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { NavLink, Outlet } from 'react-router';
import { addressOf } from '../api/addresses';
import { SignedIn, SignIn } from '../signin/SignIn';
import { Icon, type IconName } from '../ui/Icon';
import classes from './Shell.module.css';

const pages: readonly { readonly to: string; readonly label: string; readonly icon: IconName }[] = [
  { to: '/', label: 'Logs', icon: 'logs' },
  { to: '/tables', label: 'Tables', icon: 'tables' },
  { to: '/sql', label: 'SQL', icon: 'sql' },
  { to: '/operations', label: 'Operations', icon: 'operations' },
];

/** What all pages have around them. */
export function Shell() {
  return (
    <AppShell header={{ height: 52 }} padding={0}>
      <a className={classes.skip} href="#content">Skip to the content</a>
      <AppShell.Header className={classes.header}>
        <Group h="100%" px="md" gap="md" wrap="nowrap" justify="space-between">
          <Group gap="lg" wrap="nowrap" className={classes.left}>
            <Anchor component={NavLink} to="/" underline="never" className={classes.brand} aria-label="FederatedQuery, logs">
              <img src={addressOf('assets/icon.svg')} width={24} height={24} alt="" />
              <Text fw={700} visibleFrom="sm" component="span">FederatedQuery</Text>
            </Anchor>
            <nav aria-label="Pages" className={classes.nav}>
              {pages.map((page) => (
                <NavLink key={page.to} to={page.to} end={page.to === '/'} className={classes.link} aria-label={page.label}>
                  <Icon name={page.icon} />
                  <span className={classes.label}>{page.label}</span>
                </NavLink>
              ))}
              <a href={addressOf('graphql')} className={classes.link} aria-label="Playground">
                <Icon name="playground" />
                <span className={classes.label}>Playground</span>
              </a>
            </nav>
          </Group>
          <Group gap="xs" wrap="nowrap">
            <SignedIn />
            <ColorScheme />
          </Group>
        </Group>
      </AppShell.Header>
      <SignIn />
      <AppShell.Main id="content" className={classes.main} tabIndex={0}>
        <Outlet />
      </AppShell.Main>
    </AppShell>
  );
}

function ColorScheme() {
  const { setColorScheme } = useMantineColorScheme();
  const other = useComputedColorScheme('light') === 'dark' ? 'light' : 'dark';
  return (
    <Tooltip label={`Switch to ${other} colours`}>
      <ActionIcon size="lg" aria-label={`Switch to ${other} colours`} onClick={() => { setColorScheme(other); }}>
        <Icon name={other === 'light' ? 'sun' : 'moon'} />
      </ActionIcon>
    </Tooltip>
  );
}
