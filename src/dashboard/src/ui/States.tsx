import { Alert, Anchor, Button, Center, Group, Loader, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { failureOf, type Failure, type Place } from '../api/failure';
import { Icon, type IconName } from './Icon';

/** Nothing to show, and what to do about it. */
export function EmptyState({ icon = 'inbox', title, children, action }: {
  readonly icon?: IconName;
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}) {
  return (
    <Center p="xl" h="100%">
      <Stack align="center" gap="xs" maw={460}>
        <Text c="dimmed" component="span"><Icon name={icon} size={36} /></Text>
        <Title order={2} size="h4" ta="center">{title}</Title>
        <Text c="dimmed" size="sm" ta="center" component="div">{children}</Text>
        {action}
      </Stack>
    </Center>
  );
}

export function LoadingState({ label }: { readonly label: string }) {
  return (
    <Center p="xl" h="100%" role="status">
      <Group gap="sm">
        <Loader size="sm" />
        <Text c="dimmed" size="sm">{label}</Text>
      </Group>
    </Center>
  );
}

interface FailureActions {
  readonly retry?: (() => void) | undefined;
  /** Leads to the place of the failure. */
  readonly goTo?: ((place: Place) => void) | undefined;
}

/** What failed and what to do. `error` is whatever was thrown. */
export function ErrorState({ error, ...actions }: FailureActions & { readonly error: unknown }) {
  return <FailureAlert failure={failureOf(error)} {...actions} />;
}

export function FailureAlert({ failure, retry, goTo }: FailureActions & { readonly failure: Failure }) {
  const { place } = failure;
  return (
    <Alert color="red" variant="outline" title={failure.title} icon={<Icon name="warning" />} m="sm" role="alert">
      <Stack gap="xs" align="flex-start">
        <Text size="sm" style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>{failure.detail}</Text>
        {place !== undefined && goTo !== undefined && <Anchor component="button" type="button" size="sm" onClick={() => { goTo(place); }}>Go to line {place.line}, column {place.column}</Anchor>}
        {failure.advice !== null && <Text size="sm" fw={600}>{failure.advice}</Text>}
        {retry !== undefined && <Button size="xs" variant="default" onClick={retry}>Try again</Button>}
      </Stack>
    </Alert>
  );
}
