using FederatedQuery.Federation.Registry;
using FederatedQuery.Hot.Introspection;
using FederatedQuery.Hot.Scans;

namespace FederatedQuery.Federation.Reading;

/// <summary>
/// Whether the columns of tiered tables are, in the session that is opened, those of their descriptions, which are some seconds old. Cold rows are read by what columns were called in these, hot
/// rows by what they are called now: one name must not mean two columns.
/// </summary>
internal sealed class DescribedTables(IEnumerable<RegisteredTable> tables)
{
    private readonly List<RegisteredTable> _tables = [.. tables.Where(table => table is { Hot: not null, Tiering: not null, IsFixed: false }).DistinctBy(table => table.Identifier)];
    private readonly List<(RegisteredTable Table, string Now)> _found = [];

    public SessionQuestions AddTo(SessionQuestions questions) => _tables.Aggregate(
        questions,
        (all, table) => all.And(DescribedColumns.Ask(table.Hot!.Oid), async (reader, cancellationToken) => _found.Add((table, await DescribedColumns.ReadAsync(reader, cancellationToken)))));

    /// <param name="exactly">False: names that no column has any more, and columns that the description lacks, do no harm.</param>
    /// <exception cref="ColumnsChangedException">Describe the table anew.</exception>
    public void Require(bool exactly)
    {
        foreach (var (table, now) in _found)
        {
            if (now != table.Hot!.ColumnList && (exactly || DescribedColumns.AnyIsAnothers(table.Hot.ColumnList, now)))
            {
                throw new ColumnsChangedException(table);
            }
        }
    }
}

/// <summary>A table has other columns than it was described with.</summary>
internal sealed class ColumnsChangedException(RegisteredTable table)
    : Exception($"Columns of table '{table}' were renamed, added or dropped just now, which is noticed within seconds. Ask again.");
