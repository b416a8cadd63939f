using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace FederatedQuery.Hot.Control.Migrations;

/// <summary>The write-ahead logs that log records come from, how far each has been stored, and the batches they were stored in. Read and written by LogBatchStore.</summary>
[DbContext(typeof(ControlDbContext))]
[Migration("20261121213000_LogBatches")]
public sealed class LogBatches : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        CREATE TABLE federated_query.log_streams (
          id uuid PRIMARY KEY,
          number integer NOT NULL GENERATED ALWAYS AS IDENTITY (MAXVALUE 1048575) UNIQUE,
          position bigint NOT NULL,
          host text NOT NULL,
          seen_at timestamptz NOT NULL DEFAULT now());

        CREATE TABLE federated_query.log_batches (
          number bigint PRIMARY KEY,
          stream integer NOT NULL,
          first_sequence bigint NOT NULL,
          end_sequence bigint NOT NULL,
          first_id uuid NOT NULL,
          last_id uuid NOT NULL,
          least_time timestamptz NOT NULL,
          greatest_time timestamptz NOT NULL,
          rows integer NOT NULL,
          stored_at timestamptz NOT NULL);
        CREATE INDEX log_batches_stored_at ON federated_query.log_batches USING brin (stored_at);

        -- Its one row is locked from the moment a number is taken until the transaction ends: numbers become visible in order and without gaps.
        CREATE TABLE federated_query.log_batch_number (is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only), newest bigint NOT NULL);
        INSERT INTO federated_query.log_batch_number (newest) VALUES (0);
        """);

    /// <inheritdoc />
    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        "DROP TABLE federated_query.log_batch_number, federated_query.log_batches, federated_query.log_streams");
}
