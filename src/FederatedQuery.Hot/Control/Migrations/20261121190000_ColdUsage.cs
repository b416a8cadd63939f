using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace FederatedQuery.Hot.Control.Migrations;

/// <summary>Bytes of cold files by caller and day.</summary>
[DbContext(typeof(ControlDbContext))]
[Migration("20261121190000_ColdUsage")]
public sealed class ColdUsageByDay : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        "CREATE TABLE federated_query.cold_usage (caller text NOT NULL, day date NOT NULL, bytes bigint NOT NULL, PRIMARY KEY (caller, day))");

    /// <inheritdoc />
    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("DROP TABLE federated_query.cold_usage");
}
