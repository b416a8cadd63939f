using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace FederatedQuery.Hot.Control.Migrations;

/// <summary>Keys that requests come with, hashed. Rows are never deleted: their number and that of the revoked ones tell whether anything has changed.</summary>
[DbContext(typeof(ControlDbContext))]
[Migration("20261122010000_ApiKeys")]
public sealed class ApiKeys : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        CREATE TABLE federated_query.api_keys (
          id text PRIMARY KEY CHECK (id ~ '^[0-9a-f]{16}$'),
          hash bytea NOT NULL CHECK (length(hash) = 32),
          name text,
          roles text[] NOT NULL CHECK (cardinality(roles) > 0),
          tenant text,
          created_at timestamptz NOT NULL DEFAULT now(),
          expires_at timestamptz,
          last_used_at timestamptz,
          revoked_at timestamptz);
        """);

    /// <inheritdoc />
    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("DROP TABLE federated_query.api_keys");
}
