using System.Collections.Immutable;
using FederatedQuery.Cold.Staging;
using FederatedQuery.Columns;
using FederatedQuery.DuckDb.Types;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Tiering.Tables;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Tiering.Loading;

/// <summary>Decides from the staged columns and the table (if it is there) what is written where. Adds a generated key to the stage.</summary>
internal sealed class LoadPlanner(IOptions<TieringOptions> options, TimeProvider time)
{
    /// <summary>The generated key.</summary>
    public const string RowId = "row_id";

    private readonly TieringOptions _options = options.Value;

    public LoadPlan Plan(LoadRequest request, LoadDestination destination, RowStage stage) =>
        destination.Exists ? Append(request, destination, stage) : Create(request, stage);

    private LoadPlan Create(LoadRequest request, RowStage stage)
    {
        RequireColumns("primaryKey", request.PrimaryKey, stage);
        RequireColumns("partitionBy", request.PartitionBy, stage);
        RequireColumns("foreignKeys", [.. request.ForeignKeys.Select(key => key.Column)], stage);
        var timeColumn = TimeColumn(request, stage);
        IReadOnlyList<string> key = request.PrimaryKey;
        if (key.Count == 0 && request.Tiers != LoadTiers.ColdOnly)
        {
            if (stage.Columns.Any(column => column.Name.Equals(RowId, StringComparison.OrdinalIgnoreCase)))
            {
                throw new TieringException(
                    TieringErrorKind.InvalidArgument, $"The rows have a column '{RowId}' already. Name it as primaryKey if it tells rows apart, or rename it.");
            }

            stage.AddRowId(RowId);
            key = [RowId];
        }

        return new LoadPlan
        {
            Schema = Schema(stage, [.. key, .. timeColumn is null ? [] : new[] { timeColumn }], key),
            JsonFieldIds = [.. stage.Columns.Select((column, i) => (column, Id: i + 1)).Where(item => item.column.Type.IsJson).Select(item => item.Id)],
            TimeColumn = timeColumn,
            PrimaryKey = key,
            HasHot = request.Tiers != LoadTiers.ColdOnly,
            HasCold = request.Tiers != LoadTiers.HotOnly,
            Cutoff = request.Tiers == LoadTiers.Both ? Cutoff(_options.HotDays) : null,
        };
    }

    private LoadPlan Append(LoadRequest request, LoadDestination destination, RowStage stage)
    {
        RequireSameTable(request, destination);
        var table = destination.Schema;
        if (table.Fields.Any(field => field.Name == RowId && field.Type is UuidType) && stage.Columns.All(column => column.Name != RowId))
        {
            stage.AddRowId(RowId);
        }

        var unknown = stage.Columns.Where(column => table.Fields.All(field => field.Name != column.Name)).Select(column => $"'{column.Name}'").ToList();
        if (unknown.Count > 0)
        {
            throw new TieringException(
                TieringErrorKind.InvalidSource,
                $"The rows have columns that table '{destination}' has not: {string.Join(", ", unknown)}. The table has: {string.Join(", ", table.Fields.Select(field => field.Name))}.");
        }

        var generated = destination.Hot?.Columns.Where(column => column.IsGenerated).Select(column => column.Name).ToHashSet() ?? [];
        var written = table.Fields.Where(field => stage.Columns.Any(column => column.Name == field.Name) && !generated.Contains(field.Name)).ToImmutableArray();
        var timeColumn = destination.Tiering?.TimeColumn ?? (destination.Hot is null ? ColdTimes.OfLayout(destination.Cold!.Metadata) : null);
        if (timeColumn is not null)
        {
            RequireTime(timeColumn, stage);
        }

        IReadOnlyList<string> key = destination.Tiering?.PrimaryKey ?? (destination.Hot is { } hot ? [.. hot.PrimaryKey] : []);
        RequireColumns("the table's primary key", key, stage);
        return new LoadPlan
        {
            Schema = new Schema(table.SchemaId, written),
            JsonFieldIds = destination.Hot?.JsonFieldIds ?? destination.Cold!.JsonFieldIds,
            TimeColumn = timeColumn,
            PrimaryKey = key,
            HasHot = destination.Hot is not null,
            HasCold = destination.Hot is null || destination.Tiering is not null,
            Cutoff = destination.Tiering is { } tiering ? Cutoff(tiering.HotDays ?? _options.HotDays) : null,
        };
    }

    private static void RequireSameTable(LoadRequest request, LoadDestination destination)
    {
        var tiers = (destination.Hot, destination.Tiering) switch
        {
            (null, _) => LoadTiers.ColdOnly,
            (_, null) => LoadTiers.HotOnly,
            _ => LoadTiers.Both,
        };
        if (request.Tiers != LoadTiers.Both && request.Tiers != tiers)
        {
            var kind = tiers switch { LoadTiers.ColdOnly => "cold only", LoadTiers.HotOnly => "hot only", _ => "tiered" };
            throw new TieringException(TieringErrorKind.InvalidArgument, $"Table '{destination}' is there and is {kind}; load into it without saying hot only or cold only.");
        }

        if (request.TimeColumn is { } wanted && destination.Tiering is { } tiering && tiering.TimeColumn != wanted)
        {
            throw new TieringException(TieringErrorKind.InvalidArgument, $"Table '{destination}' has the time column '{tiering.TimeColumn}', not '{wanted}'.");
        }
    }

    private static string? TimeColumn(LoadRequest request, RowStage stage)
    {
        if (request.TimeColumn is { } wanted)
        {
            RequireTime(wanted, stage);
            return wanted;
        }

        var found = stage.Columns.FirstOrDefault(IsTime)?.Name;
        return found is not null || request.Tiers == LoadTiers.HotOnly
            ? found
            : throw new TieringException(
                TieringErrorKind.InvalidSource,
                $"The rows have no date or timestamp column, which rows move to the cold tier by. Columns: {Describe(stage)}. Name a timeColumn of such a type, or load hot only.");
    }

    private static void RequireTime(string name, RowStage stage)
    {
        var column = stage.Columns.FirstOrDefault(column => column.Name == name)
            ?? throw new TieringException(TieringErrorKind.InvalidArgument, $"timeColumn '{name}' is not a column of the rows. They have: {Describe(stage)}.");
        if (!IsTime(column))
        {
            throw new TieringException(TieringErrorKind.InvalidArgument, $"timeColumn '{name}' is of type {column.Type}; it must be a date or timestamp.");
        }
    }

    private static void RequireColumns(string what, IReadOnlyList<string> names, RowStage stage)
    {
        foreach (var name in names)
        {
            if (stage.Columns.All(column => column.Name != name))
            {
                throw new TieringException(
                    TieringErrorKind.InvalidArgument, $"Column '{name}' of {what} is not a column of the rows. They have: {Describe(stage)}.");
            }
        }
    }

    private static bool IsTime(DuckDBField column) => column.Type.Type
        is DuckDBType.Date or DuckDBType.Timestamp or DuckDBType.TimestampS or DuckDBType.TimestampMs or DuckDBType.TimestampNs or DuckDBType.TimestampTz;

    private static string Describe(RowStage stage) => string.Join(", ", stage.Columns.Select(column => $"{column.Name} {column.Type}"));

    private static Schema Schema(RowStage stage, string[] required, IReadOnlyList<string> key)
    {
        Schema schema;
        try
        {
            schema = IcebergTypes.SchemaOf(stage.Columns);
        }
        catch (IcebergException error)
        {
            throw new TieringException(TieringErrorKind.InvalidSource, error.Message, error);
        }

        var fields = schema.Fields.Select(field => required.Contains(field.Name) ? new NestedField(field.Id, field.Name, field.Type, required: true) : field).ToImmutableArray();
        var identifiers = fields.Where(field => key.Contains(field.Name)).ToList();
        return new Schema(
            0,
            new StructType(fields),
            identifiers.All(field => field.Type is PrimitiveType and not (FloatType or DoubleType)) ? [.. identifiers.Select(field => field.Id)] : []);
    }

    private DateOnly Cutoff(int hotDays) => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime).AddDays(-hotDays);
}
