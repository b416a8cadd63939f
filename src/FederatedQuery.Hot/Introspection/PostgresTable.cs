using System.Collections.Immutable;
using System.Globalization;
using FederatedQuery.Columns;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Hot.Introspection;

/// <summary>A table as PostgreSQL's catalog describes it, with its Iceberg schema.</summary>
public sealed record PostgresTable
{
    public required TableName Name { get; init; }

    public required uint Oid { get; init; }

    /// <summary>The server that it is in, by the identifier that every server has of its own.</summary>
    public string Server { get; init; } = "";

    /// <summary>The columns that have a counterpart in Iceberg, with field ids 1 to n in table order and nested ids after them.</summary>
    public required Schema Schema { get; init; }

    /// <summary>In the order of <see cref="Schema"/>'s fields.</summary>
    public required ImmutableArray<PostgresColumn> Columns { get; init; }

    /// <summary>Columns that <see cref="Schema"/> leaves out.</summary>
    public required ImmutableArray<UnsupportedColumn> UnsupportedColumns { get; init; }

    /// <summary>Column names in key order; empty when there is no primary key.</summary>
    public required ImmutableArray<string> PrimaryKey { get; init; }

    /// <summary>By name.</summary>
    public ImmutableArray<PostgresForeignKey> ForeignKeys { get; init; } = [];

    /// <summary>Ids of string fields, nested ones included, that hold JSON.</summary>
    public required ImmutableHashSet<int> JsonFieldIds { get; init; }

    public string? Comment { get; init; }

    /// <summary>The one plain column that the table is range partitioned by; null when it is not, or otherwise.</summary>
    public string? RangePartitionColumn { get; init; }

    /// <summary>True when the table is partitioned, by whatever.</summary>
    public bool IsPartitioned { get; init; }

    /// <summary>False of materialized views and foreign tables, which <c>LOCK TABLE</c> refuses.</summary>
    public bool CanBeLocked { get; init; } = true;

    /// <summary>Of a table with a <see cref="RangePartitionColumn"/>: by lower bound, the default partition last.</summary>
    public ImmutableArray<PostgresPartition> Partitions { get; init; } = [];

    /// <summary>Columns by which rows are found without reading the table: the first ones of its btree and BRIN indexes.</summary>
    public ImmutableHashSet<string> IndexedColumns { get; init; } = [];

    /// <summary>Columns of which a partition at least has an index of its words: on <c>federated_query.words(column)</c>.</summary>
    public ImmutableHashSet<string> WordIndexedColumns { get; init; } = [];

    /// <summary>By the statistics collector, all partitions together.</summary>
    public long EstimatedRows { get; init; }

    /// <summary>With indexes and TOAST, all partitions together.</summary>
    public long Bytes { get; init; }

    /// <summary>The columns as a cold table's that follows this one.</summary>
    public SourceColumns AsSource => field ??= new SourceColumns(
        string.Create(CultureInfo.InvariantCulture, $"{Server}.{Oid}"), Schema, [.. Columns.Select(column => column.Number)], JsonFieldIds);

    /// <summary>Which columns there are, supported or not, as <see cref="DescribedColumns"/> says it.</summary>
    public string ColumnList { get; init; } = "";

    public PostgresColumn? FindColumn(string name) => Columns.FirstOrDefault(column => column.Name == name);

    /// <exception cref="HotException">A column's type has no counterpart in Iceberg; all are named.</exception>
    public void RequireAllSupported()
    {
        if (UnsupportedColumns.IsEmpty)
        {
            return;
        }

        var columns = UnsupportedColumns.Select(column => $"column '{column.Name}' is of type {column.Type}, which {column.Reason}");
        throw new HotException(
            HotErrorKind.Unsupported,
            $"Table '{Name}' cannot move to the cold tier as it is: {string.Join("; ", columns)}. Change the type, or leave the column out of the cold tier.");
    }
}
