using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace FederatedQuery.Hot.Control.Migrations;

/// <summary>The condition of an erasure names what is to be gone. Of one that is over, however it ended, a digest is kept in its place, by the statement that ends it.</summary>
[DbContext(typeof(ControlDbContext))]
[Migration("20261122083000_ErasedConditions")]
public sealed class ErasedConditions : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        CREATE FUNCTION federated_query.hide_erased_condition() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          NEW.arguments := jsonb_build_object('whereSha256', encode(sha256(convert_to(NEW.arguments ->> 'where', 'UTF8')), 'hex'));
          RETURN NEW;
        END $$;
        CREATE TRIGGER hide_erased_condition BEFORE UPDATE OF state ON federated_query.jobs FOR EACH ROW
          WHEN (NEW.kind = 'erase' AND NEW.state IN ('Succeeded', 'Failed', 'Cancelled') AND NEW.arguments ? 'where')
          EXECUTE FUNCTION federated_query.hide_erased_condition();
        UPDATE federated_query.jobs SET state = state WHERE kind = 'erase' AND state IN ('Succeeded', 'Failed', 'Cancelled') AND arguments ? 'where';
        """);

    /// <inheritdoc />
    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        DROP TRIGGER hide_erased_condition ON federated_query.jobs;
        DROP FUNCTION federated_query.hide_erased_condition();
        """);
}
