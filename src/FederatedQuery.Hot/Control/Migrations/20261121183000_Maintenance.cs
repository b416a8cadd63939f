using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace FederatedQuery.Hot.Control.Migrations;

/// <summary>Files of cold tables that wait for their deletion, and how each cold table is maintained. Stores write them as SQL, so neither is in the model.</summary>
[DbContext(typeof(ControlDbContext))]
[Migration("20261121183000_Maintenance")]
public sealed class Maintenance : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql(
            """
            CREATE TABLE federated_query.dropped_files (
              namespace text NOT NULL, table_name text NOT NULL, location text NOT NULL, table_uuid text, size_bytes bigint,
              dropped_at timestamptz NOT NULL DEFAULT clock_timestamp(), delete_after timestamptz,
              PRIMARY KEY (namespace, table_name, location));
            CREATE TABLE federated_query.table_maintenance (
              namespace text NOT NULL, table_name text NOT NULL, enabled boolean, compaction boolean,
              snapshot_retention_days integer, target_file_size_mb integer, is_configured boolean NOT NULL DEFAULT false, queued_at timestamptz,
              PRIMARY KEY (namespace, table_name));
            """);
    }

    /// <inheritdoc />
    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.DropTable(name: "table_maintenance", schema: "federated_query");
        migrationBuilder.DropTable(name: "dropped_files", schema: "federated_query");
    }
}
