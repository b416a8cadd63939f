using System.Collections.Immutable;
using System.Globalization;
using FederatedQuery.Cold;
using FederatedQuery.Cold.Engine;
using FederatedQuery.Cold.Writing;
using FederatedQuery.Columns;
using FederatedQuery.DuckDb;
using FederatedQuery.DuckDb.Json;
using FederatedQuery.Federation.Registry;
using FederatedQuery.Federation.Rows;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Federation.Tests.Rows;

/// <summary>A table with rows in both tiers, or one of them, and all of its rows in one table of DuckDB to compare with.</summary>
internal sealed class RowTable
{
    private static int Count;

    private readonly GatewayServices _services;

    private RowTable(GatewayServices services, RegisteredTable table, string oracle)
    {
        (_services, Table, Oracle) = (services, table, oracle);
    }

    public RegisteredTable Table { get; }

    /// <summary>The table of DuckDB.</summary>
    public string Oracle { get; }

    /// <param name="columns">Of PostgreSQL's types by name, each with the type that Iceberg has for it.</param>
    /// <param name="isKeyed">Whether the first column is the primary key; together with <c>ts</c> where that is what partitions are by.</param>
    /// <param name="hot">Rows of the hot tier, values in column order; null: the table is cold only.</param>
    /// <param name="cold">Rows of the cold tier, file by file; null: hot only.</param>
    /// <param name="firstDay">Of three days that are partitions of the hot table by <c>ts</c>; null: it has none.</param>
    public static async Task<RowTable> CreateAsync(
        GatewayServices services, IReadOnlyList<(string Name, string Type, IcebergType Iceberg)> columns, bool isKeyed,
        IReadOnlyList<IReadOnlyList<Literal?>>? hot, IReadOnlyList<IReadOnlyList<IReadOnlyList<Literal?>>>? cold,
        DateOnly? firstDay = null)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"rows_{Interlocked.Increment(ref Count)}");
        if (hot is not null)
        {
            var key = !isKeyed ? "" : firstDay is null ? $", PRIMARY KEY ({columns[0].Name})" : $", PRIMARY KEY ({columns[0].Name}, ts)";
            await services.ExecuteAsync($"CREATE TABLE {name} ({string.Join(", ", columns.Select(column => $"\"{column.Name}\" {column.Type}"))}{key}){(firstDay is null ? "" : " PARTITION BY RANGE (ts)")}");
            for (var day = firstDay; day < firstDay?.AddDays(3); day = day.Value.AddDays(1))
            {
                await services.ExecuteAsync($"CREATE TABLE {name}_{day:MMdd} PARTITION OF {name} FOR VALUES FROM ('{day:yyyy-MM-dd} 00:00+00') TO ('{day.Value.AddDays(1):yyyy-MM-dd} 00:00+00')");
            }

            if (firstDay is not null)
            {
                await services.ExecuteAsync($"CREATE TABLE {name}_rest PARTITION OF {name} DEFAULT");
                await services.ExecuteAsync($"CREATE INDEX ON {name} (ts)");
            }

            foreach (var row in hot)
            {
                await services.ExecuteAsync($"INSERT INTO {name} VALUES ({string.Join(", ", row.Select((value, i) => value is { } some ? Hot(columns[i], some) : "NULL"))})");
            }

            await services.ExecuteAsync($"ANALYZE {name}");
        }

        using var lease = await services.Get<DuckDbEngine>().Pool.RentAsync(CancellationToken.None);
        var connection = lease.Connection;
        var oracle = OracleOf(name);
        connection.Execute($"CREATE TABLE {oracle} ({string.Join(", ", columns.Select(column => $"\"{column.Name}\" {DuckDbTypes.Of(column.Iceberg)}"))})");
        Insert(connection, oracle, hot ?? [], columns);
        if (cold is not null)
        {
            var catalog = services.Get<ColdCatalog>().Catalog;
            var identifier = new TableIdentifier("default", name);
            ImmutableArray<int> key = !isKeyed ? [] : firstDay is null ? [1] : [1, columns.Index().First(column => column.Item.Name == "ts").Index + 1];
            var schema = new Schema(0, new StructType([.. columns.Select((column, i) => new NestedField(i + 1, column.Name, column.Iceberg, required: key.Contains(i + 1)))]), key);
            await catalog.CreateTableAsync(identifier, new NewTable { Schema = schema }, CancellationToken.None);
            foreach (var file in cold.Where(file => file.Count > 0))
            {
                await AddFileAsync(services, connection, name, columns, file);
            }
        }

        services.Get<TableRegistry>().Forget();
        return new RowTable(services, await services.Get<TableRegistry>().RequireAsync(null, name, CancellationToken.None), oracle);
    }

    /// <summary>The same table with one more cold file.</summary>
    public async Task<RowTable> WithFileAsync(IReadOnlyList<(string Name, string Type, IcebergType Iceberg)> columns, IReadOnlyList<IReadOnlyList<Literal?>> rows)
    {
        using var lease = await _services.Get<DuckDbEngine>().Pool.RentAsync(CancellationToken.None);
        await AddFileAsync(_services, lease.Connection, Table.Name, columns, rows);
        _services.Get<TableRegistry>().Forget();
        return new RowTable(_services, await _services.Get<TableRegistry>().RequireAsync(null, Table.Name, CancellationToken.None), Oracle);
    }

    private static async Task AddFileAsync(
        GatewayServices services, DuckDBConnection connection, string name, IReadOnlyList<(string Name, string Type, IcebergType Iceberg)> columns, IReadOnlyList<IReadOnlyList<Literal?>> rows)
    {
        connection.Execute($"CREATE OR REPLACE TABLE file_rows AS SELECT * FROM {OracleOf(name)} LIMIT 0");
        Insert(connection, "file_rows", rows, columns);
        connection.Execute($"INSERT INTO {OracleOf(name)} SELECT * FROM file_rows");
        var table = await services.Get<ColdCatalog>().Catalog.LoadTableAsync(new TableIdentifier("default", name), CancellationToken.None);
        var appender = services.Get<ColdAppender>();
        var files = await appender.WritePartitionAsync(connection, "SELECT * FROM file_rows", table, PartitionData.Empty, CancellationToken.None);
        Assert.NotNull(await services.Get<ColdCatalog>().Catalog.TryCommitAsync(await appender.StageAsync(table, files, new Dictionary<string, string>(), CancellationToken.None), CancellationToken.None));
    }

    private static string OracleOf(string name) => $"oracle_{name}";

    public int Id(string column) => Table.Schema.FindField(column)!.Id;

    /// <summary>Every row of a query by one statement, as JSON, cell by cell.</summary>
    public async Task<List<string>> ExpectedAsync(RowQuery query)
    {
        var terms = new ResolvedQuery(query).Terms;
        var condition = DuckDbPredicates.Of(query.Filter.Bind(Table.Schema), reference => $"\"{reference.Name}\"");
        var columns = query.Columns.IsDefault ? Table.Schema.Fields.Select(field => field.Id) : query.Columns;
        var output = columns.Select(id => Table.Schema.FindField(id)!).Select(field => Table.JsonFieldIds.Contains(field.Id) ? $"\"{field.Name}\"::JSON" : $"\"{field.Name}\"");
        var order = terms.Select(term => $"\"{term.Field.Name}\"{(term.IsText ? "::VARCHAR" : "")} {(term.Descending ? "DESC NULLS FIRST" : "ASC NULLS LAST")}");
        return await RowsAsync($"SELECT {string.Join(", ", output)} FROM {Oracle} WHERE {condition} ORDER BY {string.Join(", ", order)}", nonFiniteTexts: true);
    }

    /// <summary>The rows of a statement of DuckDB, as JSON.</summary>
    /// <param name="nonFiniteTexts">Whether NaN and infinite numbers are texts, as in pages, or null, as in figures.</param>
    public async Task<List<string>> RowsAsync(string sql, bool nonFiniteTexts = false)
    {
        using var lease = await _services.Get<DuckDbEngine>().Pool.RentAsync(CancellationToken.None);
        using var result = lease.Connection.Query(sql);
        using var cells = new DuckDBJsonCells([.. result.Columns.Select(column => column.Type)], nonFiniteTexts);
        var rows = new List<string>();
        foreach (var chunk in result.ReadChunks())
        {
            for (var row = 0; row < chunk.Count; row++)
            {
                rows.Add(string.Join("|", Enumerable.Range(0, result.Columns.Count).Select(column =>
                {
                    var start = cells.Length;
                    cells.Write(chunk, column, row);
                    return Text(cells.Slice(start, cells.Length - start));
                })));
            }
        }

        return rows;
    }

    public static string Row(RowPage page, int row) =>
        string.Join("|", Enumerable.Range(0, page.Columns.Length).Select(column => Text(page.Json(row, column))));

    public static string Row(RowBatch batch, int row)
    {
        using var cells = new DuckDBJsonCells([.. batch.Columns.Select(column => column.Type)], nonFiniteTexts: true);
        return string.Join("|", Enumerable.Range(0, batch.Columns.Count).Select(column =>
        {
            var start = cells.Length;
            cells.Write(batch.Chunk, column, row);
            return Text(cells.Slice(start, cells.Length - start));
        }));
    }

    /// <summary>Tables of DuckDB do not keep the sign of zero.</summary>
    private static string Text(ReadOnlyMemory<byte> json) => System.Text.Encoding.UTF8.GetString(json.Span) is var text && text == "-0" ? "0" : text;

    private static string Hot((string Name, string Type, IcebergType Iceberg) column, Literal value) => column.Type switch
    {
        "jsonb" or "int[]" => $"'{value.AsString}'::{column.Type}",
        _ => SqlLiteral.Of(value) ?? throw new InvalidOperationException($"PostgreSQL cannot hold {value}."),
    };

    private static void Insert(
        DuckDBConnection connection, string table, IReadOnlyList<IReadOnlyList<Literal?>> rows, IReadOnlyList<(string Name, string Type, IcebergType Iceberg)> columns)
    {
        if (rows.Count > 0)
        {
            var values = rows.Select(row => $"({string.Join(", ", row.Select((value, i) => value is not { } some ? "NULL"
                : columns[i].Type == "int[]" ? $"[{some.AsString.Trim('{', '}')}]::INTEGER[]" : DuckDbLiterals.Of(some)))})");
            connection.Execute($"INSERT INTO {table} VALUES {string.Join(", ", values)}");
        }
    }
}
