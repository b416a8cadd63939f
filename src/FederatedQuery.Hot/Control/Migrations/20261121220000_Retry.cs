using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace FederatedQuery.Hot.Control.Migrations;

/// <summary>Jobs that are put off: until when, and how often they were.</summary>
[DbContext(typeof(ControlDbContext))]
[Migration("20261121220000_Retry")]
public sealed class Retry : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        "ALTER TABLE federated_query.jobs ADD COLUMN deferrals integer NOT NULL DEFAULT 0, ADD COLUMN not_before timestamptz;");

    /// <inheritdoc />
    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        "ALTER TABLE federated_query.jobs DROP COLUMN deferrals, DROP COLUMN not_before;");
}
