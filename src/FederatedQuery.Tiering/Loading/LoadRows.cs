using FederatedQuery.Cold.Staging;
using FederatedQuery.Cold.Writing;
using FederatedQuery.Columns;
using FederatedQuery.Hot.Copy;
using FederatedQuery.Hot.Introspection;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg.Catalogs;
using Npgsql;

namespace FederatedQuery.Tiering.Loading;

/// <summary>Writes the staged rows to where they go; making them visible is the caller's.</summary>
public sealed class LoadRows(ColdAppender appender)
{
    /// <summary>Rows of the cold days as files of the table, which no snapshot names yet.</summary>
    internal async Task<ColdFiles> WriteColdAsync(
        LoadPlan plan, RowStage stage, CatalogTable cold, LoadReporter reporter, CancellationToken cancellationToken)
    {
        reporter.Written(LoadPhase.WritingCold, 0);
        var relation = await stage.OlderRelationAsync(cold.Metadata.CurrentSchema, plan.TimeColumn!, plan.HasHot ? plan.Cutoff : null, cancellationToken);
        return await appender.WriteAsync(
            stage.Connection, relation, cold, plan.TimeColumn, rows => reporter.Written(LoadPhase.WritingCold, rows), cancellationToken);
    }

    /// <summary>Deletes files that certainly are in no snapshot.</summary>
    internal Task DeleteAsync(ColdFiles files, CancellationToken cancellationToken) => appender.DeleteAsync(files, cancellationToken);

    /// <summary>The others into PostgreSQL, in the connection's transaction.</summary>
    /// <returns>How many.</returns>
    internal static async Task<long> WriteHotAsync(
        NpgsqlConnection connection, TableName name, LoadPlan plan, RowStage stage, LoadReporter reporter, CancellationToken cancellationToken)
    {
        reporter.Written(LoadPhase.WritingHot, 0);
        var table = (await PostgresIntrospector.FindAsync(connection, name, cancellationToken))!;
        var columns = plan.Schema.Fields.Select(field => new CopyColumn(field.Name, table.FindColumn(field.Name)!.Type, DuckDbTypes.Of(field.Type))).ToList();
        await using var copy = await CopyBinaryWriter.BeginAsync(connection, name, columns, cancellationToken);
        await foreach (var chunk in stage.NewerAsync(plan.Schema, plan.TimeColumn, plan.Cutoff, cancellationToken))
        {
            await copy.WriteAsync(chunk, cancellationToken);
            reporter.Written(LoadPhase.WritingHot, chunk.Count);
        }

        return await copy.CompleteAsync(cancellationToken);
    }
}
