namespace FederatedQuery.Federation.Rows;

/// <summary>How many rows of a partition matched a filter, as the last page saw it: a hint, of bounded size, that another filter may take the place of. Thread-safe.</summary>
internal sealed class PageDensities
{
    private readonly (int Key, double Rows)[] _slots = new (int, double)[1024];
    private readonly Lock _lock = new();

    /// <param name="query">Of its table and filter.</param>
    /// <param name="lead">The order in which it is read.</param>
    /// <returns>Null: not known.</returns>
    public double? Find(RowQuery query, RowTerm lead)
    {
        var key = KeyOf(query, lead);
        lock (_lock)
        {
            var slot = _slots[(uint)key % _slots.Length];
            return slot.Key == key ? slot.Rows : null;
        }
    }

    /// <param name="rows">Of a partition.</param>
    /// <inheritdoc cref="Find"/>
    public void Note(RowQuery query, RowTerm lead, double rows)
    {
        var key = KeyOf(query, lead);
        lock (_lock)
        {
            _slots[(uint)key % _slots.Length] = (key, rows);
        }
    }

    private static int KeyOf(RowQuery query, RowTerm lead) => HashCode.Combine(query.Table.Identifier, query.Filter.ToString(), lead.Name, lead.Descending);
}
