using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace FederatedQuery.Hot.Control.Migrations;

/// <summary>How often a job was taken over; the index of the newest jobs passes over those that are parts of others.</summary>
[DbContext(typeof(ControlDbContext))]
[Migration("20261121182000_Jobs")]
public sealed class Jobs : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<int>(name: "takeovers", schema: "federated_query", table: "jobs", type: "integer", nullable: false, defaultValue: 0);
        migrationBuilder.DropIndex(name: "jobs_created_at", schema: "federated_query", table: "jobs");
        migrationBuilder.CreateIndex(
            name: "jobs_created_at", schema: "federated_query", table: "jobs", column: "created_at", filter: "parent_id IS NULL");
    }

    /// <inheritdoc />
    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.DropIndex(name: "jobs_created_at", schema: "federated_query", table: "jobs");
        migrationBuilder.CreateIndex(name: "jobs_created_at", schema: "federated_query", table: "jobs", column: "created_at");
        migrationBuilder.DropColumn(name: "takeovers", schema: "federated_query", table: "jobs");
    }
}
