using FederatedQuery.Federation.Rows;
using FederatedQuery.GraphQL.Types.Annotations;
using FederatedQuery.GraphQL.Types.Serialization;
using FederatedQuery.Logs.Search;

namespace FederatedQuery.Gateway.Resolvers;

/// <summary>A page of log records.</summary>
internal sealed record LogConnection(IReadOnlyList<LogRecord> Nodes, IReadOnlyList<LogEdge> Edges, PageInfo PageInfo, [property: GraphQLDescription("Counted only when asked for.")] long TotalCount)
{
    /// <param name="page">May be disposed of afterwards.</param>
    public static LogConnection Of(LogPage page)
    {
        var (rows, totalCount) = (page.Rows, page.Count?.Rows ?? 0);
        if (rows is null || rows.RowCount == 0)
        {
            return new LogConnection([], [], rows is null ? PageInfo.Empty : new PageInfo(rows.HasNext, rows.HasPrevious, null, null), totalCount);
        }

        var columns = rows.Columns.Index().ToDictionary(column => column.Item.Name, column => column.Index);
        var edges = new LogEdge[rows.RowCount];
        var nodes = new LogRecord[rows.RowCount];
        for (var row = 0; row < edges.Length; row++)
        {
            nodes[row] = RecordOf(rows, row, columns);
            edges[row] = new LogEdge(page.Cursor(row), nodes[row]);
        }

        return new LogConnection(nodes, edges, new PageInfo(rows.HasNext, rows.HasPrevious, edges[0].Cursor, edges[^1].Cursor), totalCount);
    }

    private static LogRecord RecordOf(RowPage rows, int row, Dictionary<string, int> columns) => LogRecord.Of(
        name => columns.TryGetValue(name, out var column) ? rows.Value(row, column) : null,
        columns.TryGetValue("metadata", out var metadata) && rows.Value(row, metadata) is not null ? new RawJson(rows.Json(row, metadata).ToArray()) : null);
}
