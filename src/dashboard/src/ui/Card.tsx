import { Title } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './Card.module.css';

/** A part of a page, with its heading. */
export function Card({ label, side, children }: { readonly label: string; readonly side?: ReactNode; readonly children: ReactNode }) {
  return (
    <section className={classes.card} aria-label={label}>
      <div className={classes.head}>
        <Title order={2} size="h5">{label}</Title>
        {side}
      </div>
      {children}
    </section>
  );
}
