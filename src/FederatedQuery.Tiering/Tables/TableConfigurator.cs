using System.Globalization;
using FederatedQuery.Cold;
using FederatedQuery.Cold.Writing;
using FederatedQuery.Hot;
using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Introspection;
using FederatedQuery.Hot.Moves;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Tiering.Publication;
using FederatedQuery.Tiering.RowChanges;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace FederatedQuery.Tiering.Tables;

/// <summary>Turns a table of PostgreSQL into a tiered one, and changes the settings of those that are.</summary>
public sealed partial class TableConfigurator(
    PostgresConnections connections, ColdCatalog catalog, TablePublisher publisher, TableCreation creation, IOptions<TieringOptions> options, TimeProvider time,
    ILogger<TableConfigurator> logger)
{
    private readonly TieringOptions _options = options.Value;

    /// <summary>The cold table (empty) and the settings: in one transaction, or with a REST catalog so that what was cut short is taken up by the next call.</summary>
    /// <exception cref="TieringException">NotFound, InvalidArgument, NotAllowed: what is wrong with the table or the settings.</exception>
    public async Task<TieredTable> ConfigureAsync(ConfigureTiering input, CancellationToken cancellationToken)
    {
        var name = TableNames.Parse(input.TableName);
        await catalog.EnsureNamespaceAsync(TableNames.NamespaceOf(name), cancellationToken);
        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        await using var right = catalog.IsRest ? await publisher.AcquireAsync(connection, name, cancellationToken) : null;
        var hot = await PostgresIntrospector.FindAsync(connection, name, cancellationToken)
            ?? throw new TieringException(TieringErrorKind.NotFound, $"There is no table '{name}' in PostgreSQL.");
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var known = await TieredTableStore.FindAsync(transaction, name, cancellationToken);
        var table = known is null ? await DescribeAsync(connection, hot, input, cancellationToken) : Change(known, input);
        RequireDays(table);
        if (known is null)
        {
            await CreateAsync(connection, transaction, hot, table, input.SortBy, cancellationToken);
        }

        await TieredTableStore.SaveAsync(transaction, table, cancellationToken);
        if (input.RowMutations is { } allowed)
        {
            await RowMutationSettings.AllowAsync(transaction, name, allowed, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        Log.Configured(logger, name.ToString(), table.TimeColumn, table.HotDays, table.ColdDays, MoveWays.Describe(hot, table.TimeColumn));
        return table;
    }

    private async Task<TieredTable> DescribeAsync(NpgsqlConnection connection, PostgresTable hot, ConfigureTiering input, CancellationToken cancellationToken)
    {
        RequireFit(hot, input);
        return await MoveObstacles.ListAsync(connection, hot.Name, cancellationToken) is [var first, ..]
            ? throw new TieringException(TieringErrorKind.NotAllowed, $"Table '{hot.Name}' cannot be tiered: {first}")
            : new TieredTable
            {
                Schema = hot.Name.Schema,
                Name = hot.Name.Name,
                Namespace = TableNames.NamespaceOf(hot.Name),
                TimeColumn = input.TimeColumn,
                PrimaryKey = hot.PrimaryKey.IsEmpty ? [.. input.Key] : [.. hot.PrimaryKey],
                PartitionBy = [.. input.PartitionBy ?? []],
                HotDays = input.HotDays,
                ColdDays = input.ColdDays,
                CreatedAt = time.GetUtcNow().ToUniversalTime(),
            };
    }

    private async Task CreateAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, PostgresTable hot, TieredTable table, IReadOnlyList<string> sortBy, CancellationToken cancellationToken)
    {
        var volume = await TableVolume.ReadAsync(connection, hot, table.TimeColumn, cancellationToken);
        var identifier = new TableIdentifier(table.Namespace, table.Name);
        try
        {
            var layout = ColdLayout.Create(
                hot.Schema, hot.JsonFieldIds, table.TimeColumn, table.PartitionBy, ColdLayout.TimeTransform(volume.Rows, volume.Days), sortBy);
            layout = ColdSchemas.Following(layout, hot.AsSource);
            if (catalog.IsRest)
            {
                await creation.CreateAsync(hot.Name, identifier, layout, cancellationToken);
                await TableCreation.CompleteAsync(transaction, hot.Name, isTiered: true, cancellationToken);
            }
            else
            {
                await catalog.Current.CreateTableAsync(identifier, layout, transaction, cancellationToken);
            }
        }
        catch (IcebergException error) when (error.Kind == IcebergErrorKind.AlreadyExists)
        {
            throw new TieringException(
                TieringErrorKind.NotAllowed, $"Table '{hot.Name}' cannot be tiered: the cold tier has a table '{identifier}' of its own. Rename or drop one of the two.", error);
        }
        catch (IcebergException error) when (error.Kind is IcebergErrorKind.NotFound or IcebergErrorKind.InvalidMetadata)
        {
            throw new TieringException(
                TieringErrorKind.InvalidArgument, $"partitionBy [{string.Join(", ", table.PartitionBy)}] does not suit table '{hot.Name}': {error.Message}", error);
        }
    }

    private static TieredTable Change(TieredTable known, ConfigureTiering input)
    {
        if (input.TimeColumn != known.TimeColumn)
        {
            throw new TieringException(
                TieringErrorKind.NotAllowed,
                $"The time column of '{known.Name}' is '{known.TimeColumn}' and cannot become '{input.TimeColumn}': its cold files are laid out by it.");
        }

        if (input.PartitionBy is { } columns && !WithoutTime(columns, known).SequenceEqual(WithoutTime(known.PartitionBy, known)))
        {
            throw new TieringException(
                TieringErrorKind.NotAllowed,
                $"partitionBy of '{known.Name}' is [{string.Join(", ", known.PartitionBy)}] and is not changed here: repartitionTable rewrites the table into a new layout.");
        }

        return known with { HotDays = input.HotDays ?? known.HotDays, ColdDays = input.ColdDays ?? known.ColdDays };
    }

    /// <summary>The time column is among them whether it is named or not.</summary>
    private static IEnumerable<string> WithoutTime(IEnumerable<string> columns, TieredTable table) => columns.Where(column => column != table.TimeColumn);

    private static void RequireFit(PostgresTable hot, ConfigureTiering input)
    {
        var timeColumn = input.TimeColumn;
        if (hot.FindColumn(timeColumn) is not { } column)
        {
            throw new TieringException(
                TieringErrorKind.InvalidArgument,
                $"timeColumn '{timeColumn}': table '{hot.Name}' has no such column. It has: {string.Join(", ", hot.Columns.Select(known => known.Name))}.");
        }

        if (column.Field.Type is not (DateType or TimestampType or TimestamptzType))
        {
            throw new TieringException(
                TieringErrorKind.InvalidArgument, $"timeColumn '{timeColumn}' is of type {column.Type.Name}; it must be a date, timestamp or timestamptz.");
        }

        if (!column.Field.Required)
        {
            throw new TieringException(
                TieringErrorKind.NotAllowed,
                $"timeColumn '{timeColumn}' of '{hot.Name}' may be null, and rows without a time would never move. ALTER TABLE {hot.Name.ToSql()} ALTER COLUMN {SqlIdentifier.Quote(timeColumn)} SET NOT NULL.");
        }

        if (hot.PrimaryKey.IsEmpty && input.Key.Count == 0)
        {
            throw new TieringException(
                TieringErrorKind.NotAllowed, $"Table '{hot.Name}' has no primary key (or is a view), which tiered tables need to tell rows apart. Add one.");
        }

        try
        {
            hot.RequireAllSupported();
        }
        catch (HotException error)
        {
            throw new TieringException(TieringErrorKind.NotAllowed, error.Message, error);
        }
    }

    private void RequireDays(TieredTable table)
    {
        var (hot, cold) = (table.HotDays ?? _options.HotDays, table.ColdDays ?? _options.ColdDays);
        if (hot < 1)
        {
            throw new TieringException(TieringErrorKind.InvalidArgument, string.Create(CultureInfo.InvariantCulture, $"hotDays is {hot}; it must be at least 1."));
        }

        if (cold <= hot)
        {
            throw new TieringException(
                TieringErrorKind.InvalidArgument, string.Create(CultureInfo.InvariantCulture, $"coldDays is {cold}; it must be more than hotDays, which is {hot}."));
        }
    }

    private static partial class Log
    {
        [LoggerMessage(TieringEventId.Configured, LogLevel.Information, "Table '{Table}' is tiered by '{TimeColumn}', hot for {HotDays} days, cold for {ColdDays}. It is {How}")]
        public static partial void Configured(ILogger logger, string table, string timeColumn, int? hotDays, int? coldDays, string how);
    }
}
