using System.Collections.Immutable;
using FederatedQuery.Federation;
using FederatedQuery.Federation.Budgets;
using FederatedQuery.Federation.Registry;
using FederatedQuery.Federation.Rows;
using FederatedQuery.Gateway.Typed.Model;
using FederatedQuery.Iceberg.Expressions;

namespace FederatedQuery.Gateway.Typed.Rows;

/// <summary>
/// All that one operation reads of typed tables: through one read session, opened at the first read for every table that the operation can come to. Gives the session back when the fields
/// have been executed. Safe for concurrent use.
/// </summary>
internal sealed class OperationReads(RowReader reader, TableRegistry registry, OperationTables tables, Caller caller, int number) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly List<Task> _running = [];
    private readonly List<IDisposable> _kept = [];
    private Task<Opened>? _opened;
    private bool _isOver;

    public OperationTables Tables => tables;

    /// <summary>The how many-th of its operation: a change of rows ends one, and what is read afterwards is read anew.</summary>
    public int Number => number;

    /// <summary>A query of a typed table, over the table as it is now.</summary>
    /// <param name="filter">Over the names of the columns.</param>
    /// <param name="columns">Ids in the typed table.</param>
    /// <exception cref="FederatedQueryException">Of kind <see cref="FailureKind.Statement"/>: a column is gone, or of another type.</exception>
    public async Task<RowQuery> QueryAsync(
        TypedTable table, Expression filter, IEnumerable<(int FieldId, bool Descending)> order, IEnumerable<int> columns, bool cursorsFitAnyFilter, CancellationToken cancellationToken)
    {
        var current = (await OpenedAsync(cancellationToken)).Tables[table];
        return new RowQuery
        {
            Table = current,
            Filter = filter,
            Order = [.. order.Select(term => new RowOrder(IdIn(current, table, term.FieldId), term.Descending))],
            Columns = [.. columns.Select(id => IdIn(current, table, id))],
            CursorsFitAnyFilter = cursorsFitAnyFilter,
        };
    }

    /// <summary>Reads a page in the operation's session; its memory is kept until the fields have been executed.</summary>
    /// <param name="columns">Ids in the typed table, as the query was made with.</param>
    public async Task<TypedRows> PageAsync(RowQuery query, IEnumerable<int> columns, PageRequest page, CancellationToken cancellationToken) =>
        Keep(await RunAsync(session => reader.ReadPageAsync(session, query, page, cancellationToken), cancellationToken), columns);

    /// <summary>The rows that have certain values in certain columns, by one statement for each tier.</summary>
    /// <param name="columns">Ids in the typed table; those of the key are among them.</param>
    /// <param name="fields">Ids of the key's columns in the typed table.</param>
    public async Task<TypedRows> ByKeyAsync(TypedTable table, IReadOnlyList<int> columns, IReadOnlyList<int> fields, IReadOnlyList<RowKey> keys, CancellationToken cancellationToken)
    {
        var query = await QueryAsync(table, Expression.True, [], columns, cursorsFitAnyFilter: true, cancellationToken);
        ImmutableArray<int> current = [.. fields.Select(id => IdIn(query.Table, table, id))];
        return Keep(
            await RunAsync(session => reader.ReadByKeyAsync(session, query, current, [.. keys.Select(key => key.Values)], cancellationToken), cancellationToken), columns);
    }

    /// <summary>The first rows of each of many parents, by one statement for each tier.</summary>
    /// <param name="query">Of the children; of all parents.</param>
    /// <param name="table">Theirs.</param>
    /// <param name="fields">Ids of the columns that refer to the parents, in the typed table.</param>
    public async Task<ParentPages> PerParentAsync(
        RowQuery query, TypedTable table, ImmutableArray<int> fields, IReadOnlyList<RowKey> parents, PageRequest page, CancellationToken cancellationToken) =>
        Keep(await RunAsync(
            session => reader.ReadPagesPerParentAsync(
                session, query, [.. fields.Select(id => IdIn(query.Table, table, id))], [.. parents.Select(parent => parent.Values)], page, cancellationToken),
            cancellationToken));

    /// <summary>Figures of a table's rows.</summary>
    public async Task<AggregateRows> AggregateAsync(TypedTable table, Expression filter, AskedAggregates asked, int? first, CancellationToken cancellationToken)
    {
        var current = (await OpenedAsync(cancellationToken)).Tables[table];
        var query = new AggregateQuery
        {
            Table = current,
            Filter = filter,
            GroupBy = [.. asked.Keys.Select(key => new GroupKey(IdIn(current, table, key.FieldId), key.Bucket))],
            Aggregates = [.. asked.Figures.Select(figure => figure.Function == AggregateFunction.Count ? Aggregate.Count : new Aggregate(figure.Function, IdIn(current, table, figure.FieldId)))],
            Order = asked.Order,
            First = first,
        };
        return Keep(await RunAsync(session => reader.AggregateAsync(session, query, cancellationToken), cancellationToken));
    }

    /// <summary>How many rows each of many parents has, and others may: those whose columns are, each by itself, as of some of them.</summary>
    /// <param name="query">Of the children; of all parents.</param>
    /// <param name="table">Theirs.</param>
    /// <param name="fields">Ids of the columns that refer to the parents, in the typed table.</param>
    public Task<AggregateRows> CountPerParentAsync(
        RowQuery query, TypedTable table, ImmutableArray<int> fields, IReadOnlyList<RowKey> parents, CancellationToken cancellationToken)
    {
        var ofParents = fields.Select((id, i) => Expression.In(table.ColumnOf(id).Field.Name, [.. parents.Select(parent => parent.Values[i]).Distinct()]));
        return GroupAsync(query.Table, table, Expression.And([query.Filter, .. ofParents]), fields, first: null, cancellationToken);
    }

    /// <summary>The different values that some columns have together, with the number of rows of each.</summary>
    /// <param name="fields">Ids of the columns in the typed table.</param>
    /// <param name="first">The most that are read.</param>
    public async Task<AggregateRows> DistinctAsync(TypedTable table, Expression filter, ImmutableArray<int> fields, int first, CancellationToken cancellationToken) =>
        await GroupAsync((await OpenedAsync(cancellationToken)).Tables[table], table, filter, fields, first, cancellationToken);

    public Task<RowCount> CountAsync(RowQuery query, CancellationToken cancellationToken) =>
        RunAsync(session => reader.CountAsync(session, query, cancellationToken), cancellationToken);

    /// <summary>Runs a read in the operation's session.</summary>
    public async Task<T> RunAsync<T>(Func<RowSession, Task<T>> read, CancellationToken cancellationToken)
    {
        var opened = await OpenedAsync(cancellationToken);
        Task<T> running;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isOver, this);
            _running.RemoveAll(task => task.IsCompleted);
            _running.Add(running = read(opened.Session));
        }

        return await running;
    }

    private async Task<AggregateRows> GroupAsync(
        RegisteredTable current, TypedTable table, Expression filter, ImmutableArray<int> fields, int? first, CancellationToken cancellationToken)
    {
        var query = new AggregateQuery { Table = current, Filter = filter, GroupBy = [.. fields.Select(id => new GroupKey(IdIn(current, table, id)))], First = first };
        return Keep(await RunAsync(session => reader.AggregateAsync(session, query, cancellationToken), cancellationToken));
    }

    /// <summary>The rows of a page that is kept until the fields have been executed.</summary>
    private TypedRows Keep(RowPage page, IEnumerable<int> columns)
    {
        Keep(page);
        return Over(page, columns);
    }

    /// <summary>A page as rows of a typed table.</summary>
    /// <param name="columns">Ids in the typed table, as the query was made with.</param>
    public static TypedRows Over(RowPage page, IEnumerable<int> columns) => new(page, columns.Distinct().Index().ToDictionary(pair => pair.Item, pair => pair.Index));

    /// <summary>Rows that were not read but changed, kept as those that were read.</summary>
    /// <inheritdoc cref="Over"/>
    public TypedRows Hold(RowPage page, IEnumerable<int> columns) => Keep(page, columns);

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        List<IDisposable> kept;
        lock (_lock)
        {
            kept = [.. _kept];
            _kept.Clear();
        }

        kept.ForEach(read => read.Dispose());
    }

    /// <summary>Gives the session back; the rows that were read stay.</summary>
    public async ValueTask EndAsync()
    {
        lock (_lock)
        {
            if (_isOver)
            {
                return;
            }

            _isOver = true;
        }

        // Reads of an operation that was given up end soon; the session must outlive them.
        await Task.WhenAll(_running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_opened is { } opening)
        {
            await ((Task)opening).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (opening.IsCompletedSuccessfully)
            {
                await (await opening).Session.DisposeAsync();
            }
        }
    }

    /// <summary>The id that a column has in the table as it is now: DDL renumbers them.</summary>
    private static int IdIn(RegisteredTable current, TypedTable table, int fieldId)
    {
        var column = table.ColumnOf(fieldId).Field;
        return current.Schema.Fields.FirstOrDefault(field => field.Name == column.Name) is { } found && found.Type.GetType() == column.Type.GetType()
            ? found.Id
            : throw new FederatedQueryException(
                FailureKind.Statement, $"Column '{column.Name}' of table '{current}' has been dropped or changed just now; the GraphQL schema follows within seconds.");
    }

    private T Keep<T>(T read)
        where T : IDisposable
    {
        lock (_lock)
        {
            _kept.Add(read);
        }

        return read;
    }

    private Task<Opened> OpenedAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isOver, this);
            return _opened ??= OpenAsync(cancellationToken);
        }
    }

    private async Task<Opened> OpenAsync(CancellationToken cancellationToken)
    {
        var current = new Dictionary<TypedTable, RegisteredTable>();
        foreach (var table in tables.Tables)
        {
            current.Add(table, await registry.RequireAsync(table.Table.Namespace, table.Table.Name, cancellationToken));
        }

        return new Opened(await reader.OpenAsync(current.Values, caller, cancellationToken), current);
    }

    private sealed record Opened(RowSession Session, IReadOnlyDictionary<TypedTable, RegisteredTable> Tables);
}
