import classes from './LogRow.module.css';
import { severityOf } from './levels';

export function LevelBadge({ level }: { readonly level: string }) {
  return <span className={classes.level} data-severity={severityOf(level)} title={level}>{level}</span>;
}
