using System.Buffers;
using System.Text.Json;
using FederatedQuery.Cold;
using FederatedQuery.Cold.Statistics;
using FederatedQuery.Federation.Queries;
using FederatedQuery.Federation.Registry;
using FederatedQuery.Hot.Statistics;
using FederatedQuery.Iceberg.Spec;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Federation.Statistics;

/// <summary>Figures of tables: counted in Postgres, from metadata alone in the cold tier.</summary>
public sealed class TableStatistics(
    TableRegistry registry, HotTableStatistics hotStatistics, ColdTableStatistics coldStatistics, ColdTables coldTables, IOptions<QueryOptions> options)
{
    /// <exception cref="FederatedQueryException">There is no such table in Postgres, or it did not answer.</exception>
    public async Task<TableFigures> OfPostgresAsync(string name, CancellationToken cancellationToken)
    {
        var table = await RequireAsync(null, name, cancellationToken);
        var hot = table.Hot ?? throw new FederatedQueryException(
            FailureKind.UnknownTable, $"Table '{table}' has no rows in Postgres; ask `icebergTableStats`.");
        try
        {
            var figures = await hotStatistics.CountAsync(hot, options.Value.Timeout, cancellationToken);
            var columns = Json(writer =>
            {
                foreach (var (column, json) in figures.Columns)
                {
                    writer.WritePropertyName(column);
                    writer.WriteRawValue(json);
                }
            });
            return new TableFigures(
                figures.Rows, IsExact: true, hot.Bytes, columns,
                SchemaJson(hot.Columns.Select(column => (column.Name, column.Type.Name, column.Field.Optional)), hot.PrimaryKey));
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            throw FailureTranslation.Translate(error, null);
        }
    }

    /// <param name="tableNamespace">Null: <c>default</c>.</param>
    /// <exception cref="FederatedQueryException">There is no such cold table, or its metadata cannot be read.</exception>
    public async Task<TableFigures> OfIcebergAsync(string? tableNamespace, string name, CancellationToken cancellationToken)
    {
        var table = await RequireAsync(tableNamespace, name, cancellationToken);
        try
        {
            var cold = await coldTables.FindAsync(table.Identifier, null, cancellationToken)
                ?? throw new FederatedQueryException(FailureKind.UnknownTable, $"Table '{table}' has no rows in the cold tier; ask `postgresTableStats`.");
            var figures = await coldStatistics.ReadAsync(cold, cancellationToken);
            var schema = cold.Metadata.CurrentSchema;
            var key = schema.IdentifierFieldIds.Select(id => schema.FindName(id)!).ToList();
            return new TableFigures(
                figures.Rows, figures.IsExact, figures.Bytes, Json(writer => Write(writer, schema, figures)),
                SchemaJson(schema.Fields.Select(field => (field.Name, field.Type.ToString(), field.Optional)), key));
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            throw FailureTranslation.Translate(error, null);
        }
    }

    private async Task<RegisteredTable> RequireAsync(string? tableNamespace, string name, CancellationToken cancellationToken)
    {
        try
        {
            return await registry.RequireAsync(tableNamespace, name, cancellationToken);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            throw FailureTranslation.Translate(error, null);
        }
    }

    private static void Write(Utf8JsonWriter writer, Schema schema, ColdTableStatistics.Figures figures)
    {
        foreach (var field in schema.Fields)
        {
            var column = figures.Columns[field.Id];
            writer.WriteStartObject(field.Name);
            WriteNumber(writer, "nullCount", column.NullCount);
            writer.WriteNull("distinctCount");
            WriteLiteral(writer, "min", column.Least);
            WriteLiteral(writer, "max", column.Greatest);
            WriteNumber(writer, "bytes", column.Bytes);
            writer.WriteEndObject();
        }
    }

    private static void WriteNumber(Utf8JsonWriter writer, string name, long? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(name, number);
        }
        else
        {
            writer.WriteNull(name);
        }
    }

    private static void WriteLiteral(Utf8JsonWriter writer, string name, Literal? value)
    {
        writer.WritePropertyName(name);
        if (value is not { } literal)
        {
            writer.WriteNullValue();
        }
        else if (literal.TypeId == TypeId.Decimal)
        {
            // A number with all its digits, as rows have it; Iceberg's own JSON form is a string.
            writer.WriteRawValue(literal.ToString());
        }
        else
        {
            SingleValueJson.WriteLiteral(writer, literal);
        }
    }

    private static ReadOnlyMemory<byte> SchemaJson(IEnumerable<(string Name, string Type, bool Nullable)> columns, IReadOnlyCollection<string> primaryKey) =>
        Json(writer =>
        {
            foreach (var (name, type, nullable) in columns)
            {
                writer.WriteStartObject(name);
                writer.WriteString("type", type);
                writer.WriteBoolean("nullable", nullable);
                writer.WriteBoolean("primaryKey", primaryKey.Contains(name));
                writer.WriteEndObject();
            }
        });

    private static ReadOnlyMemory<byte> Json(Action<Utf8JsonWriter> writeMembers)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        writeMembers(writer);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }
}
