import type { LogField } from './logs.generated';

/** Columns of a log record that hold text and can be filtered by. */
export const fieldNames = [
  'level', 'resourceId', 'parentResourceId', 'workflowName', 'workflowNode', 'traceId', 'spanId', 'userId', 'commit', 'message',
] as const;

export type FieldName = (typeof fieldNames)[number];

interface Field {
  readonly label: string;
  /** As it is typed in the search bar, and as REST parameters name it. */
  readonly key: string;
  /** By which `logFieldValues` asks for its commonest values; null where nobody counts them. */
  readonly values: LogField | null;
}

export const fields: Readonly<Record<FieldName, Field>> = {
  level: { label: 'Level', key: 'level', values: 'LEVEL' },
  resourceId: { label: 'Resource', key: 'resource_id', values: 'RESOURCE_ID' },
  parentResourceId: { label: 'Parent resource', key: 'parent_resource_id', values: 'PARENT_RESOURCE_ID' },
  workflowName: { label: 'Workflow', key: 'workflow_name', values: 'WORKFLOW_NAME' },
  workflowNode: { label: 'Workflow node', key: 'workflow_node', values: 'WORKFLOW_NODE' },
  traceId: { label: 'Trace', key: 'trace_id', values: 'TRACE_ID' },
  spanId: { label: 'Span', key: 'span_id', values: null },
  userId: { label: 'User', key: 'user_id', values: 'USER_ID' },
  commit: { label: 'Commit', key: 'commit', values: 'COMMIT' },
  message: { label: 'Message is', key: 'message', values: null },
};

const byKey = new Map<string, FieldName>(
  fieldNames.flatMap((name) => [[fields[name].key, name], [name.toLowerCase(), name]] as const),
);

/** The field that is called so in the search bar: `workflow_name` or `workflowName`; null when none is. */
export const fieldOf = (key: string): FieldName | null => byKey.get(key.toLowerCase()) ?? null;
