import { Anchor } from '@mantine/core';
import { Link, useRouteError } from 'react-router';
import { EmptyState, ErrorState } from '../ui/States';

/** In the place of a page whose script does not load, or that breaks. */
export function RouteFailure() {
  return <ErrorState error={useRouteError()} retry={() => { location.reload(); }} />;
}

export function NotFoundPage() {
  return (
    <EmptyState icon="search" title="There is no such page">
      Start again at the <Anchor component={Link} to="/" underline="always">logs</Anchor> or the <Anchor component={Link} to="/tables" underline="always">tables</Anchor>.
    </EmptyState>
  );
}
