using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace FederatedQuery.Hot.Control.Migrations;

/// <summary>What erasures have done, step by step, so that one that is taken up again knows. A store writes it as SQL, so it is not in the model.</summary>
[DbContext(typeof(ControlDbContext))]
[Migration("20261121185500_Erasures")]
public sealed class Erasures : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql(
            """
            CREATE TABLE federated_query.erasure_steps (
              id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, job_id uuid NOT NULL, partition text, hot_rows bigint NOT NULL DEFAULT 0,
              cold_rows bigint NOT NULL DEFAULT 0, files_removed bigint NOT NULL DEFAULT 0, files_written bigint NOT NULL DEFAULT 0, snapshots bigint NOT NULL DEFAULT 0);
            CREATE INDEX erasure_steps_job ON federated_query.erasure_steps (job_id);
            ALTER TABLE federated_query.erased_files ADD COLUMN job_id uuid NOT NULL, ADD COLUMN size_bytes bigint;
            CREATE UNIQUE INDEX erased_files_job ON federated_query.erased_files (job_id, location);
            """);
    }

    /// <inheritdoc />
    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql("ALTER TABLE federated_query.erased_files DROP COLUMN job_id, DROP COLUMN size_bytes");
        migrationBuilder.DropTable(name: "erasure_steps", schema: "federated_query");
    }
}
