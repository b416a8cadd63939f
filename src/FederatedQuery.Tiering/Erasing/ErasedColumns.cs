using FederatedQuery.Cold;
using FederatedQuery.Cold.Erasing;
using FederatedQuery.Hot.Introspection;
using FederatedQuery.Hot.Sql;

namespace FederatedQuery.Tiering.Erasing;

/// <summary>
/// Which columns the names in a condition, and that of the time column, meant when its erasure was prepared. An erasure takes minutes, and a name that is another column's by then would have other rows erased.
/// </summary>
/// <param name="Cold">Field ids by name.</param>
/// <param name="Hot">PostgreSQL's numbers by name.</param>
public sealed record ErasedColumns(TableName Table, IReadOnlyDictionary<string, int> Cold, IReadOnlyDictionary<string, int> Hot)
{
    /// <param name="cold">Null: there is none.</param>
    /// <param name="hot">Null: there is none.</param>
    public static ErasedColumns Of(ErasedTable table, RowMatch match, ColdTable? cold, PostgresTable? hot)
    {
        var names = match.Columns.ToHashSet(StringComparer.Ordinal);
        if (table.TimeColumn is { } time)
        {
            names.Add(time);
        }

        return new ErasedColumns(
            table.Name,
            cold?.Metadata.CurrentSchema.Fields.Where(field => names.Contains(field.Name)).ToDictionary(field => field.Name, field => field.Id) ?? [],
            hot?.Columns.Where(column => names.Contains(column.Name)).ToDictionary(column => column.Name, column => column.Number) ?? []);
    }

    /// <exception cref="TieringException">NotAllowed: a name means another column, or none.</exception>
    public void Require(ColdTable cold) => Require(Cold, name => cold.Metadata.CurrentSchema.Fields.FirstOrDefault(field => field.Name == name)?.Id);

    /// <inheritdoc cref="Require(ColdTable)"/>
    public void Require(PostgresTable hot) => Require(Hot, name => hot.FindColumn(name)?.Number);

    private void Require(IReadOnlyDictionary<string, int> known, Func<string, int?> find)
    {
        if (known.FirstOrDefault(column => find(column.Key) != column.Value) is { Key: { } name })
        {
            throw new TieringException(
                TieringErrorKind.NotAllowed,
                $"Column '{name}' of table '{Table}' was renamed or dropped while rows were erased. Some of them may be erased already; call eraseRows again with the columns' names of now.");
        }
    }
}
