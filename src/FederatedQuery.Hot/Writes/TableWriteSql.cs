namespace FederatedQuery.Hot.Writes;

/// <summary>The SQL of <see cref="TableWrites"/>.</summary>
internal static class TableWriteSql
{
    public const string TriggerName = "federated_query_note_write";

    /// <summary>
    /// $1 schemas, $2 names. One row per relation that matters: the tables, what they consist of (rows of partitions and children are theirs) and what they are
    /// part of (a statement that writes through the parent fires the parent's triggers alone). Everything is read from the catalog's tables, not by functions: those
    /// look at what is there now, while this must tell what was there at the transaction's snapshot.
    /// </summary>
    public const string Relations =
        $"""
        WITH RECURSIVE wanted AS (
          SELECT w.ord, w.schema, w.name, c.oid
          FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS w(schema, name, ord)
          LEFT JOIN (pg_catalog.pg_namespace n JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relkind IN ('r', 'p', 'v', 'm', 'f'))
            ON n.nspname = w.schema AND c.relname = w.name),
        below(oid) AS (
          SELECT oid FROM wanted WHERE oid IS NOT NULL
          UNION SELECT i.inhrelid FROM below b JOIN pg_catalog.pg_inherits i ON i.inhparent = b.oid),
        above(oid) AS (
          SELECT oid FROM wanted WHERE oid IS NOT NULL
          UNION SELECT i.inhparent FROM above a JOIN pg_catalog.pg_inherits i ON i.inhrelid = a.oid),
        relations AS (
          SELECT c.oid, n.nspname, c.relname, c.relkind, c.relpersistence, c.relrowsecurity, c.relfilenode, t.oid AS trigger, t.xmin AS trigger_version,
            t.tgenabled = 'A' AS is_tracked, EXISTS (SELECT 1 FROM pg_catalog.pg_subscription_rel s WHERE s.srrelid = c.oid) AS is_replicated
          FROM (SELECT oid FROM below UNION SELECT oid FROM above) AS r
          JOIN pg_catalog.pg_class c ON c.oid = r.oid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
          LEFT JOIN pg_catalog.pg_trigger t ON t.tgrelid = c.oid AND t.tgname = '{TriggerName}'
            AND t.tgfoid = (SELECT p.oid FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace s ON s.oid = p.pronamespace
                            WHERE s.nspname = 'federated_query' AND p.proname = 'note_table_write'))
        """;

    /// <summary>
    /// As <see cref="Relations"/>: fingerprint, relations, snapshot, whether all are tracked, and the first reason for which one cannot be. Of
    /// types, what changes without the table: labels of enums, members of composite types.
    /// </summary>
    public const string Content =
        $"""
        {Relations},
        attributes AS (
          SELECT a.attrelid, a.attnum, a.attname, a.atttypid, a.atttypmod, a.attgenerated, d.oid AS expression, d.xmin AS expression_version
          FROM pg_catalog.pg_attribute a LEFT JOIN pg_catalog.pg_attrdef d ON a.attgenerated <> '' AND d.adrelid = a.attrelid AND d.adnum = a.attnum
          WHERE a.attrelid IN (SELECT oid FROM wanted) AND a.attnum > 0 AND NOT a.attisdropped),
        members AS (
          SELECT m.attrelid, m.attnum, m.attname, m.atttypid, m.atttypmod
          FROM pg_catalog.pg_attribute m
          WHERE m.attnum > 0 AND m.attrelid IN (
            SELECT coalesce(nullif(t.typrelid, 0), e.typrelid) FROM attributes a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
            LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem AND e.typtype = 'c' WHERE t.typtype = 'c' OR e.oid IS NOT NULL))
        SELECT
          md5(concat_ws('|',
            (SELECT string_agg(concat_ws(':', w.schema, w.name, coalesce(w.oid, 0)), ',' ORDER BY w.ord) FROM wanted w),
            (SELECT string_agg(concat_ws(':', r.oid, r.relkind, r.relfilenode, r.trigger, r.trigger_version, r.is_tracked), ',' ORDER BY r.oid) FROM relations r),
            (SELECT string_agg(concat_ws(':', i.inhparent, i.inhrelid, i.inhdetachpending), ',' ORDER BY i.inhparent, i.inhrelid) FROM pg_catalog.pg_inherits i
             WHERE i.inhrelid IN (SELECT oid FROM relations) AND i.inhparent IN (SELECT oid FROM relations)),
            (SELECT string_agg(concat_ws(':', a.*), ',' ORDER BY a.attrelid, a.attnum) FROM attributes a),
            (SELECT string_agg(concat_ws(':', m.*), ',' ORDER BY m.attrelid, m.attnum) FROM members m),
            (SELECT string_agg(concat_ws(':', e.oid, e.enumlabel), ',' ORDER BY e.oid) FROM pg_catalog.pg_enum e))),
          (SELECT coalesce(array_agg(r.oid ORDER BY r.oid), '{"{}"}') FROM relations r),
          pg_catalog.pg_current_snapshot()::text,
          (SELECT coalesce(bool_and(coalesce(r.is_tracked, false)), true) FROM relations r),
          (SELECT format('''%s.%s'' %s', r.nspname, r.relname, CASE
             WHEN r.relkind IN ('v', 'm') THEN 'is a view'
             WHEN r.relkind = 'f' THEN 'is a foreign table'
             WHEN r.relpersistence <> 'p' THEN 'is unlogged, and empty after a crash of PostgreSQL'
             WHEN r.relrowsecurity THEN 'has row level security'
             ELSE 'is filled by a subscription' END)
           FROM relations r WHERE r.relkind NOT IN ('r', 'p') OR r.relpersistence <> 'p' OR r.relrowsecurity OR r.is_replicated ORDER BY r.oid LIMIT 1)
        """;

    /// <summary>As <see cref="Relations"/>: those without the trigger.</summary>
    public const string Missing = $"{Relations} SELECT nspname::text, relname::text FROM relations WHERE is_tracked IS NOT TRUE ORDER BY oid";

    /// <summary>
    /// $1 relations, $2 snapshot. Whether no transaction that this one sees, and the snapshot did not, wrote to one of them. Notes of transactions that the snapshot
    /// did not see may be gone when it is older than what was pruned.
    /// </summary>
    public const string IsUnwritten =
        """
        SELECT EXISTS (SELECT 1 FROM federated_query.table_writes_pruned p WHERE p.below <= pg_catalog.pg_snapshot_xmin($2::pg_catalog.pg_snapshot))
          AND NOT EXISTS (
            SELECT 1 FROM federated_query.table_writes w
            WHERE w.relation = ANY ($1::oid[]) AND w.xid >= pg_catalog.pg_snapshot_xmin($2::pg_catalog.pg_snapshot)
              AND NOT pg_catalog.pg_visible_in_snapshot(w.xid, $2::pg_catalog.pg_snapshot))
        """;
}
