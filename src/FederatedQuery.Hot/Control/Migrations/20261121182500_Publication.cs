using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace FederatedQuery.Hot.Control.Migrations;

/// <summary>Tiered tables whose cold rows are in a REST catalog, and what is under way between the two. A store writes them as SQL, so neither is in the model.</summary>
[DbContext(typeof(ControlDbContext))]
[Migration("20261121182500_Publication")]
public sealed class Publication : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql(
            """
            CREATE TABLE federated_query.publications (
              schema_name text NOT NULL, table_name text NOT NULL, change_id uuid,
              PRIMARY KEY (schema_name, table_name));
            CREATE TABLE federated_query.publication_intents (
              schema_name text NOT NULL, table_name text NOT NULL, id uuid NOT NULL, kind text NOT NULL, state text NOT NULL,
              details jsonb, created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
              PRIMARY KEY (schema_name, table_name));
            """);
    }

    /// <inheritdoc />
    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.DropTable(name: "publication_intents", schema: "federated_query");
        migrationBuilder.DropTable(name: "publications", schema: "federated_query");
    }
}
