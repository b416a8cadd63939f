using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace FederatedQuery.Hot.Control.Migrations;

/// <summary>
/// The index of stored results, and the notes by which they are known to be out of date: which transaction wrote to which table. Read and written without
/// entities, by MaterializedResultStore and TableWrites.
/// </summary>
[DbContext(typeof(ControlDbContext))]
[Migration("20261121184000_MaterializedResults")]
public sealed class MaterializedResults : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        CREATE TABLE federated_query.materialized_results (
          id uuid PRIMARY KEY,
          key bytea NOT NULL,
          statement bytea NOT NULL,
          sql text NOT NULL,
          state text NOT NULL CHECK (state IN ('writing', 'ready', 'dropped')),
          tables text[] NOT NULL,
          cold jsonb NOT NULL,
          hot_fingerprint text,
          hot_relations oid[] NOT NULL,
          hot_snapshot pg_snapshot,
          location text NOT NULL,
          columns jsonb NOT NULL,
          rows bigint NOT NULL,
          truncated boolean NOT NULL,
          bytes bigint NOT NULL,
          created_at timestamptz NOT NULL,
          expires_at timestamptz NOT NULL,
          last_used_at timestamptz NOT NULL,
          dropped_at timestamptz);
        CREATE UNIQUE INDEX materialized_results_key ON federated_query.materialized_results (key) WHERE state = 'ready';

        CREATE TABLE federated_query.table_writes (relation oid NOT NULL, xid xid8 NOT NULL, PRIMARY KEY (relation, xid));
        CREATE TABLE federated_query.table_writes_pruned (below xid8 NOT NULL);
        INSERT INTO federated_query.table_writes_pruned VALUES ('0');

        CREATE FUNCTION federated_query.note_table_write() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
        BEGIN
          INSERT INTO federated_query.table_writes (relation, xid) VALUES (TG_RELID, pg_current_xact_id()) ON CONFLICT DO NOTHING;
          RETURN NULL;
        END $$;
        """);

    /// <inheritdoc />
    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        DROP FUNCTION federated_query.note_table_write() CASCADE;
        DROP TABLE federated_query.table_writes_pruned, federated_query.table_writes, federated_query.materialized_results;
        """);
}
