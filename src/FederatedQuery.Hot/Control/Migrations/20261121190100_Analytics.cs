using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace FederatedQuery.Hot.Control.Migrations;

/// <summary>What is registered in the catalog that other engines ask.</summary>
[DbContext(typeof(ControlDbContext))]
[Migration("20261121190100_Analytics")]
public sealed class Analytics : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        CREATE TABLE federated_query.analytics_tables (
          namespace text NOT NULL, table_name text NOT NULL, metadata_location text, registered_at timestamptz, last_error text,
          failures integer NOT NULL, is_claimed boolean NOT NULL, next_attempt_at timestamptz NOT NULL, PRIMARY KEY (namespace, table_name))
        """);

    /// <inheritdoc />
    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("DROP TABLE federated_query.analytics_tables");
}
