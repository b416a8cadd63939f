using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace FederatedQuery.Hot.Control.Migrations;

/// <summary>
/// The columns that settings of tiered tables name, by PostgreSQL's numbers (attnum), which outlive names. They are those of one table of one server: after a dump and restore, or when the
/// table was made anew, the names count again. Written and read by TieredTableStore.
/// </summary>
[DbContext(typeof(ControlDbContext))]
[Migration("20261122111500_ColumnNumbers")]
public sealed class ColumnNumbers : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        CREATE FUNCTION federated_query.relation(wanted_schema text, wanted_name text) RETURNS oid LANGUAGE sql STABLE AS $$
          SELECT c.oid FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
          WHERE n.nspname = wanted_schema AND c.relname = wanted_name AND c.relkind IN ('r', 'p', 'v', 'm', 'f') $$;
        CREATE FUNCTION federated_query.relation_source(relation oid) RETURNS text LANGUAGE sql STABLE AS $$
          SELECT system_identifier::text || '.' || relation::text FROM pg_catalog.pg_control_system() $$;
        CREATE FUNCTION federated_query.column_numbers(relation oid, names text[]) RETURNS smallint[] LANGUAGE sql STABLE AS $$
          SELECT coalesce(array_agg(a.attnum ORDER BY k.place), '{}') FROM unnest(names) WITH ORDINALITY AS k(name, place)
          LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = relation AND a.attname = k.name AND a.attnum > 0 AND NOT a.attisdropped $$;
        CREATE FUNCTION federated_query.column_names(relation oid, numbers smallint[], otherwise text[]) RETURNS text[] LANGUAGE sql STABLE AS $$
          SELECT coalesce(array_agg(coalesce(a.attname::text, k.name) ORDER BY k.place), '{}') FROM unnest(otherwise, numbers) WITH ORDINALITY AS k(name, number, place)
          LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = relation AND a.attnum = k.number AND NOT a.attisdropped WHERE k.name IS NOT NULL $$;
        ALTER TABLE federated_query.tiered_tables
          ADD COLUMN source text, ADD COLUMN time_number smallint, ADD COLUMN key_numbers smallint[] NOT NULL DEFAULT '{}', ADD COLUMN partition_numbers smallint[] NOT NULL DEFAULT '{}';
        UPDATE federated_query.tiered_tables t
        SET source = federated_query.relation_source(r.oid),
          time_number = (federated_query.column_numbers(r.oid, ARRAY[t.time_column]))[1],
          key_numbers = federated_query.column_numbers(r.oid, t.primary_key),
          partition_numbers = federated_query.column_numbers(r.oid, t.partition_by)
        FROM (SELECT o.schema_name, o.table_name, federated_query.relation(o.schema_name, o.table_name) AS oid FROM federated_query.tiered_tables o) r
        WHERE r.schema_name = t.schema_name AND r.table_name = t.table_name;
        """);

    /// <inheritdoc />
    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        ALTER TABLE federated_query.tiered_tables DROP COLUMN source, DROP COLUMN time_number, DROP COLUMN key_numbers, DROP COLUMN partition_numbers;
        DROP FUNCTION federated_query.column_names(oid, smallint[], text[]);
        DROP FUNCTION federated_query.column_numbers(oid, text[]);
        DROP FUNCTION federated_query.relation_source(oid);
        DROP FUNCTION federated_query.relation(text, text);
        """);
}
