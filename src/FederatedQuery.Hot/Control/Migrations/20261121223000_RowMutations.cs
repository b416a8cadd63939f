using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace FederatedQuery.Hot.Control.Migrations;

/// <summary>Which tables' rows may be changed through the gateway, and how. Read and written without an entity, by RowMutationStore.</summary>
[DbContext(typeof(ControlDbContext))]
[Migration("20261121223000_RowMutations")]
public sealed class RowMutationsOfTables : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        CREATE TABLE federated_query.row_mutations (
          schema_name text NOT NULL, table_name text NOT NULL, operations integer NOT NULL CHECK (operations BETWEEN 1 AND 7),
          PRIMARY KEY (schema_name, table_name));
        """);

    /// <inheritdoc />
    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.DropTable(name: "row_mutations", schema: "federated_query");
}
