using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace FederatedQuery.Hot.Control.Migrations;

/// <summary>When keys of all days of a table were last held against one another, and of which snapshot. VerificationStore writes it as SQL.</summary>
[DbContext(typeof(ControlDbContext))]
[Migration("20261122041000_VerifiedKeys")]
public sealed class VerifiedKeys : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        CREATE TABLE federated_query.verified_keys (
          schema_name text NOT NULL, table_name text NOT NULL, verified_at timestamptz NOT NULL, snapshot_id bigint,
          PRIMARY KEY (schema_name, table_name));
        """);

    /// <inheritdoc />
    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.DropTable(name: "verified_keys", schema: "federated_query");
}
