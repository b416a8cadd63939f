using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace FederatedQuery.Hot.Control.Migrations;

/// <summary>What verification found of each day, whose turn it is, and files whose rows were erased. Stores write them as SQL, so none is in the model.</summary>
[DbContext(typeof(ControlDbContext))]
[Migration("20261121185000_Verification")]
public sealed class Verification : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql(
            """
            CREATE TABLE federated_query.verified_days (
              schema_name text NOT NULL, table_name text NOT NULL, day date NOT NULL, verified_at timestamptz NOT NULL,
              cold_rows bigint NOT NULL, hot_rows bigint NOT NULL, counted_only boolean NOT NULL,
              PRIMARY KEY (schema_name, table_name, day));
            CREATE TABLE federated_query.violations (
              id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, schema_name text NOT NULL, table_name text NOT NULL, day date NOT NULL, kind text NOT NULL,
              detail text NOT NULL, found_at timestamptz NOT NULL DEFAULT clock_timestamp(), seen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
              closed_at timestamptz);
            CREATE UNIQUE INDEX violations_open ON federated_query.violations (schema_name, table_name, day, kind) WHERE closed_at IS NULL;
            CREATE TABLE federated_query.verification_turn (one boolean PRIMARY KEY DEFAULT true CHECK (one), next_at timestamptz NOT NULL);
            INSERT INTO federated_query.verification_turn (next_at) VALUES (clock_timestamp());
            CREATE TABLE federated_query.erased_files (
              id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, namespace text NOT NULL, table_name text NOT NULL, location text NOT NULL,
              erased_at timestamptz NOT NULL DEFAULT clock_timestamp());
            CREATE INDEX erased_files_erased_at ON federated_query.erased_files (erased_at);
            """);
    }

    /// <inheritdoc />
    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.DropTable(name: "erased_files", schema: "federated_query");
        migrationBuilder.DropTable(name: "verification_turn", schema: "federated_query");
        migrationBuilder.DropTable(name: "violations", schema: "federated_query");
        migrationBuilder.DropTable(name: "verified_days", schema: "federated_query");
    }
}
