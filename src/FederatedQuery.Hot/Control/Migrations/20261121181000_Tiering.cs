using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace FederatedQuery.Hot.Control.Migrations;

/// <summary>Leases with a fencing token, jobs that are parts of others, changes of a day other than moves, and published snapshots.</summary>
[DbContext(typeof(ControlDbContext))]
[Migration("20261121181000_Tiering")]
public sealed class Tiering : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<long>(name: "fence", schema: "federated_query", table: "jobs", type: "bigint", nullable: false, defaultValue: 0L);
        migrationBuilder.AddColumn<Guid>(name: "parent_id", schema: "federated_query", table: "jobs", type: "uuid", nullable: true);
        migrationBuilder.CreateIndex(
            name: "jobs_parent", schema: "federated_query", table: "jobs", column: "parent_id", filter: "parent_id IS NOT NULL");
        migrationBuilder.AddColumn<string>(name: "kind", schema: "federated_query", table: "moves", type: "text", nullable: false, defaultValue: "move");
        migrationBuilder.AddColumn<long>(name: "published_snapshot_id", schema: "federated_query", table: "tiered_tables", type: "bigint", nullable: true);
    }

    /// <inheritdoc />
    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.DropColumn(name: "published_snapshot_id", schema: "federated_query", table: "tiered_tables");
        migrationBuilder.DropColumn(name: "kind", schema: "federated_query", table: "moves");
        migrationBuilder.DropIndex(name: "jobs_parent", schema: "federated_query", table: "jobs");
        migrationBuilder.DropColumn(name: "parent_id", schema: "federated_query", table: "jobs");
        migrationBuilder.DropColumn(name: "fence", schema: "federated_query", table: "jobs");
    }
}
