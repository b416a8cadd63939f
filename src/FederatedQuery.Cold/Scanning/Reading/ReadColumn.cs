using System.Collections.Immutable;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Cold.Scanning.Reading;

/// <summary>A column that is read, or a field of a struct within one.</summary>
/// <param name="Alias">What the relation calls it.</param>
/// <param name="Path">From the column down to the field; structs but for the last.</param>
internal sealed record ReadColumn(string Alias, ImmutableArray<NestedField> Path)
{
    public NestedField Column => Path[0];

    public NestedField Field => Path[^1];

    public static ReadColumn Of(string alias, NestedField column) => new(alias, [column]);

    /// <param name="field">Outside of lists and maps.</param>
    public static ReadColumn Of(string alias, SchemaField field)
    {
        var path = ImmutableArray.CreateBuilder<NestedField>();
        for (var part = field; part is not null; part = part.Parent)
        {
            path.Insert(0, part.Field);
        }

        return new ReadColumn(alias, path.ToImmutable());
    }
}

/// <summary>A column that is the same for all rows of a file.</summary>
/// <param name="Alias">What the relation calls it.</param>
/// <param name="Type">Its type in DuckDB's SQL.</param>
/// <param name="Value">Its value for a file, as DuckDB's SQL.</param>
internal sealed record FileConstant(string Alias, string Type, Func<ReadableFile, string> Value);
